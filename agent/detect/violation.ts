import { createHash } from "node:crypto";
import type { FindingEvent, MetricValue } from "../core/finding.ts";
import type { MlVerdict } from "./ml.ts";
import type { Element } from "./set-test.ts";

/** A behavior by its name within its profile. */
export interface BehaviorName {
  profile: string;
  name: string;
}

export interface ViolationEvent {
  thing: string;
  profile: string;
  behavior: string;
  event: FindingEvent;
  /** Epoch milliseconds: a slot's end, a report's time, or the end of two days' silence. */
  timeMs: number;
  /** The value that was judged; none when the alarm is invalidated. */
  value?: MetricValue;
  /** 32 lower-case hex digits, from in-alarm to its end. */
  violationId: string;
  /** When the alarm was raised. */
  startMs: number;
  /** The elements of a set that are not normal. */
  offending?: readonly Element[];
  /** What a statistic came to at that time. */
  threshold?: number;
  verdict?: MlVerdict;
}

/** An alarm that stands. */
export interface ActiveViolation extends BehaviorName {
  thing: string;
  violationId: string;
  startMs: number;
  /** Of the last datapoint that violated; of a set, the first of its offending elements. */
  lastMs: number;
  lastValue: MetricValue;
}

/**
 * The violation's id: a function of what it is about and when it began, so that a device that loses
 * its power and judges the same reports again says the same. `nth` tells alarms of one millisecond
 * apart.
 */
export function violationIdOf(
  thing: string,
  { profile, name }: BehaviorName,
  startMs: number,
  nth: number,
): string {
  const text = JSON.stringify([thing, profile, name, startMs, nth]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
