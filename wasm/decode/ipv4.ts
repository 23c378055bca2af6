/** IPv4 (RFC 791). Fragments are counted; only the first has ports, and none is put together. */
import { CONVERSATION_IPV4, COUNTER_IPV4_BAD, LAYER_FRAGMENT, LAYER_IPV4 } from "../abi/decode";
import { PACKET } from "../layout";
import { setIpv4 } from "./address";
import { markLayer, u16At, wireFrom } from "./bytes";
import {
  PACKET_DST,
  PACKET_KIND,
  PACKET_PAYLOAD_WIRE,
  PACKET_PROTOCOL,
  PACKET_SRC,
} from "./packet-layout";
import { carry, DONE, stepOfProtocol } from "./steps";

const HEADER_BYTES: u32 = 20;
const FRAGMENT_OFFSET: u32 = 0x1fff;
const MORE_FRAGMENTS: u32 = 0x2000;

export function ipv4(at: usize, end: usize): u32 {
  const captured = <u32>(end - at);
  if (captured < HEADER_BYTES) return COUNTER_IPV4_BAD;
  const first = <u32>load<u8>(at);
  const header = (first & 15) << 2;
  // A network card that cuts segments itself (TSO) leaves the length 0: it is what there is. A length
  // beyond the wire's is a lie.
  let total = min(u16At(at + 2), wireFrom(at));
  if (total == 0) total = captured;
  if (first >> 4 != 4 || header < HEADER_BYTES || header > min(captured, total)) {
    return COUNTER_IPV4_BAD;
  }
  markLayer(LAYER_IPV4);
  store<u8>(PACKET, <u8>CONVERSATION_IPV4, PACKET_KIND);
  setIpv4(PACKET + PACKET_SRC, load<u32>(at, 12, 1));
  setIpv4(PACKET + PACKET_DST, load<u32>(at, 16, 1));
  store<u16>(PACKET, <u16>(total - header), PACKET_PAYLOAD_WIRE);
  carry(at + header, at + min(total, captured));
  const protocol = load<u8>(at, 9);
  const fragment = u16At(at + 6) & (FRAGMENT_OFFSET | MORE_FRAGMENTS);
  if (fragment != 0) markLayer(LAYER_FRAGMENT);
  if ((fragment & FRAGMENT_OFFSET) == 0) return stepOfProtocol(protocol);
  store<u8>(PACKET, protocol, PACKET_PROTOCOL);
  return DONE;
}
