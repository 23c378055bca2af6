/** OPC UA's binary encoding (OPC 10000-6, clause 5.2), as far as identities need it. */
import { createReader } from "./reader.ts";
import { textOf } from "./text.ts";

export interface UaReader {
  readonly ok: boolean;
  readonly at: number;
  seek(at: number): void;
  skip(length: number): void;
  u8(): number;
  u32(): number;
  i32(): number;
  /** Null is told as empty. */
  string(): string;
  byteString(): Uint8Array;
  localizedText(): string;
  /** The number of a numeric id of any namespace; -1 of any other. */
  nodeId(): number;
  requestHeader(): void;
  responseHeader(): void;
}

const nothing = new Uint8Array(0);
/** Of a response's string table. */
const STRINGS_MAX = 16;

export function createUaReader(bytes: Uint8Array, start: number): UaReader {
  let reader = createReader(bytes, start);
  const ua: UaReader = {
    get ok() {
      return reader.ok;
    },
    get at() {
      return reader.at;
    },
    seek(at) {
      reader = createReader(bytes, at);
    },
    skip: (length) => reader.skip(length),
    u8: () => reader.u8(),
    u32: () => reader.u32Le(),
    i32: () => reader.u32Le() | 0,
    string: () => textOf(ua.byteString()),
    byteString() {
      const length = ua.i32();
      return length > 0 ? reader.take(length) : nothing;
    },
    localizedText() {
      const mask = reader.u8();
      if (mask & 0x01) ua.string();
      return mask & 0x02 ? ua.string() : "";
    },
    nodeId: () => nodeIdOf(ua, reader.u8()),
    requestHeader() {
      ua.nodeId();
      // Timestamp, handle, diagnostics wanted.
      ua.skip(16);
      ua.string();
      ua.skip(4);
      emptyObject(ua);
    },
    responseHeader() {
      // Timestamp, handle, result; diagnostics are there only for who asked for them.
      ua.skip(16);
      if (ua.u8() !== 0) ua.skip(Number.MAX_SAFE_INTEGER);
      const strings = Math.min(ua.i32(), STRINGS_MAX);
      for (let i = 0; i < strings; i++) ua.string();
      emptyObject(ua);
    },
  };
  return ua;
}

function nodeIdOf(ua: UaReader, encoding: number): number {
  switch (encoding & 0x3f) {
    case 0x00:
      return ua.u8();
    case 0x01:
      ua.skip(1);
      return ua.u8() + ua.u8() * 256;
    case 0x02:
      ua.skip(2);
      return ua.u32();
    case 0x03:
    case 0x05:
      ua.skip(2);
      ua.byteString();
      return -1;
    case 0x04:
      ua.skip(18);
      return -1;
    default:
      return -1;
  }
}

/** The additional header: an extension object, with a body where the encoding says so. */
function emptyObject(ua: UaReader): void {
  ua.nodeId();
  if (ua.u8() !== 0) ua.byteString();
}
