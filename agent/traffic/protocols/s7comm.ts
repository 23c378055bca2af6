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
/** A group whose subfunction is the mode that the device has come to. */
const MODE_TRANSITION = 0;

const functions: Readonly<Record<string, Name>> = {
  "0x00": ["cpu services", "other"],
  "0x04": ["read variable", "read"],
  "0x05": ["write variable", "write"],
  "0x1a": ["request download", "write", "program_download"],
  "0x1b": ["download block", "write", "program_download"],
  "0x1c": ["download ended", "write", "program_download"],
  "0x1d": ["start upload", "read", "program_upload"],
  "0x1e": ["upload", "read", "program_upload"],
  "0x1f": ["end upload", "read", "program_upload"],
  "0x28": ["program invocation service", "control"],
  "0x29": ["plc stop", "control", "stop"],
  "0xf0": ["setup communication", "other"],
};

/** By the index that wasm/decode/s7comm.ts gives them. */
const services: Readonly<Record<number, Name>> = {
  1: ["plc start", "control", "start"],
  2: ["copy ram to rom", "write"],
  3: ["activate block", "write", "program_download"],
  4: ["delete block", "write", "program_download"],
  5: ["compress memory", "write"],
};

/** By group and subfunction. */
const userdata: Readonly<Record<string, Name>> = {
  "0/0": ["mode is now stop", "other"],
  "0/1": ["mode is now warm restart", "other"],
  "0/2": ["mode is now run", "other"],
  "0/3": ["mode is now hot restart", "other"],
  "0/4": ["mode is now hold", "other"],
  "0/6": ["mode is now cold restart", "other"],
  "1/1": ["request diagnostic data", "read"],
  "1/2": ["variable table", "read"],
  "1/3": ["read force table", "read"],
  "1/12": ["erase", "write"],
  "1/14": ["read diagnostic data", "read"],
  "1/15": ["remove diagnostic data", "other"],
  "1/16": ["force variables", "write"],
  "1/19": ["request diagnostic data", "read"],
  "1/22": ["flash led", "control", "identify"],
  "2/1": ["cyclic read", "read"],
  "2/4": ["cyclic unsubscribe", "other"],
  "3/1": ["list blocks", "read"],
  "3/2": ["list blocks of type", "read"],
  "3/3": ["get block info", "read"],
  "4/1": ["read system status list", "read", "identify"],
  "4/2": ["message service", "other"],
  "4/3": ["diagnostic message", "other"],
  "4/5": ["alarm indication", "other"],
  "4/6": ["notify indication", "other"],
  "4/7": ["lock alarms", "control", "communication_control"],
  "4/8": ["unlock alarms", "control"],
  "4/11": ["acknowledge alarm", "control"],
  "4/17": ["alarm indication", "other"],
  "4/18": ["alarm indication", "other"],
  "4/19": ["query alarms", "read"],
  "5/1": ["enter password", "control"],
  "5/2": ["clear password", "control"],
  "7/1": ["read clock", "read"],
  "7/2": ["set clock", "write", "time_set"],
  "7/3": ["read clock", "read"],
  "7/4": ["set clock", "write", "time_set"],
};

const errorClasses: Readonly<Record<string, string>> = {
  "0x81": "application relationship error",
  "0x82": "object definition error",
  "0x83": "no resources available",
  "0x84": "error on service processing",
  "0x85": "error on supplies",
  "0x87": "access error",
};

/** First bytes of userdata's error codes. */
const userdataErrors: Readonly<Record<string, string>> = {
  "0x80": "context not supported",
  "0x81": "function not supported",
  "0x85": "data type or length wrong",
  "0xd2": "block error",
  "0xd4": "information not available",
  "0xd6": "protection error",
};

export const s7comm: Protocol = defineProtocol({
  id: abi.OT_S7COMM,
  name: "s7comm",
  describe({ kind, functionCode, error }) {
    if (kind === abi.KIND_S7_FUNCTION) {
      return {
        object: "",
        ...functionOf(functionCode & 0xff, functionCode >> 8),
        error: error === 0 ? "" : (errorClasses[hex(error, 2)] ?? `error class ${hex(error, 2)}`),
      };
    }
    if (kind !== abi.KIND_S7_USERDATA) return null;
    const code = `${(functionCode >> 8) & 0xf}/${functionCode & 0xff}`;
    return {
      object: "",
      ...nameOf(userdata, code, `userdata ${code}`),
      error: error === 0 ? "" : (userdataErrors[hex(error, 2)] ?? `error ${hex(error, 2)}`),
    };
  },
  tally(command, add) {
    const { kind, functionCode, object } = command;
    const pair = pairOf(command);
    const count = countOf(command);
    if (kind === abi.KIND_S7_OTHER) return add(pair, "rosctr", String(functionCode), count);
    if (kind === abi.KIND_S7_USERDATA) {
      const group = (functionCode >> 8) & 0xf;
      const sub = group === MODE_TRANSITION ? "" : functionCode & 0xff;
      const key = `${functionCode >> 12}/${group}/${sub}`;
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
  return nameOf(functions, hex(code, 2), `function ${hex(code, 2)}`);
}

const plusFunctions: Readonly<Record<string, Name>> = {
  "0x04bb": ["explore", "read"],
  "0x04ca": ["create object", "other"],
  "0x04d4": ["delete object", "other"],
  "0x04f2": ["set variable", "write"],
  "0x0524": ["get link", "read"],
  "0x0542": ["set multiple variables", "write"],
  "0x054c": ["get multiple variables", "read"],
  "0x0556": ["begin sequence", "other"],
  "0x0560": ["end sequence", "other"],
  "0x056b": ["invoke", "control"],
  "0x0586": ["get variable substream", "read"],
};

const plusOpcodes: Readonly<Record<string, string>> = {
  "0x31": "request",
  "0x32": "response",
  "0x33": "notification",
};

/** S7comm-plus is counted only; of its later versions most is not to be read. */
export const s7plus: Protocol = defineProtocol({
  id: abi.OT_S7PLUS,
  name: "s7comm-plus",
  describe({ functionCode, object }: Command) {
    const unknown =
      functionCode === 0
        ? (plusOpcodes[hex(object, 2)] ?? "message")
        : `function ${hex(functionCode, 4)}`;
    return { object: "", ...nameOf(plusFunctions, hex(functionCode, 4), unknown), error: "" };
  },
  tally(command, add) {
    add(pairOf(command), "pdu", "any", countOf(command));
  },
});
