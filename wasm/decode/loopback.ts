/**
 * BSD loopback: an address family in the byte order of the host that captured.
 * https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html
 */
import { COUNTER_LINK_SHORT, COUNTER_LINK_UNSUPPORTED } from "../abi/decode";
import { carry, STEP_IPV4, STEP_IPV6 } from "./steps";

export function loopback(at: usize, end: usize): u32 {
  if (end - at < 4) return COUNTER_LINK_SHORT;
  carry(at + 4, end);
  const family = load<u32>(at, 0, 1);
  switch (family <= 0xff ? family : bswap<u32>(family)) {
    case 2:
      return STEP_IPV4;
    case 10: // Linux
    case 24: // NetBSD, OpenBSD
    case 28: // FreeBSD
    case 30: // Darwin
      return STEP_IPV6;
    default:
      return COUNTER_LINK_UNSUPPORTED;
  }
}
