/** The value in a text: all of it, what a regular expression finds, or what stands at a JSON path. */
import type { CustomType } from "../../core/custom-value.ts";
import type { MemberSpecs, ValuesOf } from "../../core/option.ts";
import { type MetricReading, ReadingError } from "../source.ts";
import { parseJsonPath, valuesAt } from "./json-path.ts";

/** Largest text that is searched: a regular expression's time grows with it. */
export const TEXT_CHARS_MAX = 1024 * 1024;

/** Items of a list that are looked at; the check of values has the lower bound and says so. */
const MATCHES_MAX = 1000;

/** Characters of a text that a problem quotes. */
const QUOTED_CHARS_MAX = 40;

export const extractMembers = {
  regex: {
    type: "string",
    default: "",
    problemOf: regexProblemOf,
    help: "The value is the first group of this regular expression, or its whole match.",
  },
  json_path: {
    type: "string",
    default: "",
    problemOf: (path) =>
      parseJsonPath(path) === null ? "it takes a path as sensors[0].celsius or list[*].name" : null,
    help: "The text is JSON and the value is at this path: sensors[0].celsius; [*] is every item.",
  },
  scale: {
    type: "number",
    default: 1,
    min: -1e12,
    max: 1e12,
    help: "Numbers are multiplied by it.",
  },
} as const satisfies MemberSpecs;

export type ExtractMembers = ValuesOf<typeof extractMembers>;

export function extractProblemOf({ regex, json_path }: ExtractMembers): string | null {
  return regex !== "" && json_path !== "" ? "takes regex or json_path, not both" : null;
}

/** Throws ReadingError, whose message is a sentence's end: "is not a number". */
export function extract(text: string, type: CustomType, members: ExtractMembers): MetricReading {
  if (text.length > TEXT_CHARS_MAX) {
    throw new ReadingError(`has more than ${TEXT_CHARS_MAX} characters`);
  }
  const found = members.json_path === "" ? textsIn(text, type, members) : jsonIn(text, members);
  if (type === "number") {
    if (found.length !== 1)
      throw new ReadingError(`has ${found.length} values where one is wanted`);
    return numberOf(found[0], members.scale);
  }
  if (found.length > MATCHES_MAX) throw new ReadingError(`has more than ${MATCHES_MAX} values`);
  return type === "number-list"
    ? found.map((one) => numberOf(one, members.scale))
    : found.map(stringOf);
}

function textsIn(text: string, type: CustomType, { regex }: ExtractMembers): unknown[] {
  if (regex === "") {
    const lines = type === "number" ? [text] : text.split("\n");
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  }
  const found: string[] = [];
  for (const match of text.matchAll(new RegExp(regex, "gm"))) {
    found.push(match[1] ?? match[0]);
    if (type === "number" || found.length > MATCHES_MAX) break;
  }
  if (type === "number" && found.length === 0) {
    throw new ReadingError("has nothing that the regular expression finds");
  }
  return found;
}

function jsonIn(text: string, { json_path }: ExtractMembers): unknown[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new ReadingError(`is not JSON: ${quoted(text)}`);
  }
  const found = valuesAt(document, parseJsonPath(json_path) ?? []);
  if (found.length === 0) throw new ReadingError(`has nothing at ${json_path}`);
  // A path to a list, and one to each of its items, mean the same.
  return found.length === 1 && Array.isArray(found[0]) ? found[0] : found;
}

function numberOf(value: unknown, scale: number): number {
  const number =
    typeof value === "string" && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value.trim())
      ? Number(value)
      : typeof value === "boolean"
        ? Number(value)
        : value;
  if (typeof number !== "number") throw new ReadingError(`has ${quoted(value)} for a number`);
  return number * scale;
}

function stringOf(value: unknown): string {
  if (typeof value === "object") throw new ReadingError(`has ${quoted(value)} for a string`);
  return String(value);
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > QUOTED_CHARS_MAX ? `${text.slice(0, QUOTED_CHARS_MAX)}…` : text;
}

function regexProblemOf(text: string): string | null {
  try {
    new RegExp(text, "gm");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
