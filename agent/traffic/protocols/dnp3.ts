/** IEEE 1815-2012 clause 4.4 (functions) and annex A (objects). */
import { abi } from "../abi.ts";
import { countOf, defineProtocol, type Name, nameOf, pairOf } from "./protocol.ts";

const WRITE = 2;
const RESPONSE_FIRST = 129;

const functions: Readonly<Record<number, Name>> = {
  0: ["confirm", "other"],
  1: ["read", "read"],
  2: ["write", "write"],
  3: ["select", "control"],
  4: ["operate", "control"],
  5: ["direct operate", "control"],
  6: ["direct operate without response", "control"],
  7: ["immediate freeze", "control"],
  8: ["immediate freeze without response", "control"],
  9: ["freeze and clear", "control"],
  10: ["freeze and clear without response", "control"],
  11: ["freeze at time", "control"],
  12: ["freeze at time without response", "control"],
  13: ["cold restart", "control", "restart"],
  14: ["warm restart", "control", "restart"],
  15: ["initialize data", "control"],
  16: ["initialize application", "control"],
  17: ["start application", "control", "start"],
  18: ["stop application", "control", "stop"],
  19: ["save configuration", "write"],
  20: ["enable unsolicited", "control"],
  21: ["disable unsolicited", "control", "communication_control"],
  22: ["assign class", "write"],
  23: ["delay measurement", "read"],
  24: ["record current time", "other"],
  25: ["open file", "other"],
  26: ["close file", "other"],
  27: ["delete file", "write", "file_write"],
  28: ["get file information", "read"],
  29: ["authenticate file", "other"],
  30: ["abort file", "other"],
  31: ["activate configuration", "control"],
  32: ["authentication request", "other"],
  33: ["authentication error", "other"],
  129: ["response", "other"],
  130: ["unsolicited response", "other"],
  131: ["authentication response", "other"],
};

/** Groups that make a write something else. */
const writes: Readonly<Record<number, Name>> = {
  0: ["write device attribute", "write"],
  50: ["write time", "write", "time_set"],
  70: ["write file", "write", "file_write"],
  80: ["write internal indications", "write"],
  110: ["write octet string", "write"],
};

export const dnp3 = defineProtocol({
  id: abi.OT_DNP3,
  name: "dnp3",
  describe({ kind, functionCode, object, error }) {
    if (kind !== abi.KIND_DNP3_FUNCTION) return null;
    const code = functionCode & 0xff;
    const named =
      code === WRITE
        ? nameOf(writes, functionCode >> 8, "write")
        : nameOf(functions, code, `function ${code}`);
    return {
      object: `address ${object}`,
      ...named,
      // An unnamed write is one nevertheless.
      ...(code === WRITE && { commandClass: "write" }),
      error: refusalsOf(error),
    };
  },
  tally(command, add) {
    const { kind, object, functionCode } = command;
    const pair = pairOf(command);
    if (kind === abi.KIND_DNP3_LINK) {
      return add(pair, "link_frames", `${object & 0xffff}->${object >>> 16}`, countOf(command));
    }
    const code = functionCode & 0xff;
    const isResponse = code >= RESPONSE_FIRST && code < RESPONSE_FIRST + 3;
    const group = isResponse ? "al_func_response" : "al_func_request";
    add(pair, group, String(code), countOf(command));
  },
});

/** IIN2.0 to 2.2. */
function refusalsOf(bits: number): string {
  const refusals = ["function not supported", "object unknown", "parameter error"];
  return refusals.filter((_, bit) => bits & (1 << bit)).join(", ");
}
