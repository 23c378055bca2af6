/** IPv6 (RFC 8200) and its extension headers. */
import { CONVERSATION_IPV6, COUNTER_IPV6_BAD, LAYER_FRAGMENT, LAYER_IPV6 } from "../abi/decode";
import { PACKET } from "../layout";
import { copyAddress } from "./address";
import { markLayer, u16At, wireFrom } from "./bytes";
import {
  PACKET_AT,
  PACKET_DST,
  PACKET_KIND,
  PACKET_PAYLOAD_WIRE,
  PACKET_PROTOCOL,
  PACKET_SRC,
} from "./packet-layout";
import { carry, DONE, stepOfProtocol } from "./steps";

const HEADER_BYTES: u32 = 40;
/** RFC 8200 section 4.1 knows seven kinds, each once, but the destination options twice. */
const EXTENSIONS_MAX: u32 = 8;
const HOP_BY_HOP: u32 = 0;
const ROUTING: u32 = 43;
const FRAGMENT: u32 = 44;
const AUTHENTICATION: u32 = 51;
const DESTINATION: u32 = 60;

export function ipv6(at: usize, end: usize): u32 {
  const captured = <u32>(end - at);
  if (captured < HEADER_BYTES || load<u8>(at) >> 4 != 6) return COUNTER_IPV6_BAD;
  markLayer(LAYER_IPV6);
  store<u8>(PACKET, <u8>CONVERSATION_IPV6, PACKET_KIND);
  copyAddress(PACKET + PACKET_SRC, at + 8);
  copyAddress(PACKET + PACKET_DST, at + 24);
  // Length 0 is a jumbogram or TSO: it is what there is.
  let payload = min(u16At(at + 4), wireFrom(at) - HEADER_BYTES);
  if (payload == 0) payload = captured - HEADER_BYTES;
  store<u16>(PACKET, <u16>payload, PACKET_PAYLOAD_WIRE);
  carry(at + HEADER_BYTES, at + HEADER_BYTES + min(payload, captured - HEADER_BYTES));
  return skipExtensions(load<u8>(at, 6), end);
}

function skipExtensions(first: u32, captured: usize): u32 {
  let next = first;
  for (let headers: u32 = 0; headers < EXTENSIONS_MAX; headers++) {
    if (
      next != HOP_BY_HOP &&
      next != ROUTING &&
      next != FRAGMENT &&
      next != AUTHENTICATION &&
      next != DESTINATION
    ) {
      return stepOfProtocol(next);
    }
    const at = <usize>load<u32>(PACKET, PACKET_AT);
    const wire = <u32>load<u16>(PACKET, PACKET_PAYLOAD_WIRE);
    if (captured - at < 8) return COUNTER_IPV6_BAD;
    // RFC 4302 counts words of 4, less 2; the others words of 8, less 1; a fragment header has 8 bytes.
    const units = <u32>load<u8>(at, 1);
    let bytes = (units + 1) << 3;
    if (next == AUTHENTICATION) bytes = (units + 2) << 2;
    if (next == FRAGMENT) bytes = 8;
    if (bytes > min(wire, <u32>(captured - at))) return COUNTER_IPV6_BAD;
    const isFragment = next == FRAGMENT;
    next = load<u8>(at);
    store<u16>(PACKET, <u16>(wire - bytes), PACKET_PAYLOAD_WIRE);
    carry(at + bytes, min(captured, at + wire));
    if (!isFragment) continue;
    markLayer(LAYER_FRAGMENT);
    if ((u16At(at + 2) & 0xfff8) == 0) continue;
    store<u8>(PACKET, <u8>next, PACKET_PROTOCOL);
    return DONE;
  }
  return COUNTER_IPV6_BAD;
}
