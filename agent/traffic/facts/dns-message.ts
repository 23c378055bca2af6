/** Resource records of a DNS message (RFC 1035, section 4), as mDNS and LLMNR have them too. */
import { createReader, type Reader } from "./reader.ts";
import { textOf } from "./text.ts";

export const TYPE_A = 1;
export const TYPE_TXT = 16;

export interface DnsRecord {
  name: string;
  type: number;
  data: Uint8Array;
}

export interface DnsMessage {
  isAnswer: boolean;
  records: DnsRecord[];
}

const RECORDS_MAX = 32;
const QUESTIONS_MAX = 16;
/** RFC 1035 section 2.3.4: a name has 255 bytes at most; each pointer costs one step too. */
const LABELS_MAX = 64;

export function dnsMessageOf(bytes: Uint8Array): DnsMessage {
  const reader = createReader(bytes, 2);
  const isAnswer = (reader.u16() & 0x8000) !== 0;
  const questions = Math.min(reader.u16(), QUESTIONS_MAX);
  const count = Math.min(reader.u16() + reader.u16() + reader.u16(), RECORDS_MAX);
  const records: DnsRecord[] = [];
  for (let i = 0; i < questions; i++) {
    nameOf(bytes, reader);
    reader.skip(4);
  }
  for (let i = 0; i < count && reader.left > 0; i++) {
    const name = nameOf(bytes, reader);
    const type = reader.u16();
    reader.skip(6);
    const data = reader.take(reader.u16());
    if (reader.ok) records.push({ name, type, data });
  }
  return { isAnswer, records };
}

/** Labels with dots; of a pointer, what it points to. The reader goes on behind the name. */
function nameOf(bytes: Uint8Array, reader: Reader): string {
  const labels: string[] = [];
  let from = reader;
  for (let i = 0; i < LABELS_MAX && from.ok; i++) {
    const length = from.u8();
    if (length === 0) break;
    if (length >= 0xc0) from = createReader(bytes, (length & 0x3f) * 256 + from.u8());
    else labels.push(textOf(from.take(length)));
  }
  return labels.join(".");
}
