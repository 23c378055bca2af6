// How full something is: a bar, the figure, and a colour when it gets scarce.

/** @typedef {import("./dom.js").Meter} Meter */

export const NOT_AVAILABLE = "not available";
/** Share of a resource from which it wants attention, and from which it is scarce. */
const WARN_RATIO = 0.8;
const BAD_RATIO = 0.95;

/** A null ratio is not known. @type {(name: string, ratio: number | null, textOf: (ratio: number) => string) => Meter} */
export function meterOf(name, ratio, textOf) {
  if (ratio === null) return { name, text: NOT_AVAILABLE, ratio, kind: "absent" };
  const kind = ratio >= BAD_RATIO ? "bad" : ratio >= WARN_RATIO ? "warn" : "";
  return { name, text: textOf(ratio), ratio, kind };
}
