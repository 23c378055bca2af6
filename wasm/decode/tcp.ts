/** TCP (RFC 9293): ports, sequence number, flags, and where the payload lies. */
import { COUNTER_TCP_BAD, LAYER_TCP } from "../abi/decode";
import { PACKET } from "../layout";
import { markLayer, u32At } from "./bytes";
import { PACKET_PAYLOAD_WIRE, PACKET_TCP_FLAGS, PACKET_TCP_SEQ } from "./packet-layout";
import { setPayload, setPorts } from "./ports";
import { DONE } from "./steps";

const HEADER_BYTES: u32 = 20;

export function tcp(at: usize, end: usize): u32 {
  markLayer(LAYER_TCP);
  const captured = <u32>(end - at);
  const wire = <u32>load<u16>(PACKET, PACKET_PAYLOAD_WIRE);
  store<u16>(PACKET, 0, PACKET_PAYLOAD_WIRE);
  // Even of a header that is cut, the ports are worth having.
  if (captured >= 4) setPorts(at);
  if (captured < HEADER_BYTES) return COUNTER_TCP_BAD;
  store<u8>(PACKET, load<u8>(at, 13), PACKET_TCP_FLAGS);
  const header = (<u32>load<u8>(at, 12) >> 4) << 2;
  if (header < HEADER_BYTES || header > wire) return COUNTER_TCP_BAD;
  store<u32>(PACKET, u32At(at + 4), PACKET_TCP_SEQ);
  setPayload(at, end, header, wire - header);
  return DONE;
}
