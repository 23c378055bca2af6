/** EtherNet/IP's encapsulation, and implicit messages: The CIP Networks Library, volume 2, chapter 2. */
import { abi } from "../abi.ts";
import { countOf, defineProtocol, hex, type Name, nameOf, pairOf } from "./protocol.ts";

/** Table 2-3.2. Those that carry CIP are told by what they carry. */
const commands: Readonly<Record<string, Name>> = {
  "0x0000": ["nop", "other"],
  "0x0004": ["list services", "read"],
  "0x0063": ["list identity", "read", "identify"],
  "0x0064": ["list interfaces", "read"],
  "0x0065": ["register session", "other"],
  "0x0066": ["unregister session", "other"],
  "0x006f": ["send rr data", "other"],
  "0x0070": ["send unit data", "other"],
  "0x0072": ["indicate status", "other"],
  "0x0073": ["cancel", "other"],
};
const CARRIERS = [0x006f, 0x0070];

/** Table 2-3.3. */
const statuses: Readonly<Record<string, string>> = {
  "0x01": "invalid or unsupported command",
  "0x02": "insufficient memory",
  "0x03": "incorrect data",
  "0x64": "invalid session",
  "0x65": "invalid length",
  "0x69": "unsupported protocol revision",
};

export const enip = defineProtocol({
  id: abi.OT_ENIP,
  name: "enip",
  describe({ functionCode, error }) {
    if (CARRIERS.includes(functionCode) && error === 0) return null;
    return {
      object: "",
      ...nameOf(commands, hex(functionCode, 4), `command ${hex(functionCode, 4)}`),
      error: error === 0 ? "" : (statuses[hex(error, 2)] ?? `status ${hex(error, 2)}`),
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
