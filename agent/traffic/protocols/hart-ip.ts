/** FieldComm TS20085 (HART-IP); TS20127 and TS20151 (universal and common practice commands). */
import { abi } from "../abi.ts";
import { countBySender, defineProtocol, type Name, nameOf } from "./protocol.ts";

const ids: Readonly<Record<number, Name>> = {
  0: ["session initiate", "other"],
  1: ["session close", "other"],
};

const hartCommands: Readonly<Record<number, Name>> = {
  0: ["read unique identifier", "read", "identify"],
  1: ["read primary variable", "read"],
  2: ["read loop current", "read"],
  3: ["read dynamic variables", "read"],
  6: ["write polling address", "write", "address_set"],
  7: ["read loop configuration", "read"],
  8: ["read variable classifications", "read"],
  9: ["read device variables", "read"],
  11: ["read identifier by tag", "read", "identify"],
  12: ["read message", "read"],
  13: ["read tag and descriptor", "read", "identify"],
  14: ["read transducer information", "read"],
  15: ["read device information", "read"],
  16: ["read final assembly number", "read"],
  17: ["write message", "write"],
  18: ["write tag and descriptor", "write"],
  19: ["write final assembly number", "write"],
  20: ["read long tag", "read", "identify"],
  21: ["read identifier by long tag", "read", "identify"],
  22: ["write long tag", "write"],
  33: ["read device variables", "read"],
  34: ["write damping value", "write"],
  35: ["write range values", "write"],
  36: ["set upper range value", "write"],
  37: ["set lower range value", "write"],
  38: ["reset configuration changed flag", "write"],
  40: ["enter fixed current mode", "control", "mode_change"],
  41: ["perform self test", "control"],
  42: ["perform device reset", "control", "restart"],
  43: ["set zero", "write"],
  44: ["write variable units", "write"],
  45: ["trim loop current zero", "write"],
  46: ["trim loop current gain", "write"],
  47: ["write transfer function", "write"],
  48: ["read additional status", "read"],
  49: ["write transducer serial number", "write"],
  50: ["read variable assignments", "read"],
  51: ["write variable assignments", "write"],
  54: ["read variable information", "read"],
  59: ["write number of preambles", "write"],
  71: ["lock device", "control"],
  72: ["squawk", "control"],
  73: ["find device", "control"],
  74: ["read subsystem capabilities", "read", "identify"],
  76: ["read lock state", "read"],
  77: ["send command to subdevice", "other"],
  79: ["write device variable", "write"],
  84: ["read subdevice identity", "read", "identify"],
  89: ["set clock", "control", "time_set"],
};

/** The truth files' reader knows session initiate and close, keep alive and token-passing frames only. */
const TALLIED_MAX = 3;

/** Bit 7 of the first status byte: the rest says what went wrong on the line. */
const COMMUNICATION_ERROR = 0x80;

export const hartIp = defineProtocol({
  id: abi.OT_HART_IP,
  name: "hart_ip",
  describe({ kind, functionCode, object, error }) {
    if (kind === abi.KIND_HART_COMMAND) {
      const what = error & COMMUNICATION_ERROR ? "communication error" : "response code";
      return {
        object: object === 0 ? "" : `device ${object.toString(16).padStart(8, "0")}`,
        ...nameOf(hartCommands, functionCode, `hart command ${functionCode}`),
        error: error === 0 ? "" : `${what} ${error}`,
      };
    }
    const id = functionCode & 0xff;
    return ids[id] === undefined ? null : { object: "", ...nameOf(ids, id, ""), error: "" };
  },
  tally(command, add) {
    const id = command.functionCode & 0xff;
    if (command.kind !== abi.KIND_HART_IP_MESSAGE || id > TALLIED_MAX) return;
    const key = `${id}/${command.functionCode >> 8}`;
    countBySender(command, add, "message_id_type", key);
  },
});
