import {
  createGathering,
  type Gathering,
  type ParsedIndicators,
  SOURCE_CHARACTERS_MAX,
  type Validity,
} from "./indicator.ts";
import { readPattern } from "./stix-pattern.ts";
import { quoted } from "./value.ts";

/** What is read of an object of a bundle; each may be of any type. */
interface StixObject {
  type?: unknown;
  id?: unknown;
  pattern?: unknown;
  pattern_type?: unknown;
  valid_from?: unknown;
  valid_until?: unknown;
  revoked?: unknown;
}

/** RFC 3339 in UTC, as STIX 2.1 section 3.2 has it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const ID = /^[\x21-\x7e]{1,100}$/;

/**
 * The indicators of a STIX 2.1 bundle, or of a TAXII 2.1 envelope, which has `objects` as well. Other
 * objects and revoked indicators are passed over. Any text gives a result.
 */
export function parseStixBundle(source: string, text: string): ParsedIndicators {
  const gathering = createGathering(source);
  const objects = objectsOf(text);
  if (typeof objects === "string") {
    gathering.problem("bundle", objects);
    return gathering.result();
  }
  for (const [index, object] of objects.entries()) {
    if (typeof object !== "object" || object === null) {
      gathering.problem(`objects[${index}]`, "not an object");
    } else if (!gather(object, `objects[${index}]`, gathering)) break;
  }
  return gathering.result();
}

/** The objects, or why there are none. */
function objectsOf(text: string): unknown[] | string {
  if (text.length > SOURCE_CHARACTERS_MAX) {
    return `longer than ${SOURCE_CHARACTERS_MAX} characters: not read`;
  }
  let bundle: { objects?: unknown } | null;
  try {
    bundle = JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text);
  } catch (error) {
    return `no JSON: ${quoted((error as Error).message)}`;
  }
  if (typeof bundle !== "object" || bundle === null) return "not an object";
  return Array.isArray(bundle.objects) ? bundle.objects : "it has no list of objects";
}

/** False when no more is taken. */
function gather(object: StixObject, place: string, gathering: Gathering): boolean {
  if (object.type !== "indicator" || object.revoked === true) return true;
  const id = typeof object.id === "string" && ID.test(object.id) ? object.id : place;
  // STIX 2.0 had no other type of pattern, and no word for it.
  if (object.pattern_type !== undefined && object.pattern_type !== "stix") {
    gathering.problem(id, "the pattern is not of type stix");
    return true;
  }
  const validity = validityOf(object);
  if (typeof validity === "string" || typeof object.pattern !== "string") {
    gathering.problem(id, typeof validity === "string" ? validity : "it has no pattern");
    return true;
  }
  const { targets, problems } = readPattern(object.pattern);
  for (const problem of problems) gathering.problem(id, problem);
  return targets.every((target) => gathering.add(id, target, validity));
}

/** Section 4.7: valid from the first on, and no longer at the second. */
function validityOf({ valid_from: from, valid_until: until }: StixObject): Validity | string {
  const validFromMs = timeOf(from);
  const validUntilMs = timeOf(until);
  if (validFromMs === undefined) return "valid_from is no timestamp";
  if (validUntilMs === undefined) return "valid_until is no timestamp";
  if (validFromMs !== null && validUntilMs !== null && validUntilMs <= validFromMs) {
    return "valid_until is not after valid_from";
  }
  return { validFromMs, validUntilMs };
}

/** Null where there is none, undefined for what is no time. */
function timeOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || !TIMESTAMP.test(value)) return undefined;
  const timeMs = Date.parse(value);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
