/** From a packet's first byte inwards. Each layer is one file; what it finds goes into PACKET. */
import { COUNTER_LINK_UNSUPPORTED, RECORD_LINK_MASK, RECORD_LINK_SHIFT } from "../abi/decode";
import { count } from "../counters";
import { PACKET } from "../layout";
import { PACKET_FLAGS } from "./packet-layout";

export function decode(): void {
  switch ((<u32>load<u16>(PACKET, PACKET_FLAGS) >> RECORD_LINK_SHIFT) & RECORD_LINK_MASK) {
    default:
      count(COUNTER_LINK_UNSUPPORTED);
  }
}
