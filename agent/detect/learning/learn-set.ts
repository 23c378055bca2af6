import type { BehaviorCriteria } from "../profile.ts";
import type { Element } from "../set-test.ts";
import { networkOf, networkSteps } from "./networks.ts";
import { daysOf, type Recording, type SetSeries } from "./recording.ts";

/** Elements of a set that a person can still read and own. */
const PROPOSED_MAX = 100;
/** StringListElement. */
const STRING_CHARACTERS_MAX = 256;
/** A set is stable when nothing new came in this last share of the recording. */
const SETTLED_SHARE = 1 / 3;

/** What is normal for a set, or why it is not proposed. */
export function learnSet(
  series: SetSeries,
  recording: Recording,
): { criteria: BehaviorCriteria } | { problem: string } {
  if (series.overflowed) return { problem: "it has thousands of elements" };
  if (series.kind === "cidrs") return learnNetworks(series.firstSeenMs, recording);
  const { kind, firstSeenMs } = series;
  const problem = problemOf(firstSeenMs, recording);
  if (problem !== null) return { problem };
  const elements = sorted([...firstSeenMs.keys()]);
  const unfit = elements.find((element) => !fits(element, kind));
  if (unfit !== undefined) return { problem: `${String(unfit).slice(0, 40)} fits in no profile` };
  const comparisonOperator = kind === "ports" ? "in-port-set" : "in-set";
  return { criteria: { comparisonOperator, value: { [kind]: elements } } };
}

/** The narrowest networks that are stable. */
function learnNetworks(
  firstSeenMs: ReadonlyMap<Element, number>,
  recording: Recording,
): { criteria: BehaviorCriteria } | { problem: string } {
  let problem = "";
  for (const step of networkSteps) {
    const networks = new Map<Element, number>();
    for (const [element, seenMs] of firstSeenMs) {
      const network = networkOf(String(element), step);
      if (network === null) return { problem: `${String(element).slice(0, 40)} is no address` };
      networks.set(network, Math.min(seenMs, networks.get(network) ?? seenMs));
    }
    const unstable = problemOf(networks, recording);
    if (unstable === null) {
      const cidrs = sorted([...networks.keys()]) as string[];
      return { criteria: { comparisonOperator: "in-cidr-set", value: { cidrs } } };
    }
    problem = `${unstable}, also as networks of /${step[0]} and /${step[1]}`;
  }
  return { problem };
}

function problemOf(firstSeenMs: ReadonlyMap<Element, number>, recording: Recording): string | null {
  const settledMs = recording.toMs - (recording.toMs - recording.fromMs) * SETTLED_SHARE;
  const newcomers = [...firstSeenMs].filter(([, seenMs]) => seenMs > settledMs);
  const days = (daysOf(recording) * SETTLED_SHARE).toFixed(1);
  if (newcomers.length > 0) {
    const [example] = newcomers[0]!;
    return `not stable: ${newcomers.length} new in the last ${days} days, as ${shownOf(example)}`;
  }
  return firstSeenMs.size > PROPOSED_MAX ? `${firstSeenMs.size} elements are too many` : null;
}

function shownOf(element: Element): string {
  return String(element)
    .replace(/\p{Cc}/gu, "?")
    .slice(0, 60);
}

function fits(element: Element, kind: SetSeries["kind"]): boolean {
  if (typeof element === "string") return element.length <= STRING_CHARACTERS_MAX;
  return kind === "ports" ? Number.isInteger(element) && element <= 65535 : true;
}

function sorted(elements: Element[]): Element[] {
  return elements.sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1,
  );
}
