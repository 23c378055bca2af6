/** UDP (RFC 768). */
import { COUNTER_UDP_BAD, LAYER_UDP } from "../abi/decode";
import { PACKET } from "../layout";
import { markLayer, u16At } from "./bytes";
import { PACKET_PAYLOAD_WIRE } from "./packet-layout";
import { setPayload, setPorts } from "./ports";
import { DONE } from "./steps";

const HEADER_BYTES: u32 = 8;

export function udp(at: usize, end: usize): u32 {
  markLayer(LAYER_UDP);
  const captured = <u32>(end - at);
  const wire = <u32>load<u16>(PACKET, PACKET_PAYLOAD_WIRE);
  store<u16>(PACKET, 0, PACKET_PAYLOAD_WIRE);
  if (captured >= 4) setPorts(at);
  if (captured < HEADER_BYTES) return COUNTER_UDP_BAD;
  // Length 0 is a jumbogram (RFC 2675 section 4). In a fragment it exceeds what is here.
  const length = u16At(at + 4);
  if (length != 0 && length < HEADER_BYTES) return COUNTER_UDP_BAD;
  const bytes = length == 0 ? wire : min(length, wire);
  if (bytes < HEADER_BYTES) return COUNTER_UDP_BAD;
  setPayload(at, end, HEADER_BYTES, bytes - HEADER_BYTES);
  return DONE;
}
