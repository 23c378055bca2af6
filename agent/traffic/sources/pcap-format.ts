/**
 * The classic format: a header of 24 bytes, then records of 16 bytes and the packet.
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html
 */

import type { CaptureFormat } from "./capture-format.ts";
import { linkOf } from "./link-types.ts";

const HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const MAGIC_US = 0xa1b2c3d4;
const MAGIC_NS = 0xa1b23c4d;

/** @param magic the first four bytes, read in network order */
export function pcapFormatOf(magic: number): CaptureFormat | undefined {
  const swapped =
    ((magic >>> 24) | ((magic >>> 8) & 0xff00) | ((magic << 8) & 0xff0000) | (magic << 24)) >>> 0;
  for (const [value, little] of [
    [magic, false],
    [swapped, true],
  ] as const) {
    if (value === MAGIC_US) return createPcapFormat(little, 1);
    if (value === MAGIC_NS) return createPcapFormat(little, 1000);
  }
  return undefined;
}

function createPcapFormat(little: boolean, unitsPerUs: number): CaptureFormat {
  let link = -1;
  let needed = HEADER_BYTES;
  return {
    take(view, from, to, sink) {
      let at = from;
      if (link < 0) {
        if (to - at < HEADER_BYTES) return at;
        // The upper half may carry flags about frame check sequences.
        link = linkOf(view.getUint32(at + 20, little) & 0xffff);
        at += HEADER_BYTES;
      }
      for (needed = RECORD_BYTES; at + RECORD_BYTES <= to; needed = RECORD_BYTES) {
        const captured = view.getUint32(at + 8, little);
        needed = RECORD_BYTES + captured;
        if (at + needed > to) return at;
        const fraction = Math.round(view.getUint32(at + 4, little) / unitsPerUs);
        const us = view.getUint32(at, little) * 1_000_000 + fraction;
        const wire = view.getUint32(at + 12, little);
        sink.putPacket(us, view, at + RECORD_BYTES, captured, wire, 0, link);
        at += needed;
      }
      return at;
    },
    get needed() {
      return needed;
    },
  };
}
