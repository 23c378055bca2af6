/** ASHRAE 135-2016 clauses 13 to 17 (services), 18 (errors), 21 (their numbers). */
import { abi } from "../abi.ts";
import type { Command } from "../conversations.ts";
import { countBySender, countOf, defineProtocol, hex, type Name, nameOf } from "./protocol.ts";

const confirmed: Readonly<Record<number, Name>> = {
  0: ["acknowledge alarm", "write"],
  1: ["confirmed cov notification", "other"],
  2: ["confirmed event notification", "other"],
  3: ["get alarm summary", "read"],
  4: ["get enrollment summary", "read"],
  5: ["subscribe cov", "read"],
  6: ["atomic read file", "read", "program_upload"],
  7: ["atomic write file", "write", "file_write"],
  8: ["add list element", "write"],
  9: ["remove list element", "write"],
  10: ["create object", "write"],
  11: ["delete object", "write"],
  12: ["read property", "read"],
  13: ["read property conditional", "read"],
  14: ["read property multiple", "read"],
  15: ["write property", "write"],
  16: ["write property multiple", "write"],
  17: ["device communication control", "control", "communication_control"],
  18: ["confirmed private transfer", "other"],
  19: ["confirmed text message", "other"],
  20: ["reinitialize device", "control", "restart"],
  21: ["vt open", "other"],
  22: ["vt close", "other"],
  23: ["vt data", "other"],
  24: ["authenticate", "other"],
  25: ["request key", "other"],
  26: ["read range", "read"],
  27: ["life safety operation", "control"],
  28: ["subscribe cov property", "read"],
  29: ["get event information", "read"],
  30: ["subscribe cov property multiple", "read"],
  31: ["confirmed cov notification multiple", "other"],
};

const unconfirmed: Readonly<Record<number, Name>> = {
  0: ["i-am", "other"],
  1: ["i-have", "other"],
  2: ["unconfirmed cov notification", "other"],
  3: ["unconfirmed event notification", "other"],
  4: ["unconfirmed private transfer", "other"],
  5: ["unconfirmed text message", "other"],
  6: ["time synchronization", "control", "time_set"],
  7: ["who-has", "read"],
  8: ["who-is", "read", "identify"],
  9: ["utc time synchronization", "control", "time_set"],
  10: ["write group", "write"],
  11: ["unconfirmed cov notification multiple", "other"],
};

const pdus: Readonly<Record<number, Name>> = {
  6: ["reject", "other"],
  7: ["abort", "other"],
};

/** Clause 21, Error: the codes that say something of who asked. */
const errors: Readonly<Record<number, string>> = {
  2: "configuration in progress",
  3: "device busy",
  9: "invalid data type",
  26: "password failure",
  27: "read access denied",
  29: "service request denied",
  31: "unknown object",
  32: "unknown property",
  37: "value out of range",
  40: "write access denied",
  50: "property is not an array",
};

export const bacnet = defineProtocol({
  id: abi.OT_BACNET,
  name: "bacnet",
  describe(command) {
    const { functionCode, error } = command;
    const object = objectOf(command.object);
    switch (command.kind) {
      case abi.KIND_BACNET_CONFIRMED:
        return {
          object,
          ...nameOf(confirmed, functionCode & 0xff, `confirmed service ${functionCode & 0xff}`),
          error: error === 0 ? "" : (errors[error] ?? `error ${error}`),
        };
      case abi.KIND_BACNET_UNCONFIRMED:
        return {
          object,
          ...nameOf(unconfirmed, functionCode, `unconfirmed service ${functionCode}`),
          error: "",
        };
      case abi.KIND_BACNET_APDU: {
        if (pdus[functionCode] === undefined) return null;
        return { object, ...nameOf(pdus, functionCode, ""), error: `reason ${error}` };
      }
      default:
        return null;
    }
  },
  tally(command, add) {
    const [group, key] = spellingOf(command);
    // The truth files know ends by their IP addresses only.
    if (command.isLink) add(">", group, key, countOf(command));
    else countBySender(command, add, group, key);
  },
});

/** A network behind a router, and the end of the address in it. */
function objectOf(object: number): string {
  return object === 0 ? "" : `network ${object >>> 16} address ${object & 0xffff}`;
}

function spellingOf({ kind, functionCode }: Command): [group: string, key: string] {
  switch (kind) {
    case abi.KIND_BACNET_BVLC:
      return ["bvlc", hex(functionCode, 2)];
    case abi.KIND_BACNET_APDU:
      return ["apdu", String(functionCode)];
    case abi.KIND_BACNET_CONFIRMED:
      return ["confirmed", `apdu=${functionCode >> 8} service=${functionCode & 0xff}`];
    default:
      return ["unconfirmed", String(functionCode)];
  }
}
