/** Every protocol, one line each: a file here, and one in wasm/decode. */
import { abi } from "../abi.ts";
import { bacnet } from "./bacnet.ts";
import { cip } from "./cip.ts";
import { cotp } from "./cotp.ts";
import { dnp3 } from "./dnp3.ts";
import { cipio, enip } from "./enip.ts";
import { ethercat } from "./ethercat.ts";
import { goose } from "./goose.ts";
import { hartIp } from "./hart-ip.ts";
import { iec104 } from "./iec104.ts";
import { modbus } from "./modbus.ts";
import { mqtt } from "./mqtt.ts";
import { opcua } from "./opcua.ts";
import { profinet } from "./profinet.ts";
import type { Protocol } from "./protocol.ts";
import { s7comm, s7plus } from "./s7comm.ts";

export const protocols: readonly Protocol[] = [
  modbus,
  cotp,
  s7comm,
  s7plus,
  enip,
  cip,
  cipio,
  dnp3,
  iec104,
  opcua,
  bacnet,
  mqtt,
  hartIp,
  profinet,
  ethercat,
  goose,
];

const byId = new Map(protocols.map((protocol) => [protocol.id, protocol]));

/** The protocol of a conversation (abi.OT_). */
export function protocolOf(id: number): Protocol | undefined {
  return byId.get(id);
}

/** The protocol whose commands are of this kind (abi.KIND_). */
export function protocolOfKind(kind: number): Protocol | undefined {
  return byId.get(kind >> abi.KIND_SHIFT);
}
