/**
 * VXLAN (RFC 7348): an Ethernet frame in UDP, after 8 bytes. The packet is its outer addresses'; but ARP in
 * a tunnel names addresses that are seen nowhere else.
 */
import { LAYER_VXLAN } from "../abi/decode";
import { countInner } from "../flow/conversations";
import { PACKET } from "../layout";
import { arpEnds } from "./arp";
import { markLayer, u16At } from "./bytes";
import {
  PACKET_DST_PORT,
  PACKET_FLOW,
  PACKET_INNER_DST,
  PACKET_INNER_SRC,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_BYTES,
  PACKET_PROTOCOL,
} from "./packet-layout";

const PORT: u32 = 4789;
const UDP: u32 = 17;
/** The one flag of section 5 that says an identifier follows; all other bits of the word are reserved. */
const FLAGS: u32 = 0x08;
const VXLAN_BYTES: u32 = 8;
const ETHERNET_BYTES: u32 = 14;
const ETHERTYPE_ARP: u32 = 0x0806;

/** After the packet has found its own conversation. */
export function vxlan(): void {
  if (load<u8>(PACKET, PACKET_PROTOCOL) != UDP) return;
  if (load<u16>(PACKET, PACKET_DST_PORT) != PORT || load<u32>(PACKET, PACKET_FLOW) == 0) return;
  const bytes = <u32>load<u16>(PACKET, PACKET_PAYLOAD_BYTES);
  const at = <usize>load<u32>(PACKET, PACKET_PAYLOAD);
  if (bytes < VXLAN_BYTES + ETHERNET_BYTES || load<u32>(at, 0, 1) != FLAGS) return;
  markLayer(LAYER_VXLAN);
  const inner = at + VXLAN_BYTES + ETHERNET_BYTES;
  if (u16At(inner - 2) != ETHERTYPE_ARP) return;
  const src = PACKET + PACKET_INNER_SRC;
  const dst = PACKET + PACKET_INNER_DST;
  if (arpEnds(inner, at + bytes, src, dst)) countInner(src, dst);
}
