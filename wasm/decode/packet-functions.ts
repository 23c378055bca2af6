/** The function codes of the OT messages in the packet at hand, for the statistics. */
import { PACKET } from "../layout";
import { PACKET_FUNCTIONS, PACKET_MESSAGES, PACKET_MESSAGES_MAX } from "./packet-layout";

export function noteFunction(code: u32): void {
  const messages = <u32>load<u8>(PACKET, PACKET_MESSAGES);
  if (messages == PACKET_MESSAGES_MAX) return;
  store<u8>(PACKET + messages, <u8>code, PACKET_FUNCTIONS);
  store<u8>(PACKET, <u8>(messages + 1), PACKET_MESSAGES);
}
