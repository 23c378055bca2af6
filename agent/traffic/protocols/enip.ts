/** EtherNet/IP's encapsulation, and implicit messages: The CIP Networks Library, volume 2, chapter 2. */
import { abi } from "../abi.ts";
import { countOf, defineProtocol, hex, type Name, nameOf, pairOf } from "./protocol.ts";

/** Table 2-3.2. Those that carry CIP are told by what they carry. */
const commands: Readonly<Record<number, Name>> = {
  0: ["nop", "other"],
  4: ["list services", "read"],
  99: ["list identity", "read", "identify"],
  100: ["list interfaces", "read"],
  101: ["register session", "other"],
  102: ["unregister session", "other"],
  111: ["send rr data", "other"],
  112: ["send unit data", "other"],
  114: ["indicate status", "other"],
  115: ["cancel", "other"],
};
const CARRIERS = [0x006f, 0x0070];

/** Table 2-3.3. */
const statuses: Readonly<Record<number, string>> = {
  1: "invalid or unsupported command",
  2: "insufficient memory",
  3: "incorrect data",
  100: "invalid session",
  101: "invalid length",
  105: "unsupported protocol revision",
};

export const enip = defineProtocol({
  id: abi.OT_ENIP,
  name: "enip",
  describe({ functionCode, error }) {
    if (CARRIERS.includes(functionCode) && error === 0) return null;
    return {
      object: "",
      ...nameOf(commands, functionCode, `command ${hex(functionCode, 4)}`),
      error: error === 0 ? "" : (statuses[error] ?? `status ${hex(error, 2)}`),
    };
  },
  tally(command, add) {
    const pair = pairOf(command);
    const key = hex(command.functionCode, 4);
    add(pair, "command_to_server", key, command.requestCount);
    add(pair, "command_to_client", key, command.responseCount + command.errorCount);
  },
});

export const cipio = defineProtocol({
  id: abi.OT_CIPIO,
  name: "cipio",
  describe: () => ({ object: "", command: "implicit data", commandClass: "other", error: "" }),
  tally(command, add) {
    add(pairOf(command), "packets", "implicit", countOf(command));
  },
});
