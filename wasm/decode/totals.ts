/** Packets and bytes of each layer, exact. */
import { LAYERS_MAX } from "../abi/decode";
import { LAYERS_AT, LAYERS_BYTES } from "../flow/layout";
import { FLOW, OUT, PACKET } from "../layout";
import { PACKET_LAYERS, PACKET_WIRE } from "./packet-layout";

export function packet(): void {
  const bytes = <u64>load<u16>(PACKET, PACKET_WIRE);
  for (let left = load<u32>(PACKET, PACKET_LAYERS); left != 0; left &= left - 1) {
    const at = FLOW + LAYERS_AT + ((ctz(left) % LAYERS_MAX) << 4);
    store<u64>(at, load<u64>(at) + 1);
    store<u64>(at, load<u64>(at, 8) + bytes, 8);
  }
}

export function query(): i32 {
  memory.copy(OUT, FLOW + LAYERS_AT, LAYERS_BYTES);
  return LAYERS_BYTES;
}
