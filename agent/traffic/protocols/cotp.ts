/** ISO transport over TCP (RFC 1006): a way for other protocols, so none of its messages is a command. */
import { abi } from "../abi.ts";
import { countOf, defineProtocol, hex, pairOf } from "./protocol.ts";

export const cotp = defineProtocol({
  id: abi.OT_COTP,
  name: "cotp",
  describe: () => null,
  tally(command, add) {
    add(pairOf(command), "type", hex(command.functionCode, 2), countOf(command));
  },
});
