/** Functions and userdata of S7comm, which Siemens does not publish: as captures and Wireshark's dissector show them. */
import { abi } from "../abi.ts";
import type { Command } from "../conversations.ts";
import {
  countOf,
  defineProtocol,
  hex,
  type Name,
  nameOf,
  type Protocol,
  pairOf,
} from "./protocol.ts";

const PI_SERVICE = 0x28;
const USERDATA = 7;

const functions: Readonly<Record<number, Name>> = {
  0: ["cpu services", "other"],
  4: ["read variable", "read"],
  5: ["write variable", "write"],
  26: ["request download", "write", "program_download"],
  27: ["download block", "write", "program_download"],
  28: ["download ended", "write", "program_download"],
  29: ["start upload", "read", "program_upload"],
  30: ["upload", "read", "program_upload"],
  31: ["end upload", "read", "program_upload"],
  40: ["program invocation service", "control"],
  41: ["plc stop", "control", "stop"],
  240: ["setup communication", "other"],
};

/** By the index that wasm/decode/s7comm.ts gives them. */
const services: Readonly<Record<number, Name>> = {
  1: ["plc start", "control", "start"],
  2: ["copy ram to rom", "write"],
  3: ["activate block", "write", "program_download"],
  4: ["delete block", "write", "program_download"],
  5: ["compress memory", "write"],
};

/** By group << 8 | subfunction. */
const userdata: Readonly<Record<number, Name>> = {
  257: ["request diagnostic data", "read"],
  258: ["variable table", "read"],
  259: ["read force table", "read"],
  268: ["erase", "write"],
  270: ["read diagnostic data", "read"],
  271: ["remove diagnostic data", "other"],
  272: ["force variables", "write"],
  275: ["request diagnostic data", "read"],
  278: ["flash led", "control", "identify"],
  513: ["cyclic read", "read"],
  516: ["cyclic unsubscribe", "other"],
  769: ["list blocks", "read"],
  770: ["list blocks of type", "read"],
  771: ["get block info", "read"],
  1025: ["read system status list", "read", "identify"],
  1026: ["message service", "other"],
  1027: ["diagnostic message", "other"],
  1029: ["alarm indication", "other"],
  1030: ["notify indication", "other"],
  1031: ["lock alarms", "control", "communication_control"],
  1032: ["unlock alarms", "control"],
  1035: ["acknowledge alarm", "control"],
  1041: ["alarm indication", "other"],
  1042: ["alarm indication", "other"],
  1043: ["query alarms", "read"],
  1281: ["enter password", "control"],
  1282: ["clear password", "control"],
  1793: ["read clock", "read"],
  1794: ["set clock", "write", "time_set"],
  1795: ["read clock", "read"],
  1796: ["set clock", "write", "time_set"],
};

const errorClasses: Readonly<Record<number, string>> = {
  129: "application relationship error",
  130: "object definition error",
  131: "no resources available",
  132: "error on service processing",
  133: "error on supplies",
  135: "access error",
};

/** First bytes of userdata's error codes. */
const userdataErrors: Readonly<Record<number, string>> = {
  128: "context not supported",
  129: "function not supported",
  133: "data type or length wrong",
  210: "block error",
  212: "information not available",
  214: "protection error",
};

export const s7comm: Protocol = defineProtocol({
  id: abi.OT_S7COMM,
  name: "s7comm",
  describe({ kind, functionCode, error }) {
    if (kind === abi.KIND_S7_FUNCTION) {
      return {
        object: "",
        ...functionOf(functionCode & 0xff, functionCode >> 8),
        error: error === 0 ? "" : (errorClasses[error] ?? `error class ${hex(error, 2)}`),
      };
    }
    if (kind !== abi.KIND_S7_USERDATA) return null;
    const code = functionCode & 0xfff;
    const unknown = `userdata ${(functionCode >> 8) & 0xf}/${functionCode & 0xff}`;
    return {
      object: "",
      ...nameOf(userdata, code, unknown),
      error: error === 0 ? "" : (userdataErrors[error] ?? `error ${hex(error, 2)}`),
    };
  },
  tally(command, add) {
    const { kind, functionCode, object } = command;
    const pair = pairOf(command);
    const count = countOf(command);
    if (kind === abi.KIND_S7_OTHER) return add(pair, "rosctr", String(functionCode), count);
    if (kind === abi.KIND_S7_USERDATA) {
      const key = `${functionCode >> 12}/${(functionCode >> 8) & 0xf}/${functionCode & 0xff}`;
      add(pair, "rosctr", String(USERDATA), count);
      return add(pair, "userdata_type_group", key, count);
    }
    const key = hex(functionCode & 0xff, 2);
    add(pair, "rosctr", String(object), count);
    add(pair, "func_to_server", key, command.requestCount);
    add(pair, "func_to_client", key, command.responseCount + command.errorCount);
  },
});

function functionOf(code: number, service: number) {
  if (code === PI_SERVICE && service !== 0) return nameOf(services, service, "");
  return nameOf(functions, code, `function ${hex(code, 2)}`);
}

const plusFunctions: Readonly<Record<number, Name>> = {
  1211: ["explore", "read"],
  1226: ["create object", "other"],
  1236: ["delete object", "other"],
  1266: ["set variable", "write"],
  1316: ["get link", "read"],
  1346: ["set multiple variables", "write"],
  1356: ["get multiple variables", "read"],
  1366: ["begin sequence", "other"],
  1376: ["end sequence", "other"],
  1387: ["invoke", "control"],
  1414: ["get variable substream", "read"],
};

const plusOpcodes: Readonly<Record<number, string>> = {
  49: "request",
  50: "response",
  51: "notification",
};

/** S7comm-plus is counted only; of its later versions most is not to be read. */
export const s7plus: Protocol = defineProtocol({
  id: abi.OT_S7PLUS,
  name: "s7comm-plus",
  describe({ functionCode, object }: Command) {
    const unknown =
      functionCode === 0 ? (plusOpcodes[object] ?? "message") : `function ${hex(functionCode, 4)}`;
    return { object: "", ...nameOf(plusFunctions, functionCode, unknown), error: "" };
  },
  tally(command, add) {
    add(pairOf(command), "pdu", "any", countOf(command));
  },
});
