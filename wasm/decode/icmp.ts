/** ICMP (RFC 792) and ICMPv6 (RFC 4443). The header that an error quotes is not this packet's. */
import { COUNTER_ICMP_BAD, LAYER_ICMP } from "../abi/decode";
import { markLayer } from "./bytes";
import { DONE } from "./steps";

const HEADER_BYTES: u32 = 4;

export function icmp(at: usize, end: usize): u32 {
  markLayer(LAYER_ICMP);
  return end - at < HEADER_BYTES ? COUNTER_ICMP_BAD : DONE;
}
