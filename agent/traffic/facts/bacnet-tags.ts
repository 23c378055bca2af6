/** BACnet's tagged values (ASHRAE 135, clause 20.2.1), as far as identities need them. */
import type { Reader } from "./reader.ts";
import { textOf } from "./text.ts";

const UNSIGNED = 2;
const CHARACTER_STRING = 7;
const ENUMERATED = 9;
const OBJECT_IDENTIFIER = 12;
/** Character sets of clause 20.2.9: UTF-8 (and ASCII), UCS-2, ISO 8859-1. */
const UTF_8 = 0;
const UCS_2 = 4;
const LATIN_1 = 5;

export interface Tag {
  kind: "application" | "context" | "open" | "close" | "bad";
  number: number;
  data: Uint8Array;
}

/** What a tag holds; of a context tag, both readings that its length allows. */
export interface ApplicationValue {
  number?: number;
  text?: string;
  objectType?: number;
  instance?: number;
}

const nothing = new Uint8Array(0);

export function readTag(reader: Reader): Tag {
  const first = reader.u8();
  const number = first >> 4 === 15 ? reader.u8() : first >> 4;
  const isContext = (first & 0x08) !== 0;
  const short = first & 0x07;
  if (!reader.ok) return { kind: "bad", number: 0, data: nothing };
  if (isContext && short >= 6) {
    return { kind: short === 6 ? "open" : "close", number, data: nothing };
  }
  // Of an application tag 1 (boolean) the length is the value.
  const length = !isContext && number === 1 ? 0 : short < 5 ? short : longLength(reader);
  return { kind: isContext ? "context" : "application", number, data: reader.takeUpTo(length) };
}

function longLength(reader: Reader): number {
  const length = reader.u8();
  if (length < 254) return length;
  return length === 254 ? reader.u16() : reader.u32();
}

export function contentOf({ kind, number, data }: Tag): ApplicationValue {
  if (kind === "application" && number === CHARACTER_STRING) return { text: stringOf(data) };
  const isIdentifier = kind === "context" || number === OBJECT_IDENTIFIER;
  const isNumber = kind === "context" || number === UNSIGNED || number === ENUMERATED;
  if ((kind !== "context" && kind !== "application") || data.length === 0 || data.length > 4) {
    return {};
  }
  const value = data.reduce((sum, byte) => sum * 256 + byte, 0);
  return {
    ...(isNumber && { number: value }),
    ...(isIdentifier &&
      data.length === 4 && { objectType: value >>> 22, instance: value & 0x3fffff }),
  };
}

function stringOf(data: Uint8Array): string {
  const body = data.subarray(1);
  const set = data[0];
  if (set === UTF_8 || set === LATIN_1) return textOf(body);
  if (set !== UCS_2) return "";
  const units: number[] = [];
  for (let at = 0; at + 1 < body.length; at += 2) units.push((body[at]! << 8) | body[at + 1]!);
  return String.fromCharCode(...units);
}
