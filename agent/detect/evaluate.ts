import type { FindingEvent, MetricValue } from "../core/finding.ts";
import type { CompiledBehavior } from "./compile.ts";
import { SILENCE_MS } from "./settings.ts";
import { createWindow, type SlotWindow } from "./slots.ts";

/** All that is kept of one behavior of one thing. */
export interface BehaviorState {
  inAlarm: boolean;
  /** Datapoints in a row that speak against `inAlarm`: they alarm, or they clear. */
  streak: number;
  /** When the thing last gave a datapoint of the metric. */
  seenMs: number;
  /** When the alarm was raised, or the one before; -1: there was none. */
  startMs: number;
  /** Alarms that were raised at `startMs` before this one. */
  nth: number;
  /** Time and value of the last violation while in alarm. */
  lastMs: number;
  lastValue: MetricValue | null;
  window: SlotWindow | null;
}

export function createState({ window }: CompiledBehavior, slot: number): BehaviorState {
  return {
    inAlarm: false,
    streak: 0,
    seenMs: 0,
    startMs: -1,
    nth: 0,
    lastMs: 0,
    lastValue: null,
    window: window === null ? null : createWindow(window.slots, slot),
  };
}

/**
 * Counts one datapoint that was judged. `consecutiveDatapointsToAlarm` violating ones in a row raise
 * the alarm, `consecutiveDatapointsToClear` conforming ones end it; a datapoint of the other kind
 * begins the count anew. Null: nothing changed for the outside.
 */
export function step(
  state: BehaviorState,
  { toAlarm, toClear }: CompiledBehavior,
  conforms: boolean,
  timeMs: number,
): FindingEvent | null {
  if (conforms !== state.inAlarm) {
    state.streak = 0;
    return null;
  }
  state.streak++;
  if (state.streak < (state.inAlarm ? toClear : toAlarm)) return null;
  state.streak = 0;
  state.inAlarm = !conforms;
  if (conforms) {
    state.lastValue = null;
    return "alarm-cleared";
  }
  state.nth = state.startMs === timeMs ? state.nth + 1 : 0;
  state.startMs = timeMs;
  return "in-alarm";
}

/** Whether the metric was silent for so long that nothing can be said of it any more. */
export function isSilent(state: BehaviorState, timeMs: number): boolean {
  return timeMs - state.seenMs > SILENCE_MS;
}

/** Elements of a set, and bytes of their text, that the last value keeps: a state stays small. */
const LAST_ELEMENTS_MAX = 16;
const LAST_BYTES_MAX = 64;

/** A violation's value as the state keeps it: numbers whole, sets cut. */
export function keptValueOf(value: MetricValue): MetricValue {
  const { ports, numbers, cidrs, strings } = value;
  // Numbers of 8 bytes, ports of 2: both within the budget.
  if (ports !== undefined) return { ports: ports.slice(0, LAST_ELEMENTS_MAX) };
  if (numbers !== undefined) return { numbers: numbers.slice(0, LAST_BYTES_MAX / 8) };
  if (cidrs !== undefined) return { cidrs: cutTexts(cidrs) };
  return strings === undefined ? value : { strings: cutTexts(strings) };
}

function cutTexts(texts: readonly string[]): string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    bytes += Buffer.byteLength(text) + 1;
    if (kept.length === LAST_ELEMENTS_MAX || bytes > LAST_BYTES_MAX) break;
    kept.push(text);
  }
  return kept;
}
