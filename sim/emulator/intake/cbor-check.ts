/**
 * Whether bytes are one well-formed CBOR item of the kind a report is made of (RFC 8949, appendix C),
 * before a decoder may act on them: tags, which decoders turn into dates, sets and references, are not
 * taken, nor is a nesting or a length that the bytes themselves do not fill.
 */
import { CBOR_DEPTH_MAX } from "../limits.ts";

/** Null, or the first thing that is wrong, with its offset. */
export function cborProblemOf(bytes: Uint8Array): string | null {
  const reader = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = check(reader, 0, 0);
  if (typeof end === "string") return end;
  return end === bytes.length ? null : `CBOR: ${bytes.length - end} bytes after the report`;
}

const MAJOR = { bytes: 2, text: 3, list: 4, map: 5, tag: 6, simple: 7 } as const;
const INDEFINITE = 31;
const BREAK = 0xff;

interface Head {
  major: number;
  /** The argument: value, length or count; null for an indefinite length. */
  argument: number | null;
  /** Offset of what follows the head. */
  next: number;
}

/** Checks the item at `at`; the offset after it, or what is wrong with it. */
function check(reader: DataView, at: number, depth: number): number | string {
  if (depth > CBOR_DEPTH_MAX) return `CBOR: nested deeper than ${CBOR_DEPTH_MAX} at byte ${at}`;
  const head = headAt(reader, at);
  if (typeof head === "string") return head;
  const { major, argument, next } = head;
  if (major === MAJOR.tag) return `CBOR: a tag at byte ${at}`;
  if (major === MAJOR.list || major === MAJOR.map) return checkItems(reader, head, depth);
  if (argument === null) return `CBOR: a string of indefinite length at byte ${at}`;
  if (major !== MAJOR.bytes && major !== MAJOR.text) return next;
  if (argument > reader.byteLength - next) return `CBOR: cut off in a string at byte ${at}`;
  return next + argument;
}

function checkItems(reader: DataView, { major, argument, next }: Head, depth: number) {
  const perItem = major === MAJOR.map ? 2 : 1;
  const items = argument === null ? Number.POSITIVE_INFINITY : argument * perItem;
  let at = next;
  for (let item = 0; item < items; item++) {
    if (at >= reader.byteLength) return `CBOR: cut off at byte ${at}`;
    const first = reader.getUint8(at);
    if (argument === null && first === BREAK && item % perItem === 0) return at + 1;
    if (major === MAJOR.map && item % 2 === 0 && first >> 5 !== MAJOR.text) {
      return `CBOR: a map key that is no text at byte ${at}`;
    }
    const end = check(reader, at, depth + 1);
    if (typeof end === "string") return end;
    at = end;
  }
  return at;
}

function headAt(reader: DataView, at: number): Head | string {
  if (at >= reader.byteLength) return `CBOR: cut off at byte ${at}`;
  const initial = reader.getUint8(at);
  const [major, information] = [initial >> 5, initial & 0x1f];
  if (information < 24) return { major, argument: information, next: at + 1 };
  if (information === INDEFINITE && major >= MAJOR.bytes && major <= MAJOR.map) {
    return { major, argument: null, next: at + 1 };
  }
  if (information > 27) return `CBOR: no such item at byte ${at}`;
  const size = 2 ** (information - 24);
  if (at + 1 + size > reader.byteLength) return `CBOR: cut off at byte ${at}`;
  const argument = argumentAt(reader, at + 1, size);
  return { major, argument, next: at + 1 + size };
}

function argumentAt(reader: DataView, at: number, size: number): number {
  if (size === 1) return reader.getUint8(at);
  if (size === 2) return reader.getUint16(at);
  if (size === 4) return reader.getUint32(at);
  return Number(reader.getBigUint64(at));
}
