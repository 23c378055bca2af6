import type { FindingEvent, MetricValue } from "../core/finding.ts";
import { type CompiledBehavior, numberOf } from "./compile.ts";
import { type BehaviorState, createState, isSilent, keptValueOf, step } from "./evaluate.ts";
import type { Thing } from "./fleet.ts";
import type { MlJudge } from "./ml.ts";
import { percentileOf } from "./percentile.ts";
import type { Element } from "./set-test.ts";
import { type DetectSettings, SILENCE_MS } from "./settings.ts";
import {
  hasNewest,
  moveWindow,
  putInto,
  restartWindow,
  SLOT_MS,
  SLOTS_MAX,
  slotOf,
  windowValueOf,
} from "./slots.ts";
import { type BehaviorName, type ViolationEvent, violationIdOf } from "./violation.ts";

/** What judging needs besides the state it works on; `events` collects what comes of it. */
export interface Bench {
  settings: DetectSettings;
  ml: MlJudge | null;
  events: ViolationEvent[];
}

type Extra = Pick<ViolationEvent, "offending" | "threshold" | "verdict">;
const noExtra: Extra = {};

/** One datapoint for one behavior of a thing: judged now, or put into the slot that is open. */
export function takeDatapoint(
  bench: Bench,
  thing: Thing,
  behavior: CompiledBehavior,
  value: MetricValue,
  timeMs: number,
  openSlot: number,
): void {
  const { test } = behavior;
  if (test.type === "set") {
    const elements = value[behavior.kind] as readonly Element[] | undefined;
    if (elements === undefined) return; // The thing reports another type under that name.
    const state = stateFor(bench, thing, behavior, timeMs, openSlot);
    const offending = test.set(elements);
    const extra = offending.length === 0 ? noExtra : { offending: [...new Set(offending)] };
    judge(bench, thing, behavior, state, offending.length === 0, value, timeMs, extra);
    return;
  }
  const number = numberOf(value);
  if (number === undefined) return;
  const state = stateFor(bench, thing, behavior, timeMs, openSlot);
  if (behavior.bySlot) {
    moveWindow(state.window!, openSlot, fillOf(behavior));
    putInto(state.window!, number, behavior.window!.aggregate);
    return;
  }
  judgeNumber(bench, thing, behavior, state, totalOf(state, behavior, number, timeMs), timeMs);
}

/**
 * Judges a slot that is over: each thing of the behavior by itself, or against the percentile of all
 * that have a value. A thing that had no datapoint in the slot is not judged.
 */
export function closeSlot(
  bench: Bench,
  things: Iterable<Thing>,
  behavior: CompiledBehavior,
  slot: number,
): void {
  const endMs = (slot + 1) * SLOT_MS;
  const { aggregate } = behavior.window!;
  const reporting: { thing: Thing; state: BehaviorState; total: number }[] = [];
  const totals: number[] = [];
  for (const thing of things) {
    const state = thing.states[behavior.index] ?? null;
    if (state === null) continue;
    if (isSilent(state, endMs)) {
      expire(bench, thing, behavior);
      continue;
    }
    if (state.window!.newest < slot) moveWindow(state.window!, slot, fillOf(behavior));
    const total = windowValueOf(state.window!, aggregate);
    if (Number.isNaN(total)) continue;
    totals.push(total);
    if (hasNewest(state.window!)) reporting.push({ thing, state, total });
  }
  const threshold = behavior.test.type === "statistical" ? thresholdOf(bench, behavior, totals) : 0;
  if (threshold === null) return;
  for (const { thing, state, total } of reporting) {
    judgeNumber(bench, thing, behavior, state, total, endMs, threshold);
  }
}

/** Ends what was silent for too long: the alarm is invalidated then, and the state forgotten. */
export function expire(bench: Bench, thing: Thing, behavior: IndexedName): void {
  const state = thing.states[behavior.index] ?? null;
  if (state !== null) end(bench, thing, behavior, state.seenMs + SILENCE_MS);
}

/** Forgets a state; its alarm, if there is one, is invalidated. */
export function end(bench: Bench, thing: Thing, behavior: IndexedName, timeMs: number): void {
  const state = thing.states[behavior.index] ?? null;
  if (state === null) return;
  thing.states[behavior.index] = null;
  if (state.inAlarm) bench.events.push(invalidationOf(thing.name, behavior, state, timeMs));
}

type IndexedName = BehaviorName & { index: number };

export function invalidationOf(
  thing: string,
  behavior: BehaviorName,
  state: BehaviorState,
  timeMs: number,
): ViolationEvent {
  return eventOf(thing, behavior, state, "alarm-invalidated", timeMs);
}

function stateFor(
  bench: Bench,
  thing: Thing,
  behavior: CompiledBehavior,
  timeMs: number,
  openSlot: number,
): BehaviorState {
  let state = thing.states[behavior.index] ?? null;
  if (state !== null && isSilent(state, timeMs)) {
    expire(bench, thing, behavior);
    state = null;
  }
  if (state === null) {
    state = createState(behavior, behavior.bySlot ? openSlot : slotOf(timeMs));
    thing.states[behavior.index] = state;
  }
  state.seenMs = timeMs;
  return state;
}

/** A report's number with those of the slots before it that its window has. */
function totalOf(
  { window }: BehaviorState,
  behavior: CompiledBehavior,
  number: number,
  timeMs: number,
): number {
  if (window === null) return number;
  const slot = slotOf(timeMs);
  // A report that comes late counts as of now; a clock that was set back begins anew.
  if (window.newest - slot > SLOTS_MAX) restartWindow(window, slot);
  else if (window.newest < slot) moveWindow(window, slot, Number.NaN);
  putInto(window, number, behavior.window!.aggregate);
  return windowValueOf(window, behavior.window!.aggregate);
}

function judgeNumber(
  bench: Bench,
  thing: Thing,
  behavior: CompiledBehavior,
  state: BehaviorState,
  total: number,
  timeMs: number,
  statistic = 0,
): void {
  const { test, kind } = behavior;
  if (test.type === "number") {
    const conforms = test.compare(total, test.threshold);
    // Most datapoints change nothing: they cost no object.
    if (conforms && !state.inAlarm) state.streak = 0;
    else judge(bench, thing, behavior, state, conforms, { [kind]: total }, timeMs, noExtra);
  } else if (test.type === "statistical") {
    const conforms = test.compare(total, statistic);
    const extra = { threshold: statistic };
    judge(bench, thing, behavior, state, conforms, { [kind]: total }, timeMs, extra);
  } else if (test.type === "ml" && bench.ml !== null) {
    const verdict = bench.ml.judge({
      thing: thing.name,
      profile: behavior.profile,
      behavior: behavior.name,
      metric: [behavior.source.metric, behavior.dimension ?? []].flat().join(" "),
      confidence: test.confidence,
      value: total,
      timeMs,
    });
    if (verdict === null) return;
    judge(bench, thing, behavior, state, verdict.conforms, { [kind]: total }, timeMs, { verdict });
  }
}

function judge(
  bench: Bench,
  thing: Thing,
  behavior: CompiledBehavior,
  state: BehaviorState,
  conforms: boolean,
  value: MetricValue,
  timeMs: number,
  extra: Extra,
): void {
  const event = step(state, behavior, conforms, timeMs);
  if (state.inAlarm && !conforms) {
    state.lastMs = timeMs;
    const { offending } = extra;
    state.lastValue = keptValueOf(offending ? { [behavior.kind]: offending } : value);
  }
  if (event === null) return;
  bench.events.push({ ...eventOf(thing.name, behavior, state, event, timeMs), value, ...extra });
}

function eventOf(
  thing: string,
  behavior: BehaviorName,
  { startMs, nth }: BehaviorState,
  event: FindingEvent,
  timeMs: number,
): ViolationEvent {
  return {
    thing,
    profile: behavior.profile,
    behavior: behavior.name,
    event,
    timeMs,
    violationId: violationIdOf(thing, behavior, startMs, nth),
    startMs,
  };
}

/**
 * The group's percentile, or null when it says nothing: of too few things, or with a negative value,
 * of which the guide says that no percentile is made.
 */
function thresholdOf(
  { settings }: Bench,
  { test }: CompiledBehavior,
  totals: readonly number[],
): number | null {
  if (test.type !== "statistical" || totals.length < Math.max(1, settings.groupThingsMin)) {
    return null;
  }
  const sorted = Float64Array.from(totals).sort();
  return sorted[0]! < 0 ? null : percentileOf(sorted, test.percent, settings.percentile);
}

function fillOf({ silentIsZero }: CompiledBehavior): number {
  return silentIsZero ? 0 : Number.NaN;
}
