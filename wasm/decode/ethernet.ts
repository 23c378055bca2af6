/** Ethernet II and IEEE 802.3. */
import { CONVERSATION_LINK, COUNTER_LINK_SHORT, LAYER_ETHERNET } from "../abi/decode";
import { PACKET } from "../layout";
import { markLayer, u16At } from "./bytes";
import { PACKET_DST_MAC, PACKET_KIND, PACKET_SRC_MAC } from "./packet-layout";
import { carry, STEP_ETHERNET, stepOfEthertype } from "./steps";

const HEADER_BYTES: u32 = 14;
const MAC_MASK: u64 = 0xffff_ffff_ffff;
/** Cisco's ISL puts 26 bytes before a frame, the first five of them 01 (or 03) 00 0C 00 00. */
const ISL_BYTES: u32 = 26;
const ISL_MASK: u64 = 0xff_ffff_fffd;
const ISL_ADDRESS: u64 = 0x00_000c_0001;

export function ethernet(at: usize, end: usize): u32 {
  if (end - at < HEADER_BYTES) return COUNTER_LINK_SHORT;
  if ((load<u64>(at, 0, 1) & ISL_MASK) == ISL_ADDRESS && end - at > ISL_BYTES) {
    carry(at + ISL_BYTES, end);
    return STEP_ETHERNET;
  }
  markLayer(LAYER_ETHERNET);
  store<u64>(PACKET, load<u64>(at, 0, 1) & MAC_MASK, PACKET_DST_MAC);
  store<u64>(PACKET, load<u64>(at, 6, 1) & MAC_MASK, PACKET_SRC_MAC);
  store<u8>(PACKET, <u8>CONVERSATION_LINK, PACKET_KIND);
  carry(at + HEADER_BYTES, end);
  return stepOfEthertype(u16At(at + 12));
}
