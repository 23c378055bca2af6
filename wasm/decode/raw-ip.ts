/** A packet that begins with its IP header. */
import { COUNTER_LINK_SHORT } from "../abi/decode";
import { STEP_IPV4, STEP_IPV6 } from "./steps";

export function rawIp(at: usize, end: usize): u32 {
  if (at == end) return COUNTER_LINK_SHORT;
  return load<u8>(at) >> 4 == 6 ? STEP_IPV6 : STEP_IPV4;
}
