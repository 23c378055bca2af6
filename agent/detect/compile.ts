import { createHash } from "node:crypto";
import type { MetricValue } from "../core/finding.ts";
import { dimensionKeyOf } from "./datapoint.ts";
import { type MetricSpec, metricOf, type ValueKind } from "./metrics.ts";
import type { Behavior, ConfidenceLevel, SecurityProfile } from "./profile.ts";
import { observedKindOf, type SetTest, setTestOf } from "./set-test.ts";
import type { DetectSettings } from "./settings.ts";
import { type Aggregate, SLOT_MS } from "./slots.ts";

/** A behavior in the form that the evaluation works on. One per profile, shared by all things. */
export interface CompiledBehavior {
  /** Its place in the detector's list: the index of a thing's state. */
  index: number;
  profileIndex: number;
  profile: string;
  name: string;
  source: Behavior;
  /** Of metric, dimension and criteria: a behavior that changes in these is another behavior. */
  digest: string;
  dimension: string | undefined;
  toAlarm: number;
  toClear: number;
  /** The member of a datapoint's value that is compared. */
  kind: ValueKind;
  test: Test;
  /** Judged when its slot is over; otherwise with each datapoint. */
  bySlot: boolean;
  /** Null: each datapoint stands for itself. */
  window: { slots: number; aggregate: Aggregate } | null;
  /** A slot without a datapoint is a datapoint of 0. */
  silentIsZero: boolean;
}

export type Test =
  | { type: "number"; compare: Compare; threshold: number }
  | { type: "statistical"; compare: Compare; percent: number }
  | { type: "set"; set: SetTest }
  | { type: "ml"; confidence: ConfidenceLevel };

/** What conforms. */
export type Compare = (value: number, threshold: number) => boolean;

const compares: Readonly<Record<string, Compare>> = {
  "less-than": (value, threshold) => value < threshold,
  "less-than-equals": (value, threshold) => value <= threshold,
  "greater-than": (value, threshold) => value > threshold,
  "greater-than-equals": (value, threshold) => value >= threshold,
};

/** Compiles the behaviors of a profile that was parsed. */
export function compileProfile(
  profile: SecurityProfile,
  profileIndex: number,
  indexFrom: number,
  settings: DetectSettings,
): CompiledBehavior[] {
  return profile.behaviors.map((source, offset) => {
    const { metric, metricDimension, criteria } = source;
    const spec = metricOf(metric, criteria.comparisonOperator ?? null);
    if (spec === null) throw new Error(`metric ${metric} was not checked`);
    const test = testOf(source);
    const timing = timingOf(spec, source, settings);
    return {
      index: indexFrom + offset,
      profileIndex,
      profile: profile.securityProfileName,
      name: source.name,
      source,
      digest: digestOf(source),
      dimension: metricDimension === undefined ? undefined : dimensionKeyOf(metricDimension),
      toAlarm: criteria.consecutiveDatapointsToAlarm ?? 1,
      toClear: criteria.consecutiveDatapointsToClear ?? 1,
      kind: observedKindOf(spec, criteria.value),
      test,
      ...timing,
    };
  });
}

function testOf({ criteria }: Behavior): Test {
  const { comparisonOperator, value, statisticalThreshold, mlDetectionConfig } = criteria;
  if (mlDetectionConfig !== undefined) {
    return { type: "ml", confidence: mlDetectionConfig.confidenceLevel };
  }
  const compare = compares[comparisonOperator!];
  if (compare === undefined) return { type: "set", set: setTestOf(comparisonOperator!, value!) };
  return statisticalThreshold === undefined
    ? { type: "number", compare, threshold: numberOf(value!)! }
    : {
        type: "statistical",
        compare,
        percent: Number(statisticalThreshold.statistic.slice(1)),
      };
}

/**
 * When a behavior is judged and over which slots. Cloud-side counts are judged at a slot's end; what a
 * report brings, with the report; percentiles need the whole group's slot.
 */
function timingOf(
  spec: MetricSpec,
  { criteria }: Behavior,
  settings: DetectSettings,
): Pick<CompiledBehavior, "bySlot" | "window" | "silentIsZero"> {
  const { durationSeconds, statisticalThreshold, mlDetectionConfig } = criteria;
  const isCount = spec.side === "cloud" && spec.nature === "amount";
  const isMlSize = spec.nature === "size" && mlDetectionConfig !== undefined;
  const bySlot = isCount || isMlSize || statisticalThreshold !== undefined;
  const slots = ((durationSeconds ?? 300) * 1000) / SLOT_MS;
  const aggregate = aggregateOf(spec, settings);
  const addsUp = bySlot || (durationSeconds !== undefined && aggregate === "sum");
  return {
    bySlot,
    window: addsUp ? { slots, aggregate } : null,
    silentIsZero: isCount && settings.silentSlots === "zero",
  };
}

function aggregateOf({ nature }: MetricSpec, settings: DetectSettings): Aggregate {
  if (nature === "amount") return "sum";
  return nature === "size" ? "max" : settings.levels;
}

/** The number of a value that has one. */
export function numberOf({ count, number }: MetricValue): number | undefined {
  return count ?? number;
}

function digestOf({ metric, metricDimension, criteria }: Behavior): string {
  const text = JSON.stringify([metric, sorted(metricDimension), sorted(criteria)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** With members in the order of their names, so that AWS's order and a file's are the same. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
