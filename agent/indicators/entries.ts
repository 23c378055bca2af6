import type { Indicator } from "./indicator.ts";

/** Which indicator matched: its source's name and its id there. */
export interface IndicatorName {
  source: string;
  id: string;
}

/** What every indicator has besides its target, by its number in the set, in columns. */
export interface Entries {
  nameOf(index: number): IndicatorName;
  holdsAt(index: number, wallMs: number): boolean;
  bytes: number;
}

const STIX_PREFIX = "indicator--";
const STIX_ID = /^indicator--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const encoder = new TextEncoder();
/** Before an id's bytes: they are text, or the UUID of a STIX indicator. */
const TEXT = 0;
const UUID = 1;

export function createEntries(indicators: readonly Indicator[]): Entries {
  const count = indicators.length;
  const sources = [...new Set(indicators.map(({ source }) => source))];
  const sourceNumbers = new Map(sources.map((source, number) => [source, number]));
  const sourceOf = Uint32Array.from(indicators, ({ source }) => sourceNumbers.get(source)!);
  const ids = packed(indicators.map(({ id }) => idBytes(id)));
  const hasDates = indicators.some((one) => one.validFromMs !== null || one.validUntilMs !== null);
  const validFromMs = new Float64Array(hasDates ? count : 0);
  const validUntilMs = new Float64Array(hasDates ? count : 0);
  if (hasDates) {
    for (const [index, indicator] of indicators.entries()) {
      validFromMs[index] = indicator.validFromMs ?? Number.NEGATIVE_INFINITY;
      validUntilMs[index] = indicator.validUntilMs ?? Number.POSITIVE_INFINITY;
    }
  }
  return {
    nameOf: (index) => ({ source: sources[sourceOf[index]!]!, id: idText(ids.at(index)) }),
    holdsAt: (index, wallMs) =>
      !hasDates || (validFromMs[index]! <= wallMs && wallMs < validUntilMs[index]!),
    bytes: sourceOf.byteLength + ids.bytes + validFromMs.byteLength + validUntilMs.byteLength,
  };
}

/** Byte strings one behind the other. */
export function packed(items: readonly Uint8Array[]) {
  const ends = new Uint32Array(items.length);
  const all = new Uint8Array(items.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const [index, item] of items.entries()) {
    all.set(item, end);
    end += item.length;
    ends[index] = end;
  }
  return {
    at: (index: number) => all.subarray(index === 0 ? 0 : ends[index - 1]!, ends[index]!),
    bytes: all.byteLength + ends.byteLength,
  };
}

function idBytes(id: string): Uint8Array {
  if (!STIX_ID.test(id)) {
    const bytes = new Uint8Array(1 + Buffer.byteLength(id));
    bytes[0] = TEXT;
    encoder.encodeInto(id, bytes.subarray(1));
    return bytes;
  }
  const hex = id.slice(STIX_PREFIX.length).replaceAll("-", "");
  const bytes = new Uint8Array(1 + hex.length / 2);
  bytes[0] = UUID;
  for (let i = 1; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(hex.slice(i * 2 - 2, i * 2), 16);
  }
  return bytes;
}

function idText(bytes: Uint8Array): string {
  const rest = bytes.subarray(1);
  return bytes[0] === UUID ? uuidText(rest) : new TextDecoder().decode(rest);
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const groups = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex)!.slice(1);
  return STIX_PREFIX + groups.join("-");
}
