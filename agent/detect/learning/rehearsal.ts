import { createMlJudge, mlSettings } from "../anomaly/judge.ts";
import type { Datapoint } from "../datapoint.ts";
import { dimensionKeyOf } from "../datapoint.ts";
import { createDetector } from "../engine.ts";
import { metricOf } from "../metrics.ts";
import type { Behavior, SecurityProfile } from "../profile.ts";
import { SLOT_MS, slotOf } from "../slots.ts";
import type { ViolationEvent } from "../violation.ts";
import { rangeOfCount } from "./chance.ts";
import { groupedBy } from "./grouped.ts";
import type { Label } from "./label.ts";
import { MONTH_DAYS } from "./learn.ts";
import { type Billing, CLOUD_DATAPOINTS_PER_DAY } from "./prices.ts";

export interface BehaviorFigures {
  name: string;
  billing: Billing;
  metric: string;
  /** Alarms, and how many of them no label explains. */
  alarms: number;
  unlabelled: number;
  clears: number;
  /** Unlabelled alarms in MONTH_DAYS: of one thing. */
  alarmsPerMonth: number;
  /** Share of the time of all things that an alarm stood. */
  alarmShare: number;
  /** Why the recording says nothing of it; null: it does. */
  unjudged: string | null;
  /** In MONTH_DAYS, of one thing. Behaviors of one metric share them. */
  datapointsPerMonth: number;
}

export interface Detection {
  label: Label;
  /** From the label's begin to its first alarm; null: there was none. */
  afterMs: number | null;
  behavior: string | null;
}

export interface Rehearsed {
  days: number;
  /** Of all things, each from its first to its last report. */
  thingDays: number;
  things: number;
  reports: number;
  behaviors: readonly BehaviorFigures[];
  /** Unlabelled alarms of one thing in MONTH_DAYS, and what that rate may be, 95 times in 100. */
  alarmsPerMonth: number;
  alarmsPerMonthRange: readonly [low: number, high: number];
  detections: readonly Detection[];
  /** Metric datapoints of one thing in MONTH_DAYS, each metric once. */
  datapointsPerMonth: Readonly<Record<Billing, number>>;
}

/** An alarm is told when its slot is over: that much after a label's end it is still the label's. */
const GRACE_MS = SLOT_MS;

interface Tally {
  behavior: Behavior;
  alarms: number;
  unlabelled: number;
  clears: number;
  alarmMs: number;
  verdicts: number;
}

/** Replays a recording through the detector itself. `finish` after the last report. */
export function createRehearsal(profile: SecurityProfile, labels: readonly Label[]) {
  const tallies = new Map(profile.behaviors.map((behavior) => [behavior.name, tallyOf(behavior)]));
  const judge = createMlJudge(mlSettings, null);
  const detector = createDetector({
    profiles: [profile],
    ml: {
      judge(question) {
        const verdict = judge.judge(question);
        if (verdict !== null) tallies.get(question.behavior)!.verdicts++;
        return verdict;
      },
    },
  });
  const detections = labels.map((label): Detection => ({ label, afterMs: null, behavior: null }));
  const byThing = groupedBy(detections, ({ label }) => label.thing);
  const spans = new Map<string, { fromMs: number; toMs: number }>();
  const datapointsByKey = new Map<string, number>();
  let reports = 0;

  function take(events: readonly ViolationEvent[]): void {
    for (const event of events) {
      const tally = tallies.get(event.behavior)!;
      if (event.event === "in-alarm") {
        tally.alarms++;
        if (!explain(byThing.get(event.thing) ?? [], event)) tally.unlabelled++;
        continue;
      }
      if (event.event === "alarm-cleared") tally.clears++;
      tally.alarmMs += event.timeMs - event.startMs;
    }
  }

  return {
    observe(thing: string, datapoints: readonly Datapoint[], timeMs: number): void {
      reports++;
      const span = spans.get(thing);
      if (span === undefined) spans.set(thing, { fromMs: timeMs, toMs: timeMs });
      else span.toMs = Math.max(span.toMs, timeMs);
      for (const { metric, dimension } of datapoints) {
        const key = keyOf(metric, dimension);
        datapointsByKey.set(key, (datapointsByKey.get(key) ?? 0) + 1);
      }
      take(detector.observe(thing, datapoints, timeMs));
    },
    finish(): Rehearsed {
      const all = [...spans.values()];
      const fromMs = Math.min(...all.map((span) => span.fromMs));
      const toMs = Math.max(...all.map((span) => span.toMs));
      take(detector.advance((slotOf(toMs) + 1) * SLOT_MS));
      for (const { name, startMs } of detector.active()) {
        tallies.get(name)!.alarmMs += Math.max(0, toMs - startMs);
      }
      const thingDays = all.reduce((sum, span) => sum + span.toMs - span.fromMs, 0) / 86_400_000;
      const behaviors = [...tallies.values()].map((tally) =>
        figuresOf(tally, thingDays, datapointsByKey),
      );
      const alarms = behaviors.reduce((sum, { unlabelled }) => sum + unlabelled, 0);
      const [low, high] = rangeOfCount(alarms);
      return {
        days: (toMs - fromMs) / 86_400_000,
        thingDays,
        things: spans.size,
        reports,
        behaviors,
        alarmsPerMonth: (alarms / thingDays) * MONTH_DAYS,
        alarmsPerMonthRange: [(low / thingDays) * MONTH_DAYS, (high / thingDays) * MONTH_DAYS],
        detections,
        datapointsPerMonth: billedOf(profile, thingDays, datapointsByKey),
      };
    },
  };
}

function tallyOf(behavior: Behavior): Tally {
  return { behavior, alarms: 0, unlabelled: 0, clears: 0, alarmMs: 0, verdicts: 0 };
}

/** Whether the alarm is within a label; of each, the first alarm is its detection. */
function explain(detections: Detection[], { timeMs, behavior }: ViolationEvent): boolean {
  let explained = false;
  for (const detection of detections) {
    const { fromMs, toMs } = detection.label;
    if (timeMs < fromMs || timeMs > toMs + GRACE_MS) continue;
    explained = true;
    if (detection.afterMs !== null && detection.afterMs <= timeMs - fromMs) continue;
    detection.afterMs = timeMs - fromMs;
    detection.behavior = behavior;
  }
  return explained;
}

function figuresOf(
  { behavior, alarms, unlabelled, clears, alarmMs, verdicts }: Tally,
  thingDays: number,
  datapointsByKey: ReadonlyMap<string, number>,
): BehaviorFigures {
  const { name, metric } = behavior;
  const billing = billingOf(behavior);
  const datapoints = datapointsOf(behavior, thingDays, datapointsByKey);
  return {
    name,
    billing,
    metric,
    alarms,
    unlabelled,
    clears,
    alarmsPerMonth: (unlabelled / thingDays) * MONTH_DAYS,
    alarmShare: alarmMs / (thingDays * 86_400_000),
    unjudged: unjudgedOf(behavior, verdicts, datapointsByKey),
    datapointsPerMonth: datapoints,
  };
}

function unjudgedOf(
  behavior: Behavior,
  verdicts: number,
  datapointsByKey: ReadonlyMap<string, number>,
): string | null {
  const { metric, criteria } = behavior;
  if (!datapointsByKey.has(keyOfBehavior(behavior))) {
    const isCloud = metricOf(metric, criteria.comparisonOperator ?? null)!.side === "cloud";
    return isCloud ? "cloud-side: it is in no report" : "no report has this metric";
  }
  if (billingOf(behavior) === "rules" || verdicts > 0) return null;
  return `its model takes ${mlSettings.trainingMs / 86_400_000} days to learn`;
}

function billingOf({ criteria }: Behavior): Billing {
  return criteria.mlDetectionConfig === undefined ? "rules" : "ml";
}

/** Of one thing in MONTH_DAYS: as many as were recorded; of cloud-side metrics, every slot's. */
function datapointsOf(
  behavior: Pick<Behavior, "metric" | "metricDimension">,
  thingDays: number,
  datapointsByKey: ReadonlyMap<string, number>,
): number {
  const recorded = datapointsByKey.get(keyOfBehavior(behavior));
  if (recorded !== undefined) return (recorded / thingDays) * MONTH_DAYS;
  const isCloud = metricOf(behavior.metric, null)?.side === "cloud";
  return isCloud ? CLOUD_DATAPOINTS_PER_DAY * MONTH_DAYS : 0;
}

/** Each metric once: for rules and for ML, and retained ones that no behavior has as rules. */
function billedOf(
  profile: SecurityProfile,
  thingDays: number,
  datapointsByKey: ReadonlyMap<string, number>,
): Record<Billing, number> {
  const billed = { rules: new Map<string, number>(), ml: new Map<string, number>() };
  for (const behavior of profile.behaviors) {
    const datapoints = datapointsOf(behavior, thingDays, datapointsByKey);
    billed[billingOf(behavior)].set(keyOfBehavior(behavior), datapoints);
  }
  const retained = [
    ...(profile.additionalMetricsToRetain ?? []).map((metric) => ({ metric })),
    ...(profile.additionalMetricsToRetainV2 ?? []),
  ];
  for (const metric of retained) {
    const key = keyOfBehavior(metric);
    if (billed.ml.has(key)) continue;
    billed.rules.set(key, datapointsOf(metric, thingDays, datapointsByKey));
  }
  const sum = (figures: ReadonlyMap<string, number>) =>
    [...figures.values()].reduce((total, one) => total + one, 0);
  return { rules: sum(billed.rules), ml: sum(billed.ml) };
}

function keyOfBehavior({
  metric,
  metricDimension,
}: Pick<Behavior, "metric" | "metricDimension">): string {
  return keyOf(metric, metricDimension === undefined ? undefined : dimensionKeyOf(metricDimension));
}

function keyOf(metric: string, dimension: string | undefined): string {
  return dimension === undefined ? metric : `${metric} ${dimension}`;
}
