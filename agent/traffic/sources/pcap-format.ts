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
  let link: number | undefined;
  return {
    next(view) {
      if (link === undefined) {
        if (view.byteLength < HEADER_BYTES) return { needed: HEADER_BYTES };
        // The upper half may carry flags about frame check sequences.
        link = linkOf(view.getUint32(20, little) & 0xffff);
        return { bytes: HEADER_BYTES };
      }
      if (view.byteLength === 0) return { needed: 0 };
      if (view.byteLength < RECORD_BYTES) return { needed: RECORD_BYTES };
      const captured = view.getUint32(8, little);
      const bytes = RECORD_BYTES + captured;
      if (bytes > view.byteLength) return { needed: bytes };
      const seconds = view.getUint32(0, little);
      const fraction = Math.floor(view.getUint32(4, little) / unitsPerUs);
      return {
        bytes,
        packet: {
          timestampUs: seconds * 1_000_000 + fraction,
          bytes: new Uint8Array(view.buffer, view.byteOffset + RECORD_BYTES, captured),
          wireBytes: view.getUint32(12, little),
          interface: 0,
          link,
        },
      };
    },
  };
}
