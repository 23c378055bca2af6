/** IEC 61158-4-12 clause 5.4.1.2. */
import { abi } from "../abi.ts";
import { countOf, defineProtocol, type Name, nameOf } from "./protocol.ts";

const commands: Readonly<Record<number, Name>> = {
  0: ["no operation", "other"],
  1: ["auto increment read", "read"],
  2: ["auto increment write", "write"],
  3: ["auto increment read/write", "write"],
  4: ["configured address read", "read"],
  5: ["configured address write", "write"],
  6: ["configured address read/write", "write"],
  7: ["broadcast read", "read"],
  8: ["broadcast write", "write"],
  9: ["broadcast read/write", "write"],
  10: ["logical read", "read"],
  11: ["logical write", "write"],
  12: ["logical read/write", "write"],
  13: ["auto increment read, multiple write", "write"],
  14: ["configured address read, multiple write", "write"],
};

const AL_CONTROL = 0x0120;

export const ethercat = defineProtocol({
  id: abi.OT_ETHERCAT,
  name: "ethercat",
  describe({ functionCode, object }) {
    if (object === AL_CONTROL) {
      return {
        object: "",
        command: "change slave state",
        commandClass: "control",
        action: "mode_change",
        error: "",
      };
    }
    return { object: "", ...nameOf(commands, functionCode, `command ${functionCode}`), error: "" };
  },
  tally(command, add) {
    add("", "", `cmd=${command.functionCode}`, countOf(command));
  },
});
