import { nearest } from "./core/nearest.ts";
import type { ScalarSpec, ScalarValue } from "./core/option.ts";

/** A checked value, or what is wrong with it: the end of a sentence that starts with its name. */
export type Read<T> = { value: T } | { problem: string };

export function readScalar(spec: ScalarSpec, value: unknown): Read<ScalarValue> {
  switch (spec.type) {
    case "integer":
    case "number":
      return readNumber(spec, value);
    case "list":
      return readList(spec, value);
    case "string":
      return readString(spec, value);
  }
}

function readNumber(
  { type, min, max }: ScalarSpec & { type: "integer" | "number" },
  value: unknown,
): Read<number> {
  const number =
    typeof value === "string" && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(value) ? Number(value) : value;
  const isWhole = type === "integer";
  if (
    typeof number !== "number" ||
    !(isWhole ? Number.isInteger(number) : Number.isFinite(number))
  ) {
    return { problem: `is ${shown(value)}: it takes a ${isWhole ? "whole " : ""}number` };
  }
  return number < min || number > max
    ? { problem: `is ${number}: it takes ${min} to ${max}` }
    : { value: number };
}

function readList(
  { oneOf, pattern, help }: ScalarSpec & { type: "list" },
  value: unknown,
): Read<string[]> {
  // One string holds the items between commas: as an argument, in the environment, or by habit.
  const items = typeof value === "string" ? [value] : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === "string")) {
    return { problem: `is ${shown(value)}: it takes a list of strings` };
  }
  const split = items.flatMap((item) => item.split(",")).map((item) => item.trim());
  const unknown = split.find((item) => item !== "" && oneOf?.includes(item) === false);
  if (unknown !== undefined) return unknownWord(unknown, oneOf!, "has");
  const list = split.filter((item) => item !== "");
  const bad = list.find((item) => pattern?.test(item) === false);
  return bad === undefined ? { value: list } : { problem: `has "${bad}": ${help}` };
}

function readString(spec: ScalarSpec & { type: "string" }, value: unknown): Read<string> {
  // YAML reads `thing_name: 7` and `mqtt_protocol: 5` as numbers.
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return { problem: `is ${shown(value)}: it takes a string` };
  if (spec.oneOf?.includes(text) === false) return unknownWord(text, spec.oneOf, "is");
  if (spec.pattern !== undefined && !spec.pattern.test(text)) {
    return { problem: `is "${text}": ${spec.help}` };
  }
  const problem = spec.problemOf?.(text) ?? null;
  return problem === null ? { value: text } : { problem: `is "${text}": ${problem}` };
}

function unknownWord(word: string, words: readonly string[], verb: "is" | "has") {
  return {
    problem: `${verb} "${word}": it takes ${words.join(", ")}${suggestionOf(word, words)}`,
  };
}

/** The JSON Schema of one value. */
export function scalarSchemaOf(spec: ScalarSpec): object {
  const common = { description: spec.help, default: spec.default };
  switch (spec.type) {
    case "integer":
    case "number":
      return { type: spec.type, minimum: spec.min, maximum: spec.max, ...common };
    case "list":
      return {
        type: "array",
        items: {
          type: "string",
          ...(spec.oneOf && { enum: spec.oneOf }),
          ...(spec.pattern && { pattern: spec.pattern.source }),
        },
        ...common,
      };
    case "string":
      return {
        type: "string",
        ...(spec.oneOf && { enum: spec.oneOf }),
        ...(spec.pattern && { pattern: spec.pattern.source }),
        ...common,
      };
  }
}

export function suggestionOf(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? "" : `; did you mean "${near}"?`;
}

export function shown(value: unknown): string {
  return JSON.stringify(value) ?? "empty";
}
