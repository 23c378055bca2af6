import {
  type Finding,
  type FindingEvent,
  findingEvents,
  type Severity,
  severities,
} from "../core/finding.ts";
import { isTechniqueId } from "./attack-ics.ts";
import { canonicalJson } from "./canonical.ts";

/** Bounds of one record, so that no finding fills the disk. */
export const FINDING_BYTES_MAX = 32 * 1024;
const WHY_CHARS_MAX = 2000;
const WORD_CHARS_MAX = 256;
const NUMBERS_MAX = 64;
const NUMBER_NAME_CHARS_MAX = 64;
const TECHNIQUES_MAX = 16;

/**
 * The finding within `FINDING_BYTES_MAX` as canonical JSON. What is cut was longer than any rule of
 * ours makes it; the value and the behavior's own text go where they alone would fill the record.
 */
export function bounded(finding: Finding): Finding {
  const { source } = finding;
  const word = (text: string) => text.slice(0, WORD_CHARS_MAX);
  const full: Finding = {
    ...finding,
    thing: word(finding.thing),
    subject: word(finding.subject),
    why: finding.why.slice(0, WHY_CHARS_MAX),
    basis: word(finding.basis),
    numbers: Object.fromEntries(
      Object.entries(finding.numbers)
        .filter(([, number]) => Number.isFinite(number))
        .slice(0, NUMBERS_MAX)
        .map(([name, number]) => [name.slice(0, NUMBER_NAME_CHARS_MAX), number]),
    ),
    techniques: finding.techniques.filter(isTechniqueId).slice(0, TECHNIQUES_MAX),
    sinceWallMs: Math.round(finding.sinceWallMs),
    wallMs: Math.round(finding.wallMs),
  };
  if (Buffer.byteLength(canonicalJson(full)) <= FINDING_BYTES_MAX) return full;
  const { metricValue: _, ...small } = full;
  if (source.kind === "rule") return { ...small, source: { ...source, rule: word(source.rule) } };
  const behaviorName = word(source.behaviorName);
  const securityProfileName = word(source.securityProfileName);
  const behavior = { name: behaviorName };
  return { ...small, source: { ...source, behavior, behaviorName, securityProfileName } };
}

/** Whether this is a finding in all that the formats read of it: a file may hold anything. */
export function isFinding(value: unknown): value is Finding {
  if (!isObject(value)) return false;
  const { id, event, thing, subject, why, severity, basis, techniques, numbers } = value;
  return (
    typeof id === "string" &&
    /^[0-9a-f]{32}$/.test(id) &&
    findingEvents.includes(event as FindingEvent) &&
    severities.includes(severity as Severity) &&
    [thing, subject, why, basis].every((text) => typeof text === "string") &&
    isSource(value.source) &&
    Array.isArray(techniques) &&
    techniques.every((id) => typeof id === "string" && isTechniqueId(id)) &&
    isObject(numbers) &&
    Object.values(numbers).every((number) => typeof number === "number") &&
    (value.metricValue === undefined || isObject(value.metricValue)) &&
    [value.sinceWallMs, value.wallMs].every(isTime)
  );
}

function isSource(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value.kind === "rule") return typeof value.rule === "string";
  return (
    value.kind === "behavior" &&
    typeof value.securityProfileName === "string" &&
    typeof value.behaviorName === "string" &&
    value.behavior !== undefined
  );
}

/** ECMAScript's Date, and so ISO 8601, ends 8.64e15 ms from the epoch. */
const isTime = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Math.abs(value as number) <= 8.64e15;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
