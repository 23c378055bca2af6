import { Encoder } from "cbor-x";
import { type ElementSpecs, reportElements } from "./names.ts";
import type { Report } from "./report.ts";

export type ReportFormat = "json" | "cbor";
export type ReportNames = "long" | "short";

/** Plain CBOR maps with text keys, no tags: what a generic decoder on the other side expects. */
const cbor = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });

/** The report's bytes, as they go on the wire. */
export function encodeReport(report: Report, format: ReportFormat, names: ReportNames): Uint8Array {
  const document = names === "long" ? report : renamed(report, reportElements);
  return format === "json"
    ? new TextEncoder().encode(JSON.stringify(document))
    : cbor.encode(withWideIntegers(document));
}

/** The same document under its short names; custom metrics keep theirs, they have no short form. */
function renamed(value: object, specs: ElementSpecs): object {
  return Object.fromEntries(
    Object.entries(value).map(([long, member]) => {
      const spec = specs[long]!;
      return [spec.short, spec.members ? renamedMember(member, spec.members) : member];
    }),
  );
}

function renamedMember(member: object, specs: ElementSpecs): object {
  return Array.isArray(member)
    ? member.map((item) => renamed(item, specs))
    : renamed(member, specs);
}

/** cbor-x writes integers above 32 bits as floats, but as integers when they come as BigInt. */
function withWideIntegers(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isSafeInteger(value) && Math.abs(value) > 0xffff_ffff ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map(withWideIntegers);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, withWideIntegers(member)]),
    );
  }
  return value;
}
