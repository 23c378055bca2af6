/**
 * The nano's decoder, in one piece because its bytes are counted: Ethernet with tags, IPv4, IPv6 without
 * extension headers, TCP and UDP, as the layers' own files read them (test/wasm/decode.test.ts compares).
 * A length of 0, which a host's own network card leaves, is not known here. It leaves PACKET_LAYERS,
 * PACKET_ETHERTYPE and PACKET_PAYLOAD_WIRE 0.
 */
import {
  CONVERSATION_IPV4,
  CONVERSATION_IPV6,
  CONVERSATION_LINK,
  COUNTER_IPV4_BAD,
  COUNTER_IPV6_BAD,
  COUNTER_LINK_SHORT,
  COUNTER_LINK_UNSUPPORTED,
  COUNTER_TCP_BAD,
  COUNTER_UDP_BAD,
  RECORD_LINK_MASK,
  RECORD_LINK_SHIFT,
} from "../abi/decode";
import { PACKET } from "../layout";
import { copyAddress, setIpv4 } from "./address";
import { u16At, u32At } from "./bytes";
import {
  PACKET_CAPTURED,
  PACKET_DST,
  PACKET_DST_MAC,
  PACKET_FLAGS,
  PACKET_FRAME,
  PACKET_KIND,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_BYTES,
  PACKET_SRC,
  PACKET_SRC_MAC,
  PACKET_SRC_PORT,
  PACKET_TCP_FLAGS,
  PACKET_TCP_SEQ,
} from "./packet-layout";

const MAC_MASK: u64 = 0xffff_ffff_ffff;
const LINK_BITS: u32 = RECORD_LINK_MASK << RECORD_LINK_SHIFT;
const TCP: u32 = 6;
const UDP: u32 = 17;

/** @returns 0, or the COUNTER_ that says why it stopped */
export function decodeNano(): u32 {
  let at = <usize>load<u32>(PACKET, PACKET_FRAME);
  const end = at + load<u16>(PACKET, PACKET_CAPTURED);
  if ((load<u8>(PACKET, PACKET_FLAGS) & LINK_BITS) != 0) return COUNTER_LINK_UNSUPPORTED;
  if (end - at < 14) return COUNTER_LINK_SHORT;
  store<u64>(PACKET, load<u64>(at, 0, 1) & MAC_MASK, PACKET_DST_MAC);
  store<u64>(PACKET, load<u64>(at, 6, 1) & MAC_MASK, PACKET_SRC_MAC);
  store<u8>(PACKET, <u8>CONVERSATION_LINK, PACKET_KIND);
  let type = u16At(at + 12);
  at += 14;
  while ((type == 0x8100 || type == 0x88a8) && end - at >= 4) {
    type = u16At(at + 2);
    at += 4;
  }
  const captured = <u32>(end - at);
  let header: u32 = 40;
  let total: u32;
  let protocol: u32;
  if (type == 0x0800) {
    if (captured < 20) return COUNTER_IPV4_BAD;
    header = ((<u32>load<u8>(at)) << 2) - 256;
    total = min(u16At(at + 2), captured);
    // Another version than 4 has wrapped around.
    if (header - 20 > 40 || header > total) return COUNTER_IPV4_BAD;
    setIpv4(PACKET + PACKET_SRC, load<u32>(at, 12, 1));
    setIpv4(PACKET + PACKET_DST, load<u32>(at, 16, 1));
    protocol = CONVERSATION_IPV4 | ((<u32>load<u8>(at, 9)) << 8);
    store<u16>(PACKET, <u16>protocol, PACKET_KIND);
    if ((u16At(at + 6) & 0x1fff) != 0) return 0;
  } else if (type == 0x86dd) {
    if (captured < 40 || load<u8>(at) >> 4 != 6) return COUNTER_IPV6_BAD;
    total = min(u16At(at + 4) + 40, captured);
    copyAddress(PACKET + PACKET_SRC, at + 8);
    copyAddress(PACKET + PACKET_DST, at + 24);
    protocol = CONVERSATION_IPV6 | ((<u32>load<u8>(at, 6)) << 8);
    store<u16>(PACKET, <u16>protocol, PACKET_KIND);
  } else {
    return 0;
  }
  return transport(protocol >> 8, at + header, total - header);
}

function transport(protocol: u32, at: usize, captured: u32): u32 {
  if (protocol != TCP && protocol != UDP) return 0;
  let header: u32 = 8;
  let bytes = captured;
  if (protocol == TCP) {
    if (captured < 20) return COUNTER_TCP_BAD;
    header = (<u32>load<u8>(at, 12) >> 4) << 2;
    if (header < 20 || header > captured) return COUNTER_TCP_BAD;
    store<u8>(PACKET, load<u8>(at, 13), PACKET_TCP_FLAGS);
    store<u32>(PACKET, u32At(at + 4), PACKET_TCP_SEQ);
  } else {
    if (captured < 8) return COUNTER_UDP_BAD;
    bytes = min(captured, u16At(at + 4));
    if (bytes < 8) return COUNTER_UDP_BAD;
  }
  store<u32>(PACKET, rotl<u32>(u32At(at), 16), PACKET_SRC_PORT);
  store<u32>(PACKET, <u32>at + header, PACKET_PAYLOAD);
  store<u16>(PACKET, <u16>(bytes - header), PACKET_PAYLOAD_BYTES);
  return 0;
}
