/**
 * A package's header as rpm's databases hold it: an index of tags, then a store of their values.
 * https://rpm-software-management.github.io/rpm/manual/format_header.html, without the magic before it.
 */

/** The tags that an inventory reads; rpmtag.h. */
export const rpmTags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  installTime: 1008,
  size: 1009,
  vendor: 1011,
  license: 1014,
  group: 1016,
  url: 1020,
  arch: 1022,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
} as const;

/** rpm's own bounds: hdrchkTags and hdrchkData. */
const TAGS_MAX = 65_535;
const COUNT_MAX = 1_000_000;

const INT32 = 4;
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

export interface RpmHeader {
  text(tag: number): string | undefined;
  texts(tag: number): string[];
  number(tag: number): number | undefined;
  numbers(tag: number): number[];
}

/** Null for what is no header. */
export function rpmHeaderOf(blob: Buffer): RpmHeader | null {
  if (blob.length < 8) return null;
  const tags = blob.readUInt32BE(0);
  const storeBytes = blob.readUInt32BE(4);
  const store = 8 + tags * 16;
  if (tags > TAGS_MAX || store + storeBytes > blob.length) return null;
  const index = new Map<number, { type: number; at: number; count: number }>();
  for (let entry = 0; entry < tags; entry++) {
    const at = 8 + entry * 16;
    index.set(blob.readUInt32BE(at), {
      type: blob.readUInt32BE(at + 4),
      at: store + blob.readUInt32BE(at + 8),
      count: Math.min(blob.readUInt32BE(at + 12), COUNT_MAX),
    });
  }
  const texts = (tag: number): string[] => {
    const entry = index.get(tag);
    if (entry === undefined || ![STRING, STRING_ARRAY, I18N_STRING].includes(entry.type)) return [];
    return textsAt(blob, entry.at, entry.type === STRING ? 1 : entry.count);
  };
  const numbers = (tag: number): number[] => {
    const entry = index.get(tag);
    if (entry === undefined || entry.type !== INT32) return [];
    const fitting = Math.max(0, Math.min(entry.count, Math.floor((blob.length - entry.at) / 4)));
    return Array.from({ length: fitting }, (_, one) => blob.readUInt32BE(entry.at + 4 * one));
  };
  return {
    texts,
    numbers,
    text: (tag) => texts(tag)[0],
    number: (tag) => numbers(tag)[0],
  };
}

function textsAt(blob: Buffer, start: number, count: number): string[] {
  const texts: string[] = [];
  for (let at = start; texts.length < count; ) {
    const end = blob.indexOf(0, at);
    if (end < 0) break;
    texts.push(blob.toString("utf8", at, end));
    at = end + 1;
  }
  return texts;
}
