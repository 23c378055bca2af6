/**
 * Numbers in network order, and the marks that the layers leave.
 *
 * A packet's bytes lie where they lie: each load of more than one byte says that it may be unaligned (the
 * third argument). WebAssembly does not care, but the twin in JavaScript and C on a Cortex-M0 do.
 */
import { PACKET } from "../layout";
import { PACKET_FRAME, PACKET_LAYERS, PACKET_WIRE } from "./packet-layout";

export function u16At(at: usize): u32 {
  return bswap<u16>(load<u16>(at, 0, 1));
}

export function u32At(at: usize): u32 {
  return bswap<u32>(load<u32>(at, 0, 1));
}

/** Bytes of the packet on the wire from here on. */
export function wireFrom(at: usize): u32 {
  return load<u32>(PACKET, PACKET_FRAME) + load<u16>(PACKET, PACKET_WIRE) - <u32>at;
}

export function markLayer(layer: u32): void {
  store<u32>(PACKET, load<u32>(PACKET, PACKET_LAYERS) | (1 << layer), PACKET_LAYERS);
}
