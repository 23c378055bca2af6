/**
 * Paths into a JSON document: `sensors[0].celsius`, `["a.b"].c`, `readings[*].value`. `[*]` is every
 * item of a list; nothing of JSONPath (RFC 9535) beyond that is worth a library on a gateway.
 */
type Step = { name: string } | { index: number } | { every: true };

const stepPattern = /\.?([^.[\]"\s]+)|\[(\d{1,6}|\*)\]|\["([^"]*)"\]/y;

/** The steps of a path, a leading `$` or `$.` left out, or null where it is none. */
export function parseJsonPath(path: string): Step[] | null {
  const rest = path.replace(/^\$\.?/, "");
  const steps: Step[] = [];
  stepPattern.lastIndex = 0;
  while (stepPattern.lastIndex < rest.length) {
    const at = stepPattern.lastIndex;
    const match = stepPattern.exec(rest);
    if (match === null || (at === 0 && match[0].startsWith("."))) return null;
    const [, name, index, quoted] = match;
    if (index === "*") steps.push({ every: true });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ name: name ?? quoted! });
  }
  return steps;
}

/** Every value that the path leads to; none where it leads nowhere. */
export function valuesAt(document: unknown, steps: readonly Step[]): unknown[] {
  return steps.reduce<unknown[]>(
    (values, step) => values.flatMap((value) => nextOf(value, step)),
    [document],
  );
}

function nextOf(value: unknown, step: Step): unknown[] {
  if ("name" in step) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject && Object.hasOwn(value, step.name)
      ? [(value as Record<string, unknown>)[step.name]]
      : [];
  }
  if (!Array.isArray(value)) return [];
  return "every" in step ? value : value.slice(step.index, step.index + 1);
}
