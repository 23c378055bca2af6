/** What TCP and UDP have in common. */
import { PACKET } from "../layout";
import { u16At } from "./bytes";
import {
  PACKET_DST_PORT,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_BYTES,
  PACKET_PAYLOAD_WIRE,
  PACKET_SRC_PORT,
} from "./packet-layout";

export function setPorts(at: usize): void {
  store<u16>(PACKET, <u16>u16At(at), PACKET_SRC_PORT);
  store<u16>(PACKET, <u16>u16At(at + 2), PACKET_DST_PORT);
}

/** @param wire the payload's bytes by the headers; of them, those before `end` were captured */
export function setPayload(at: usize, end: usize, header: u32, wire: u32): void {
  const captured = <u32>(end - at);
  store<u32>(PACKET, <u32>at + header, PACKET_PAYLOAD);
  store<u16>(
    PACKET,
    captured > header ? <u16>min(captured - header, wire) : 0,
    PACKET_PAYLOAD_BYTES,
  );
  store<u16>(PACKET, <u16>wire, PACKET_PAYLOAD_WIRE);
}
