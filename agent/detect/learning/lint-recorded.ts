import { metricOf } from "../metrics.ts";
import type { Behavior, SecurityProfile } from "../profile.ts";
import type { LintFinding } from "./lint.ts";
import type { BehaviorFigures, Rehearsed } from "./rehearsal.ts";

/** Alarms and clears of one thing in a day above which a behavior flaps. */
export const FLAPS_PER_DAY_MAX = 4;
/** Share of the recorded time in alarm from which on a behavior always fires. */
const ALWAYS_SHARE = 0.9;

type Found = Omit<LintFinding, "behavior"> | null;

/** What a recording shows of a profile's behaviors. */
export function lintRecorded(
  { behaviors }: SecurityProfile,
  rehearsed: Rehearsed,
  flapsPerDayMax: number,
): LintFinding[] {
  const metrics = new Map(behaviors.map((behavior) => [behavior.name, behavior]));
  return rehearsed.behaviors.flatMap((figures): LintFinding[] => {
    const behavior = metrics.get(figures.name)!;
    const found =
      lintGroup(behavior, rehearsed.things) ??
      lintFigures(behavior, figures, rehearsed, flapsPerDayMax);
    return found === null ? [] : [{ behavior: figures.name, ...found }];
  });
}

/** With fewer things than it divides, a high percentile is the greatest of them all. */
function lintGroup({ criteria }: Behavior, things: number): Found {
  const { comparisonOperator, statisticalThreshold } = criteria;
  const percent = Number(statisticalThreshold?.statistic.slice(1));
  if (comparisonOperator !== "less-than-equals" || !(percent > 50 && percent < 100)) return null;
  const thingsMin = Math.ceil(100 / (100 - percent) - 1e-9);
  if (things >= thingsMin) return null;
  return {
    what: "never fires",
    why: `of ${things} things p${percent} is the greatest value, and all are less-than-equals it`,
    mend: `it takes ${thingsMin} things, or a static value`,
  };
}

function lintFigures(
  { metric, criteria }: Behavior,
  { alarms, clears, alarmShare, datapointsPerMonth }: BehaviorFigures,
  { thingDays }: Rehearsed,
  flapsPerDayMax: number,
): Found {
  const isCloudSide = metricOf(metric, criteria.comparisonOperator ?? null)?.side === "cloud";
  if (datapointsPerMonth === 0 && !isCloudSide) {
    return {
      what: "never fires",
      why: `no recorded report has ${metric}`,
      mend: "have the devices report it, or leave the behavior out",
    };
  }
  const flaps = (alarms + clears) / thingDays;
  if (alarmShare >= ALWAYS_SHARE) {
    return {
      what: "always fires",
      why: `it was in alarm ${Math.round(alarmShare * 100)} % of the recorded time`,
      mend: "`profile learn` on the same reports proposes what is normal",
    };
  }
  if (flaps <= flapsPerDayMax) return null;
  return {
    what: "flaps",
    why: `${flaps.toPrecision(2)} alarms and clears a thing and day, above ${flapsPerDayMax}`,
    mend: "move the bound (`profile learn`), or raise consecutiveDatapointsToAlarm and …ToClear",
  };
}
