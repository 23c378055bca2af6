/** Numbers in network order, and the marks that the layers leave. */
import { PACKET } from "../layout";
import { PACKET_FRAME, PACKET_LAYERS, PACKET_WIRE } from "./packet-layout";

export function u16At(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}

export function u32At(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

/** Bytes of the packet on the wire from here on. */
export function wireFrom(at: usize): u32 {
  return load<u32>(PACKET, PACKET_FRAME) + load<u16>(PACKET, PACKET_WIRE) - <u32>at;
}

export function markLayer(layer: u32): void {
  store<u32>(PACKET, load<u32>(PACKET, PACKET_LAYERS) | (1 << layer), PACKET_LAYERS);
}
