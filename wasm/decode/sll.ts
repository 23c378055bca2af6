/**
 * Linux "cooked" capture: what the kernel gives for interfaces without a common link header.
 * https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and …_SLL2.html
 */
import { COUNTER_LINK_SHORT, LAYER_SLL } from "../abi/decode";
import { markLayer, u16At } from "./bytes";
import { carry, DONE, stepOfEthertype } from "./steps";

const SLL_BYTES: u32 = 16;
const SLL2_BYTES: u32 = 20;
/** Below it, the field is one of Linux' own numbers: 1 802.3 without LLC, 4 LLC, 0xc CAN. */
const ETHERTYPE_FIRST: u32 = 0x0600;

export function sll(at: usize, end: usize): u32 {
  return cooked(at, end, SLL_BYTES, 14);
}

export function sll2(at: usize, end: usize): u32 {
  return cooked(at, end, SLL2_BYTES, 0);
}

function cooked(at: usize, end: usize, bytes: u32, typeAt: u32): u32 {
  if (end - at < bytes) return COUNTER_LINK_SHORT;
  markLayer(LAYER_SLL);
  const type = u16At(at + typeAt);
  if (type < ETHERTYPE_FIRST) return DONE;
  carry(at + bytes, end);
  return stepOfEthertype(type);
}
