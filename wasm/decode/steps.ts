/**
 * Which layer is read next. A layer's function takes what is left, [at, end), writes what it finds into
 * PACKET, moves PACKET_AT and PACKET_END to what it carries, and returns the next step: one of these,
 * DONE, or the COUNTER_ (below STEP_FIRST) that says why it stopped.
 */
import { LAYER_OTHER } from "../abi/decode";
import { PACKET } from "../layout";
import { markLayer } from "./bytes";
import { PACKET_AT, PACKET_END, PACKET_ETHERTYPE, PACKET_PROTOCOL } from "./packet-layout";

export const DONE: u32 = 0;
export const STEP_FIRST: u32 = 64;
export const STEP_ETHERNET: u32 = 64;
export const STEP_VLAN: u32 = 65;
export const STEP_IPV4: u32 = 66;
export const STEP_IPV6: u32 = 67;
export const STEP_TCP: u32 = 68;
export const STEP_UDP: u32 = 69;
export const STEP_RAW_IP: u32 = 70;
export const STEP_LLC: u32 = 71;
export const STEP_SLL: u32 = 72;
export const STEP_SLL2: u32 = 73;
export const STEP_LOOPBACK: u32 = 74;
export const STEP_ARP: u32 = 75;
export const STEP_ICMP: u32 = 76;

/** Below it, the field is the length of an LLC frame (IEEE 802.3 clause 3.2.6). */
const ETHERTYPE_FIRST: u32 = 0x0600;

export function stepOfEthertype(type: u32): u32 {
  store<u16>(PACKET, <u16>type, PACKET_ETHERTYPE);
  switch (type) {
    case 0x0800:
      return STEP_IPV4;
    case 0x86dd:
      return STEP_IPV6;
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // QinQ before it was a standard
      return STEP_VLAN;
    case 0x0806:
      return STEP_ARP;
  }
  if (type < ETHERTYPE_FIRST) return STEP_LLC;
  markLayer(LAYER_OTHER);
  return DONE;
}

export function stepOfProtocol(protocol: u32): u32 {
  store<u8>(PACKET, <u8>protocol, PACKET_PROTOCOL);
  switch (protocol) {
    case 6:
      return STEP_TCP;
    case 17:
      return STEP_UDP;
    case 1:
    case 58: // ICMPv6
      return STEP_ICMP;
  }
  markLayer(LAYER_OTHER);
  return DONE;
}

export function carry(at: usize, end: usize): void {
  store<u32>(PACKET, <u32>at, PACKET_AT);
  store<u32>(PACKET, <u32>end, PACKET_END);
}
