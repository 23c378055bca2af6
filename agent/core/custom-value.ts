/**
 * Custom metrics: a name that is registered in the cloud, and a one-element list that holds an object
 * with one typed key. What breaks these rules is accepted by the service and then silently not kept
 * (README of AWS's C++ Defender sample), so the agent never sends it.
 */
export type CustomValue =
  | { number: number }
  | { number_list: number[] }
  | { string_list: string[] }
  | { ip_list: string[] };

/** CustomMetricType of AWS's API: what a metric is registered as, once and for all. */
export const customTypes = ["number", "number-list", "string-list", "ip-address-list"] as const;
export type CustomType = (typeof customTypes)[number];

export type CustomMetrics = Record<string, [CustomValue]>;

/** Values as a report holds them: each in a list of one. */
export function asReported(values: Readonly<Record<string, CustomValue>>): CustomMetrics {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}

/** CreateCustomMetric: 1 to 128 of these characters, and not in AWS's own name space. */
export const customNamePattern = /^(?!aws:)[a-zA-Z0-9:_-]{1,128}$/;

/** Letters, digits (AWS's own sample has `value_1`) and `: _ - / .` */
const stringPattern = /^[a-zA-Z0-9:_\-/.]+$/;

const ipv4Pattern = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const ipv6GroupPattern = /^[0-9a-f]{1,4}$/i;

/** The most digits that the service keeps of a number. */
export const CUSTOM_NUMBER_DIGITS_MAX = 15;

/** Custom metrics in one report. AWS registers 100 per account by default. */
export const CUSTOM_METRICS_MAX = 100;

/** Why the service would not keep this metric, or null when it would. */
export function customProblemOf(name: string, value: CustomValue): string | null {
  if (!customNamePattern.test(name)) {
    return "a name is 1 to 128 of a-z A-Z 0-9 : _ - and does not start with aws:";
  }
  if ("number" in value) return numberProblemOf(value.number);
  if ("number_list" in value) return firstProblemOf(value.number_list, numberProblemOf);
  if ("string_list" in value) {
    return firstProblemOf(value.string_list, (text) =>
      stringPattern.test(text) ? null : `"${text}" has a character outside A-Z a-z 0-9 : _ - / .`,
    );
  }
  return firstProblemOf(value.ip_list, (text) =>
    isIpAddress(text) ? null : `"${text}" is not an IP address`,
  );
}

/** IPv4, or IPv6 in any of the forms of RFC 4291 §2.2; without a port, a zone or a prefix length. */
export function isIpAddress(text: string): boolean {
  if (ipv4Pattern.test(text)) return true;
  const halves = text.split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const endsInIpv4 = ipv4Pattern.test(groups.at(-1) ?? "");
  const count = groups.length + (endsInIpv4 ? 1 : 0);
  const isComplete = halves.length === 1 ? count === 8 : halves.length === 2 && count <= 7;
  return (
    isComplete &&
    groups.slice(0, endsInIpv4 ? -1 : undefined).every((group) => ipv6GroupPattern.test(group)) &&
    (!endsInIpv4 || !text.endsWith("::"))
  );
}

/** The number with at most 15 significant digits: what the service keeps. */
export function customNumberOf(value: number): number {
  return Number(value.toPrecision(CUSTOM_NUMBER_DIGITS_MAX));
}

/** A string that the service takes: other characters, as a unit's `@`, become `_`. */
export function customStringOf(text: string): string {
  return text.replace(/[^a-zA-Z0-9:_\-/.]/g, "_");
}

/** A name that the service takes: other characters, as in a mount point's path, become `_`. */
export function customNameOf(name: string, label: string | null): string {
  const full = label === null ? name : `${name}:${label}`;
  return full.replace(/[^a-zA-Z0-9:_-]/g, "_").slice(0, 128);
}

function numberProblemOf(value: number): string | null {
  if (!Number.isFinite(value)) return `${value} is not a finite number`;
  return customNumberOf(value) === value
    ? null
    : `${value} has more than ${CUSTOM_NUMBER_DIGITS_MAX} significant digits`;
}

function firstProblemOf<T>(list: readonly T[], problemOf: (item: T) => string | null) {
  for (const item of list) {
    const problem = problemOf(item);
    if (problem !== null) return problem;
  }
  return null;
}
