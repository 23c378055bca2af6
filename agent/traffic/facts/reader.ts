/**
 * Reads a message from its front. Beyond its end everything reads as zero or empty and `ok` turns false for
 * good, so that a parser checks once behind a group of fields.
 */
import { textOf } from "./text.ts";

export interface Reader {
  readonly ok: boolean;
  readonly at: number;
  readonly left: number;
  u8(): number;
  /** Network order; the `Le` ones with the low byte first. */
  u16(): number;
  u32(): number;
  u16Le(): number;
  u32Le(): number;
  /** A view of the next bytes; empty when there are not as many. */
  take(length: number): Uint8Array;
  /** As many of the next bytes as there are. */
  takeUpTo(length: number): Uint8Array;
  text(length: number): string;
  skip(length: number): void;
}

const nothing = new Uint8Array(0);

export function createReader(bytes: Uint8Array, start = 0): Reader {
  let at = start;
  let ok = start <= bytes.length;

  function take(length: number): Uint8Array {
    if (!ok || length < 0 || length > bytes.length - at) {
      ok = false;
      return nothing;
    }
    at += length;
    return bytes.subarray(at - length, at);
  }
  const number = (length: number, little: boolean): number => {
    const part = take(length);
    let value = 0;
    for (let i = 0; i < part.length; i++) {
      value = value * 256 + part[little ? part.length - 1 - i : i]!;
    }
    return value;
  };

  return {
    get ok() {
      return ok;
    },
    get at() {
      return at;
    },
    get left() {
      return ok ? bytes.length - at : 0;
    },
    u8: () => number(1, false),
    u16: () => number(2, false),
    u32: () => number(4, false),
    u16Le: () => number(2, true),
    u32Le: () => number(4, true),
    take,
    takeUpTo: (length) => take(Math.min(length, ok ? bytes.length - at : 0)),
    text: (length) => textOf(take(length)),
    skip: (length) => {
      take(length);
    },
  };
}
