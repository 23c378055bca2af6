import { nameText } from "../behavior.ts";
import { durationsSeconds, VALUE_ELEMENTS_MAX } from "../criteria.ts";
import { awsMetricNames, metricOf } from "../metrics.ts";
import { BEHAVIORS_MAX } from "../parse-profile.ts";
import type { Behavior, BehaviorCriteria, SecurityProfile } from "../profile.ts";
import { SLOT_MS } from "../slots.ts";
import { type Bound, boundFor, type Counting, totalsOf } from "./bound.ts";
import { learnSet } from "./learn-set.ts";
import { daysOf, type NumberSeries, type Recording, reportIntervalS } from "./recording.ts";

export interface LearnOptions {
  name: string;
  /** Alarms that a thing may raise by chance in MONTH_DAYS, over all behaviors. */
  alarmsPerMonth: number;
}

export interface Learnt {
  profile: SecurityProfile;
  /** Of one thing in MONTH_DAYS; of all behaviors. */
  alarmsPerMonth: number;
  /** How each behavior came to be, a line each. */
  reasons: readonly string[];
  /** What was not proposed and why, and what the reader should know; a line each. */
  notes: readonly string[];
}

/** AWS bills by the month, of no stated length; rates here are of this many days. */
export const MONTH_DAYS = 30;
/** Of less, nothing is learnt: not even a day's rhythm is in it. */
export const DAYS_MIN = 1;
/** Of less, the profile has not seen a whole week, give or take a report. */
const DAYS_GOOD = 6.9;
/** Up to this interval two violating reports in a row are waited for; slower things get no second. */
const QUICK_INTERVAL_S = 900;
/** Medians of things further apart than this should not share a bound. */
const SPREAD_MAX = 5;
/** A metric drifts when this share of its last third is above the highest hundredth before. */
const DRIFT_SHARE = 0.2;

/** Counting what the devices list is redundant beside the list. */
const listOf: Readonly<Record<string, string>> = {
  "aws:num-listening-tcp-ports": "aws:listening-tcp-ports",
  "aws:num-listening-udp-ports": "aws:listening-udp-ports",
};

/** Proposes a profile from a recording of at least DAYS_MIN days. */
export function learnProfile(recording: Recording, options: LearnOptions): Learnt {
  const { name, alarmsPerMonth } = options;
  const behaviors: Behavior[] = [];
  const reasons: string[] = [];
  const notes: string[] = [];
  const skip = (metric: string, why: string) => notes.push(`${metric}: not proposed: ${why}`);
  for (const [metric, series] of inOrder(recording.sets)) {
    const problem = unfitOf(metric, recording);
    const learnt = problem === null ? learnSet(series, recording) : { problem };
    if ("problem" in learnt) {
      skip(metric, learnt.problem);
      continue;
    }
    behaviors.push({ name: metric, metric, criteria: learnt.criteria });
    const [elements = []] = Object.values(learnt.criteria.value ?? {}) as unknown[][];
    reasons.push(`${metric}: ${elements.length} elements, none new in the recording's last third`);
  }
  const listed = new Set(behaviors.map(({ metric }) => metric));
  const numeric: [string, Subject][] = [];
  for (const [metric, series] of inOrder(recording.numbers)) {
    const list = listOf[metric];
    const problem =
      list !== undefined && listed.has(list) ? `${list} says more` : unfitOf(metric, recording);
    const subject = problem === null ? subjectOf(metric, series, recording) : { problem };
    if ("problem" in subject) skip(metric, subject.problem);
    else numeric.push([metric, subject]);
  }
  // Those that never moved raise no alarms by chance: the others may have theirs.
  const moving = numeric.filter(([, { tracks }]) => !isConstant(tracks)).length;
  const months = daysOf(recording) / MONTH_DAYS;
  const wanted = (alarmsPerMonth * recording.things.size * months) / Math.max(1, moving);
  let alarms = 0;
  for (const [metric, subject] of numeric) {
    const bound = boundFor(subject.tracks, wanted, subject.counting);
    if ("problem" in bound) {
      skip(metric, bound.problem);
      continue;
    }
    alarms += bound.alarms;
    behaviors.push({ name: metric, metric, criteria: criteriaOf(subject, bound) });
    const rate = bound.alarms / recording.things.size / months;
    reasons.push(`${metric}: ${reasonOf(bound, rate)}`);
    if (subject.spread !== null) notes.push(`${metric}: ${subject.spread}`);
  }
  notes.push(...notesOf(recording));
  return {
    profile: { securityProfileName: name, behaviors: within(behaviors, skip) },
    alarmsPerMonth: alarms / recording.things.size / months,
    reasons,
    notes,
  };
}

interface Subject {
  kind: "count" | "number";
  tracks: Float64Array[];
  durationSeconds: number | null;
  counting: Counting;
  spread: string | null;
}

function subjectOf(
  metric: string,
  { kind, byThing }: NumberSeries,
  recording: Recording,
): Subject | { problem: string } {
  const intervalS = reportIntervalS(recording);
  if (intervalS === null) return { problem: "no thing reported twice" };
  const isAmount = metricOf(metric, null)!.nature === "amount";
  const durationSeconds = isAmount ? durationOf(intervalS) : null;
  const slots = durationSeconds === null ? null : (durationSeconds * 1000) / SLOT_MS;
  const tracks = [...byThing.values()].map((track) => totalsOf(track, slots));
  const share = driftOf(tracks);
  if (share > DRIFT_SHARE) {
    const percent = Math.round(share * 100);
    return { problem: `it drifts: ${percent} % of its last third is above what was rare before` };
  }
  const isQuick = intervalS <= QUICK_INTERVAL_S;
  const counting = isQuick ? { toAlarm: 2, toClear: 3 } : { toAlarm: 1, toClear: 1 };
  return { kind, tracks, durationSeconds, counting, spread: spreadOf(tracks) };
}

/** The shortest duration in which a thing reports; none when it is slower than the longest. */
function durationOf(intervalS: number): number | null {
  // Reports come a little early or late.
  return durationsSeconds.find((duration) => duration >= intervalS * 0.95) ?? null;
}

function criteriaOf(
  { kind, durationSeconds, counting }: Subject,
  { bound }: Bound,
): BehaviorCriteria {
  return {
    comparisonOperator: "less-than-equals",
    value: kind === "count" ? { count: Math.ceil(bound) } : { number: roundedUp(bound) },
    ...(durationSeconds !== null && { durationSeconds }),
    consecutiveDatapointsToAlarm: counting.toAlarm,
    consecutiveDatapointsToClear: counting.toClear,
  };
}

/** To six digits that a person can read, never below the bound. */
function roundedUp(bound: number): number {
  const rounded = Number(bound.toPrecision(6));
  return Math.max(rounded, bound);
}

function reasonOf({ bound, by }: Bound, rate: number): string {
  if (by === "constant") return `it always was ${bound}`;
  const basis = by === "count" ? "counted in the recording" : "by the tail of its values";
  return `up to ${Math.ceil(bound)}: ${rate.toPrecision(2)} alarms a month and thing, ${basis}`;
}

/** Why a metric cannot be in a profile whatever its values; null: it can. */
function unfitOf(metric: string, { mixed }: Recording): string | null {
  if (mixed.has(metric)) return "it came as more than one type";
  if (!nameText.pattern.test(metric) || metric.length > nameText.max) {
    return "AWS takes no metric of that name";
  }
  return metricOf(metric, null) === null ? "AWS has no metric of that name" : null;
}

function isConstant(tracks: readonly Float64Array[]): boolean {
  const first = tracks[0]?.[0];
  return tracks.every((track) => track.every((value) => value === first));
}

/** The share of the last third that is above what a hundredth of the time before was above. */
function driftOf(tracks: readonly Float64Array[]): number {
  let above = 0;
  let all = 0;
  for (const track of tracks) {
    const from = Math.floor((track.length * 2) / 3);
    const before = track.slice(0, from).sort();
    const rare = before[Math.floor(before.length * 0.99)];
    if (rare === undefined) continue;
    above += track.subarray(from).filter((value) => value > rare).length;
    all += track.length - from;
  }
  return all === 0 ? 0 : above / all;
}

/** One bound for things that differ much is the largest one's: that is worth a word. */
function spreadOf(tracks: readonly Float64Array[]): string | null {
  const medians = tracks.map((track) => track.slice().sort()[track.length >> 1] ?? 0);
  const most = Math.max(...medians);
  const least = Math.min(...medians);
  if (!(least > 0) || most / least < SPREAD_MAX) return null;
  const times = (most / least).toPrecision(2);
  return `things differ by ${times} times: a profile for each group would be sharper`;
}

function notesOf(recording: Recording): string[] {
  const days = daysOf(recording);
  const notes: string[] = [];
  if (days < DAYS_GOOD) {
    notes.push(`the recording has ${days.toFixed(1)} days: it knows no whole week`);
  }
  notes.push("cloud-side metrics (messages, connections, addresses) are in no report: add them");
  return notes;
}

/** Within AWS's quotas of a profile. */
function within(behaviors: readonly Behavior[], skip: (metric: string, why: string) => void) {
  let elements = 0;
  const kept: Behavior[] = [];
  for (const behavior of behaviors) {
    const [held] = Object.values(behavior.criteria.value ?? {});
    elements += Array.isArray(held) ? held.length : 1;
    if (kept.length < BEHAVIORS_MAX && elements <= VALUE_ELEMENTS_MAX) kept.push(behavior);
    else skip(behavior.metric, "the profile is full (AWS's quota)");
  }
  return kept;
}

/** AWS's metrics in the guide's order, then custom ones by name. */
function inOrder<T>(byMetric: ReadonlyMap<string, T>): [string, T][] {
  const place = (metric: string) => {
    const index = awsMetricNames.indexOf(metric);
    return index < 0 ? awsMetricNames.length : index;
  };
  return [...byMetric].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
}
