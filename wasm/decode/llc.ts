/** IEEE 802.2 LLC and, behind AA-AA-03, SNAP (RFC 1042). The EtherType field was a length. */
import { COUNTER_LLC_BAD, LAYER_LLC, LAYER_SNAP } from "../abi/decode";
import { PACKET } from "../layout";
import { IS_NANO } from "../profile";
import { markLayer, u16At } from "./bytes";
import { PACKET_ETHERTYPE } from "./packet-layout";
import { carry, DONE, stepOfEthertype } from "./steps";

const LLC_BYTES: u32 = 3;
const SNAP_BYTES: u32 = 8;
const SNAP_HEADER: u32 = 0x03aaaa;
const ETHERTYPE_FIRST: u32 = 0x0600;

export function llc(at: usize, end: usize): u32 {
  const length = <u32>load<u16>(PACKET, PACKET_ETHERTYPE);
  store<u16>(PACKET, 0, PACKET_ETHERTYPE);
  // Some write a length of 0 to mean "what there is".
  const stop = length == 0 ? end : min(end, at + length);
  if (stop - at < LLC_BYTES) return COUNTER_LLC_BAD;
  markLayer(LAYER_LLC);
  // What has no EtherType is read by its LLC header, without the padding.
  if (!IS_NANO) carry(at, stop);
  if (stop - at < SNAP_BYTES || (load<u32>(at, 0, 1) & 0xffffff) != SNAP_HEADER) return DONE;
  markLayer(LAYER_SNAP);
  const type = u16At(at + 6);
  // Only organisation 00-00-00 numbers by EtherType; others (CDP) by themselves.
  if (load<u16>(at, 3, 1) != 0 || load<u8>(at, 5) != 0 || type < ETHERTYPE_FIRST) return DONE;
  carry(at + SNAP_BYTES, stop);
  return stepOfEthertype(type);
}
