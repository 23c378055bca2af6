/** ARP for IPv4 over Ethernet (RFC 826). Its ends are the sender's and the target's protocol address. */
import {
  CONVERSATION_ARP,
  COUNTER_ARP_BAD,
  COUNTER_ARP_REPLIES,
  COUNTER_ARP_REQUESTS,
  LAYER_ARP,
} from "../abi/decode";
import { count } from "../counters";
import { PACKET } from "../layout";
import { IS_NANO } from "../profile";
import { setIpv4 } from "./address";
import { markLayer, u16At } from "./bytes";
import { PACKET_DST, PACKET_KIND, PACKET_SRC } from "./packet-layout";
import { DONE } from "./steps";

const ARP_BYTES: u32 = 28;
/** Hardware type 1, protocol 0x0800, address lengths 6 and 4, as the bytes lie. */
const ETHERNET_IPV4: u32 = 0x00080100;
const LENGTHS: u32 = 0x0406;
const REQUEST: u32 = 1;

export function arp(at: usize, end: usize): u32 {
  if (!arpEnds(at, end, PACKET + PACKET_SRC, PACKET + PACKET_DST)) return COUNTER_ARP_BAD;
  markLayer(LAYER_ARP);
  store<u8>(PACKET, <u8>CONVERSATION_ARP, PACKET_KIND);
  return DONE;
}

/** Counts the packet; writes the sender's and the target's address, 16 bytes each. @returns false if this is no such packet */
export function arpEnds(at: usize, end: usize, src: usize, dst: usize): bool {
  if (
    end - at < ARP_BYTES ||
    load<u32>(at, 0, 1) != ETHERNET_IPV4 ||
    load<u16>(at, 4, 1) != LENGTHS
  ) {
    return false;
  }
  if (!IS_NANO) count(u16At(at + 6) == REQUEST ? COUNTER_ARP_REQUESTS : COUNTER_ARP_REPLIES);
  setIpv4(src, load<u32>(at, 14, 1));
  setIpv4(dst, load<u32>(at, 24, 1));
  return true;
}
