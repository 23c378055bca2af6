/**
 * Custom metrics (developer guide, "Custom metrics"): by name a list of one object of one typed value.
 * A value of the right type that breaks the type's data rules is taken but not retained, which AWS
 * says nothing about to the device: here the stored report names it.
 */
import { isAddress, isObject, numberOf, problem, type Read } from "./values.ts";

export interface NotRetained {
  metric: string;
  reason: string;
}

/** CreateCustomMetric: metricName. */
const NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const DIGITS_MAX = 15;
/** The SDK's rules name letters and `:_-/.`; AWS's own sample has digits, too. */
const TEXT = /^[A-Za-z0-9:_\-/.]*$/;

interface TypedValue {
  /** For the reason when a value is not that. */
  what: string;
  isItem(value: unknown): boolean;
  list: boolean;
  /** What a retained item is, for the reason; null when this one is. */
  brokenRule(value: unknown): string | null;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isNumber = (value: unknown): boolean => numberOf(value) !== null;

const digitsRule = (value: unknown): string | null =>
  digitsOf(numberOf(value) ?? 0) > DIGITS_MAX
    ? `${value} has more than ${DIGITS_MAX} significant digits`
    : null;

const textRule = (value: unknown): string | null =>
  TEXT.test(String(value))
    ? null
    : `${quoted(value)} has characters other than A-Z a-z 0-9 : _ - / .`;

const ipRule = (value: unknown): string | null => {
  const address = String(value);
  return isAddress(address) ? null : `${quoted(value)} is not an IPv4 or IPv6 address alone`;
};

/** By report key; CreateCustomMetric calls the types number, number-list, string-list, ip-address-list. */
const types: Readonly<Record<string, TypedValue>> = {
  number: { what: "a number", isItem: isNumber, list: false, brokenRule: digitsRule },
  number_list: { what: "a list of numbers", isItem: isNumber, list: true, brokenRule: digitsRule },
  string_list: { what: "a list of strings", isItem: isText, list: true, brokenRule: textRule },
  ip_list: { what: "a list of strings", isItem: isText, list: true, brokenRule: ipRule },
};

/** The metrics that are retained; the others are named in `notRetained`. */
export function readCustomMetrics(value: unknown, path: string, notRetained: NotRetained[]): Read {
  if (!isObject(value)) return problem(path, "is not an object");
  const retained: [string, unknown][] = [];
  for (const [metric, content] of Object.entries(value)) {
    const result = readMetric(content, `${path}.${metric.slice(0, 128)}`);
    if ("problem" in result) return result;
    const reason = nameRule(metric) ?? result.brokenRule;
    if (reason === null) retained.push([metric, [result.value]]);
    else notRetained.push({ metric: metric.slice(0, 128), reason });
  }
  return { value: Object.fromEntries(retained) };
}

function nameRule(metric: string): string | null {
  if (metric.startsWith("aws:")) return "names that start with aws: are the service's own";
  return NAME.test(metric) ? null : "a name has 1 to 128 of the characters a-z A-Z 0-9 : _ -";
}

function readMetric(
  content: unknown,
  path: string,
): { value: Record<string, unknown>; brokenRule: string | null } | { problem: string } {
  if (!Array.isArray(content) || content.length !== 1 || !isObject(content[0])) {
    return problem(path, "is not a list of one object");
  }
  const entries = Object.entries(content[0]);
  const [key = "", value] = entries[0] ?? [];
  const type = Object.hasOwn(types, key) ? types[key] : undefined;
  if (entries.length !== 1 || type === undefined) {
    return problem(path, `has not one of ${Object.keys(types).join(", ")} alone`);
  }
  const items: unknown[] | null = type.list ? (Array.isArray(value) ? value : null) : [value];
  if (items === null || !items.every(type.isItem))
    return problem(`${path}.${key}`, `is not ${type.what}`);
  const plain = items.map((item) => (typeof item === "bigint" ? Number(item) : item));
  const broken = items.map(type.brokenRule).find((rule) => rule !== null);
  return { value: { [key]: type.list ? plain : plain[0] }, brokenRule: broken ?? null };
}

/** Significant digits of the shortest decimal that is this number. */
function digitsOf(number: number): number {
  const [mantissa = ""] = number.toExponential().replace(/[-.]/g, "").split("e");
  return mantissa.length;
}

const quoted = (value: unknown): string => JSON.stringify(String(value).slice(0, 100));
