/** IEC 60870-5-101:2003 clause 7.2.1 (types) and 7.2.3 (causes); IEC 60870-5-104:2006 clause 5 (U frames). */
import { abi } from "../abi.ts";
import type { Command } from "../conversations.ts";
import { defineProtocol, hex, type Name, nameOf, pairOf, waysOf } from "./protocol.ts";

/** Commands to the process; 58 to 64 are 45 to 51 with a time. */
const orders = [
  "single command",
  "double command",
  "regulating step command",
  "set point, normalised",
  "set point, scaled",
  "set point, floating point",
  "bitstring command",
];

const types: Readonly<Record<number, Name>> = {
  1: ["single-point information", "read"],
  3: ["double-point information", "read"],
  5: ["step position information", "read"],
  7: ["bitstring", "read"],
  9: ["measured value, normalised", "read"],
  11: ["measured value, scaled", "read"],
  13: ["measured value, floating point", "read"],
  15: ["integrated totals", "read"],
  20: ["packed single-point information", "read"],
  21: ["measured value without quality", "read"],
  30: ["single-point information with time", "read"],
  31: ["double-point information with time", "read"],
  32: ["step position information with time", "read"],
  33: ["bitstring with time", "read"],
  34: ["measured value, normalised, with time", "read"],
  35: ["measured value, scaled, with time", "read"],
  36: ["measured value, floating point, with time", "read"],
  37: ["integrated totals with time", "read"],
  38: ["protection event with time", "read"],
  39: ["packed protection start events with time", "read"],
  40: ["packed protection output circuits with time", "read"],
  ...Object.fromEntries(
    orders.flatMap((order, i): [number, Name][] => [
      [45 + i, [order, "write"]],
      [58 + i, [`${order} with time`, "write"]],
    ]),
  ),
  70: ["end of initialisation", "other"],
  100: ["interrogation command", "read"],
  101: ["counter interrogation command", "read"],
  102: ["read command", "read"],
  103: ["clock synchronisation command", "control", "time_set"],
  104: ["test command", "other"],
  105: ["reset process command", "control", "restart"],
  106: ["delay acquisition command", "other"],
  107: ["test command with time", "other"],
  110: ["parameter, normalised", "write"],
  111: ["parameter, scaled", "write"],
  112: ["parameter, floating point", "write"],
  113: ["parameter activation", "write"],
  120: ["file ready", "other"],
  121: ["section ready", "other"],
  122: ["call or select file or section", "other"],
  123: ["last section or segment", "other"],
  124: ["acknowledge file or section", "other"],
  125: ["file segment", "other"],
  126: ["directory", "read"],
  127: ["query log", "read"],
};

const DEACTIVATION = 8;
const DEACTIVATION_CONFIRMATION = 9;

const causes: Readonly<Record<number, string>> = {
  44: "unknown type",
  45: "unknown cause",
  46: "unknown common address",
  47: "unknown object address",
};

const functions: Readonly<Record<number, Name>> = {
  1: ["start data transfer", "other"],
  2: ["start data transfer", "other"],
  4: ["stop data transfer", "control", "communication_control"],
  8: ["stop data transfer", "control", "communication_control"],
};

/** By the low bits of the first control byte. */
const forms: Readonly<Record<number, string>> = { 0: "I", 1: "S", 3: "U" };

export const iec104 = defineProtocol({
  id: abi.OT_IEC104,
  name: "iec104",
  describe(command) {
    if (command.kind === abi.KIND_IEC104_U && functions[command.functionCode] !== undefined) {
      return { object: "", ...nameOf(functions, command.functionCode, ""), error: "" };
    }
    return command.kind === abi.KIND_IEC104_ASDU ? meaningOf(command) : null;
  },
  tally(command, add) {
    const [group, key] = spellingOf(command);
    for (const [way, count] of waysOf(command)) add(pairOf(command), `${group}_${way}`, key, count);
  },
});

function meaningOf({ functionCode, object, error }: Command) {
  const type = functionCode & 0xff;
  const cause = functionCode >> 8;
  const { command, ...rest } = nameOf(types, type, `type ${type}`);
  const isTakenBack = cause === DEACTIVATION || cause === DEACTIVATION_CONFIRMATION;
  return {
    object: `common address ${object}`,
    command: isTakenBack ? `${command}, deactivation` : command,
    ...rest,
    error: error === 0 ? "" : (causes[error] ?? `negative confirmation, cause ${error}`),
  };
}

function spellingOf({ kind, functionCode }: Command): [group: string, key: string] {
  if (kind === abi.KIND_IEC104_APCI) return ["apci", forms[functionCode] ?? String(functionCode)];
  if (kind === abi.KIND_IEC104_U) return ["utype", hex(functionCode, 8)];
  return ["asdu", `type=${functionCode & 0xff} cot=${functionCode >> 8}`];
}
