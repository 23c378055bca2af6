/**
 * Lines of Zeek's JSON logs as counts of plant traffic. Every field is optional (LogAscii::use_json), and
 * whoever wrote the file may have written anything.
 */
import { parseAddress } from "../../core/address.ts";
import type { CommandCount, ConversationCount, PlantEnd } from "../../core/plant.ts";
import { abi } from "../abi.ts";
import { protocolOfKind } from "../protocols/index.ts";
import { dnp3Codes, modbusCodes, modbusExceptions } from "./names.ts";

export type ZeekRow = Readonly<Record<string, unknown>>;

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 };

export interface Ends {
  client: PlantEnd;
  server: PlantEnd;
  atMs: number;
}

/** Null for a line without addresses or time. */
export function endsOf(row: ZeekRow): Ends | null {
  const [client, server] = [textOf(row["id.orig_h"]), textOf(row["id.resp_h"])];
  const ts = numberOf(row.ts);
  if (ts <= 0 || parseAddress(client) === null || parseAddress(server) === null) return null;
  const macs = [textOf(row.orig_l2_addr), textOf(row.resp_l2_addr)];
  const end = (address: string, port: unknown, mac: string): PlantEnd => ({
    address,
    port: numberOf(port),
    ...(mac !== "" && { mac }),
  });
  return {
    client: end(client, row["id.orig_p"], macs[0]!),
    server: end(server, row["id.resp_p"], macs[1]!),
    atMs: ts * 1000,
  };
}

export function conversationOf(row: ZeekRow): ConversationCount | null {
  const ends = endsOf(row);
  if (ends === null) return null;
  const history = textOf(row.history);
  const letters = (pattern: RegExp) => history.match(pattern)?.length ?? 0;
  return {
    kind: ends.client.address.includes(":") ? "ipv6" : "ipv4",
    protocol: numberOf(row.ip_proto) || (protocols[textOf(row.proto)] ?? 0),
    // Of several, Zeek's first is the transport's own ("ssl,mqtt").
    service: textOf(row.service).split(",").at(-1)!,
    initiator: ends.client,
    responder: ends.server,
    ...(history.startsWith("S") && { client: "initiator" }),
    packets: [numberOf(row.orig_pkts), numberOf(row.resp_pkts)],
    bytes: [numberOf(row.orig_ip_bytes), numberOf(row.resp_ip_bytes)],
    payloadBytes: [numberOf(row.orig_bytes), numberOf(row.resp_bytes)],
    synCount: letters(/S/g),
    finCount: letters(/f/gi),
    rstCount: letters(/r/gi),
    firstMs: ends.atMs,
    lastMs: ends.atMs + numberOf(row.duration) * 1000,
  };
}

/** modbus.log, and modbus_detailed.log of ICSNPP. */
export function modbusOf(row: ZeekRow): CommandCount | null {
  const name = textOf(row.func).replace(/_EXCEPTION$/, "");
  const code = modbusCodes.indexOf(name);
  const unknown = /^unknown-(\d+)$/.exec(name)?.[1];
  const functionCode = code > 0 ? code : Number(unknown ?? Number.NaN) & 0x7f;
  if (functionCode === 0) return null;
  const error = modbusExceptions.indexOf(textOf(row.exception) || textOf(row.exception_code));
  const isRequest = /^REQ/.test(textOf(row.pdu_type) || textOf(row.request_response));
  return commandOf(row, abi.KIND_MODBUS, functionCode, {
    object: numberOf(row.unit),
    error: Math.max(error, 0),
    isRequest,
  });
}

/** dnp3.log: a line is a request, its reply, or both. */
export function dnp3Of(row: ZeekRow): CommandCount | null {
  const isReply = textOf(row.fc_request) === "";
  const code = dnp3Codes[textOf(isReply ? row.fc_reply : row.fc_request)];
  if (code === undefined) return null;
  // Zeek does not log the address behind the server.
  return commandOf(row, abi.KIND_DNP3_FUNCTION, code, { object: 0, error: 0, isRequest: !isReply });
}

/** s7comm.log of ICSNPP; its codes are texts in hex. */
export function s7commOf(row: ZeekRow): CommandCount | null {
  const code = Number(textOf(row.function_code));
  const sub = Number(textOf(row.subfunction_code));
  if (!Number.isInteger(code) || textOf(row.function_code) === "") return null;
  const rosctr = numberOf(row.rosctr_code);
  const options = { object: rosctr, error: 0, isRequest: row.is_orig === true };
  if (rosctr !== 7) return commandOf(row, abi.KIND_S7_FUNCTION, code, options);
  const functionCode = ((code & 0xff) << 8) | (Number.isInteger(sub) ? sub & 0xff : 0);
  return commandOf(row, abi.KIND_S7_USERDATA, functionCode, options);
}

/** cip.log of ICSNPP. Only requests have a class. */
export function cipOf(row: ZeekRow): CommandCount | null {
  const service = Number(textOf(row.cip_service_code));
  if (!Number.isInteger(service) || textOf(row.cip_service_code) === "") return null;
  const object = Number(textOf(row.class_id) || "0");
  return commandOf(row, abi.KIND_CIP, service & 0x7f, {
    object: Number.isInteger(object) ? object : 0,
    error: 0,
    isRequest: textOf(row.direction) === "request",
  });
}

function commandOf(
  row: ZeekRow,
  kind: number,
  functionCode: number,
  { object, error, isRequest }: { object: number; error: number; isRequest: boolean },
): CommandCount | null {
  const ends = endsOf(row);
  const protocol = protocolOfKind(kind);
  if (ends === null || protocol === undefined) return null;
  const counts = {
    client: ends.client.address,
    server: ends.server.address,
    requestCount: isRequest ? 1 : 0,
    responseCount: isRequest || error !== 0 ? 0 : 1,
    errorCount: !isRequest && error !== 0 ? 1 : 0,
  };
  const us = ends.atMs * 1000;
  const meaning = protocol.describe({
    kind,
    isLink: false,
    object,
    functionCode,
    error,
    ...counts,
    firstUs: us,
    lastUs: us,
  });
  if (meaning === null) return null;
  return {
    ...counts,
    protocol: protocol.name,
    ...meaning,
    firstMs: ends.atMs,
    lastMs: ends.atMs,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: unknown): number {
  return typeof value === "number" && value >= 0 && value < 2 ** 53 ? value : 0;
}
