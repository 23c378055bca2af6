/** Elements of BER and DER (ITU-T X.690, clause 8.1) with tags of one byte; what is cut short is taken as far as it goes. */
import { createReader, type Reader } from "./reader.ts";

export interface Element {
  tag: number;
  body: Reader;
  /** The body's bytes, where they are wanted whole. */
  bytes: Uint8Array;
}

export function readElement(reader: Reader): Element | undefined {
  const tag = reader.u8();
  let length = reader.u8();
  if (length > 0x80) {
    const lengthBytes = length & 0x7f;
    if (lengthBytes > 4) return undefined;
    length = reader.take(lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  if (!reader.ok) return undefined;
  const bytes = reader.takeUpTo(length);
  return { tag, bytes, body: createReader(bytes) };
}

/** Object identifier in dots; the first two arcs are not taken apart beyond what X.690 8.19.4 says. */
export function oidOf(bytes: Uint8Array): string {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      arcs.push(first, value - first * 40);
    } else {
      arcs.push(value);
    }
    value = 0;
  }
  return arcs.join(".");
}
