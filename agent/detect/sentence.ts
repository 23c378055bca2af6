import type { MetricValue } from "../core/finding.ts";
import type { Behavior } from "./profile.ts";
import type { ViolationEvent } from "./violation.ts";

/** Elements of a set that a sentence names. */
const NAMED_MAX = 8;

/**
 * What happened, in a sentence that an operator can check: "aws:all-bytes-out was 9000; normal is
 * less-than-equals 4096 in 300 s".
 */
export function sentenceOf(event: ViolationEvent, behavior: Behavior): string {
  const { metric } = behavior;
  if (event.event === "alarm-invalidated") {
    return `${metric} can no longer be judged: silent for two days, or no longer watched`;
  }
  const { verdict, offending } = event;
  if (verdict !== undefined) return verdict.why;
  const observed =
    event.event === "in-alarm" && offending !== undefined
      ? `had ${listed(offending)}`
      : `was ${shownValueOf(event.value)}`;
  return `${metric} ${observed}; normal is ${normalOf(event, behavior)}`;
}

function normalOf({ threshold }: ViolationEvent, { criteria }: Behavior): string {
  const { comparisonOperator, value, statisticalThreshold, durationSeconds } = criteria;
  const limit =
    statisticalThreshold === undefined
      ? shownValueOf(value)
      : `${threshold} (${statisticalThreshold.statistic} of all things)`;
  const during = durationSeconds === undefined ? "" : ` in ${durationSeconds} s`;
  return `${comparisonOperator} ${limit}${during}`;
}

function shownValueOf(value: MetricValue | undefined): string {
  const [held] = Object.values(value ?? {}) as (number | readonly (string | number)[])[];
  if (held === undefined) return "unknown";
  return typeof held === "number" ? String(held) : listed(held);
}

function listed(elements: readonly (string | number)[]): string {
  if (elements.length === 0) return "empty";
  const more = elements.length > NAMED_MAX ? ` and ${elements.length - NAMED_MAX} more` : "";
  return `${elements.slice(0, NAMED_MAX).join(", ")}${more}`;
}
