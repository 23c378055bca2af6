/** IEC 61158-6-10 clauses 4.3 (DCP) and 4.7 (FrameID). */
import { abi } from "../abi.ts";
import type { Command } from "../conversations.ts";
import { countBySender, countOf, defineProtocol, hex, type Name, nameOf } from "./protocol.ts";

const services: Readonly<Record<number, Name>> = {
  3: ["dcp get", "read", "identify"],
  4: ["dcp set", "write"],
  5: ["dcp identify", "read", "identify"],
  6: ["dcp hello", "other"],
};

/** Of DCP set, by option << 8 | suboption. */
const settings: Readonly<Record<number, Name>> = {
  258: ["dcp set ip address", "write", "address_set"],
  259: ["dcp set ip address", "write", "address_set"],
  514: ["dcp set station name", "write", "address_set"],
  1283: ["dcp flash led", "control", "identify"],
  1285: ["dcp factory reset", "control", "factory_reset"],
  1286: ["dcp reset to factory", "control", "factory_reset"],
};

const SET = 4;

/** Frames that are no cyclic data; the rest of what is below 0xfc00 is. */
const ranges: readonly (readonly [first: number, last: number, name: string])[] = [
  [0x0020, 0x00ff, "time synchronisation"],
  [0x0100, 0xfbff, "cyclic data"],
  [0xfc01, 0xfc01, "alarm"],
  [0xfe01, 0xfe01, "alarm"],
  [0xfe02, 0xfe02, "remote service interface"],
  [0xff00, 0xff43, "time synchronisation"],
];

export const profinet = defineProtocol({
  id: abi.OT_PROFINET,
  name: "profinet",
  describe(command) {
    if (command.kind === abi.KIND_PROFINET_DCP) return dcpOf(command);
    const id = command.functionCode;
    const range = ranges.find(([first, last]) => first <= id && id <= last);
    if (range === undefined) return null;
    return { object: "", command: range[2], commandClass: "other", error: "" };
  },
  tally(command, add) {
    if (command.kind === abi.KIND_PROFINET_FRAME) {
      add("", "", `frame_id=${command.functionCode}`, countOf(command));
      return;
    }
    const name = `service=${command.functionCode & 0xff} type=${command.functionCode >> 8}`;
    countBySender(
      command,
      (pair, _, key, count) => add(pair, "", `${pair} ${key}`, count),
      "",
      name,
    );
  },
});

function dcpOf({ functionCode, object, error }: Command) {
  const service = functionCode & 0xff;
  const name =
    service === SET && object !== 0
      ? nameOf(settings, object, `dcp set ${hex(object, 4)}`)
      : nameOf(services, service, `dcp service ${service}`);
  return { object: "", ...name, error: error === 0 ? "" : `service type ${error}` };
}
