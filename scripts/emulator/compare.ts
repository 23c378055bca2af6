/** Whether a reply is what the documentation shows, up to what each account and each call makes anew. */

/** Where they differ; null when they are the same. */
export interface Difference {
  path: string;
  expected: unknown;
  actual: unknown;
}

/**
 * @param expected the documented JSON
 * @param actual what the real client printed: times are texts there
 */
export function differenceOf(expected: unknown, actual: unknown, path = "$"): Difference | null {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (expected.length !== actual.length) return { path, expected, actual };
    for (const [at, item] of expected.entries()) {
      const difference = differenceOf(item, actual[at], `${path}[${at}]`);
      if (difference !== null) return difference;
    }
    return null;
  }
  if (isObject(expected) && isObject(actual)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const difference = differenceOf(expected[name], actual[name], `${path}.${name}`);
      if (difference !== null) return difference;
    }
    return null;
  }
  return isSame(expected, actual) ? null : { path, expected, actual };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isSame(expected: unknown, actual: unknown): boolean {
  if (expected === actual) return true;
  if (isTime(expected) && isTime(actual)) return true;
  if (typeof expected === "number" && typeof actual === "string")
    return String(expected) === actual;
  if (typeof expected === "string" && typeof actual === "number")
    return expected === String(actual);
  if (typeof expected !== "string" || typeof actual !== "string") return false;
  const [one, other] = [plain(expected), plain(actual)];
  return one === other || (kindOf(one) !== null && kindOf(one) === kindOf(other));
}

/** Seconds since 1970 of this century, or ISO 8601. */
function isTime(value: unknown): boolean {
  if (typeof value === "number") return value > 1e9 && value < 4.2e9;
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(value);
}

/** White space says nothing: documents are indented to their writers' taste. Times are times. */
const plain = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "TIME")
    .replace(/\s+/g, " ")
    .trim();

/** Generated values are the same when they are of the same kind. */
function kindOf(text: string): string | null {
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text) || /^EXAMPLE\w*-/.test(text)) return "uuid";
  if (/^[0-9a-f]{32}$/i.test(text)) return "hex 32";
  if (/^[0-9a-f]{40,64}$/i.test(text) || /^[0-9a-f]+EXAMPLE[0-9a-f]+$/i.test(text)) return "hex 64";
  if (/^-----BEGIN ([A-Z ]+)-----/.test(text)) return "pem";
  const [, service, resource = ""] = /^arn:aws:([a-z]+):[^:]*: ?[^:]*:(.*)$/.exec(text) ?? [];
  return service === undefined ? null : `arn ${service} ${resource.split("/")[0]}`;
}
