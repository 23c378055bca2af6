/** Holds a value against the schema and puts it into long names. */
import { IGNORED_MEMBERS_MAX } from "../limits.ts";
import { type NotRetained, readCustomMetrics } from "./custom-metrics.ts";
import type { Member, Schema } from "./schema.ts";
import { isEndpoint, isObject, numberOf, problem, type Read } from "./values.ts";

/** What reading has found so far, over a whole report. */
export interface Findings {
  long: boolean;
  short: boolean;
  /** Paths of members that the format does not have: a later minor version may add some. */
  ignored: string[];
  notRetained: NotRetained[];
}

/** "Major.Minor"; a major other than 1 may have removed metrics, so it is not read as if it had not. */
const VERSION = /^1\.\d{1,5}$/;

export function read(value: unknown, schema: Schema, path: string, findings: Findings): Read {
  switch (schema.kind) {
    case "object":
      return readObject(value, schema.members, path, findings);
    case "list":
      return readList(value, schema.of, path, findings);
    case "custom":
      return readCustomMetrics(value, path, findings.notRetained);
    case "number":
      return readNumber(value, schema, path);
    case "text":
      return typeof value === "string" ? { value } : problem(path, "is not a string");
    case "version":
      if (typeof value === "string" && VERSION.test(value)) return { value };
      return problem(path, 'is not a version "1.x"');
    case "endpoint":
      return isEndpoint(value) ? { value } : problem(path, 'is not an address and port, "ip:port"');
  }
}

/** The member under its long or its short name; undefined where it has neither. */
export function memberOf(
  object: Record<string, unknown>,
  long: string,
  { short }: Member,
  findings: Findings,
): Read | undefined {
  const [hasLong, hasShort] = [Object.hasOwn(object, long), Object.hasOwn(object, short)];
  if (hasLong && hasShort) return problem(long, `is there twice, as ${long} and ${short}`);
  if (hasLong) findings.long = true;
  if (hasShort) findings.short = true;
  if (hasLong) return { value: object[long] };
  return hasShort ? { value: object[short] } : undefined;
}

function readObject(
  value: unknown,
  members: Readonly<Record<string, Member>>,
  path: string,
  findings: Findings,
): Read {
  if (!isObject(value)) return problem(path, "is not an object");
  const object: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [long, member] of Object.entries(members)) {
    known.add(long).add(member.short);
    const memberPath = path === "" ? long : `${path}.${long}`;
    const found = memberOf(value, long, member, findings);
    if (found === undefined) {
      if (member.required === true) return problem(memberPath, "is missing");
      continue;
    }
    if ("problem" in found) return found;
    const result = read(found.value, member.schema, memberPath, findings);
    if ("problem" in result) return result;
    object[long] = result.value;
  }
  for (const name of Object.keys(value)) {
    if (!known.has(name) && findings.ignored.length < IGNORED_MEMBERS_MAX) {
      findings.ignored.push((path === "" ? name : `${path}.${name}`).slice(0, 200));
    }
  }
  return { value: object };
}

function readList(value: unknown, of: Schema, path: string, findings: Findings): Read {
  if (!Array.isArray(value)) return problem(path, "is not a list");
  const list: unknown[] = [];
  for (const [at, item] of value.entries()) {
    const result = read(item, of, `${path}[${at}]`, findings);
    if ("problem" in result) return result;
    list.push(result.value);
  }
  return { value: list };
}

function readNumber(
  value: unknown,
  { min, max = Number.MAX_VALUE, whole = false }: { min: number; max?: number; whole?: boolean },
  path: string,
): Read {
  const number = numberOf(value);
  if (number === null) return problem(path, "is not a number");
  if (number < min || number > max) return problem(path, `is ${number}, not ${min} to ${max}`);
  if (whole && !Number.isInteger(number)) return problem(path, "is not a whole number");
  return { value: number };
}
