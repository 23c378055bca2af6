/**
 * The upper bound of a metric that gives a wanted number of alarms. Where the recording itself has
 * enough alarms to count, they are counted; where so few are wanted that it has not, the tail of its
 * values is carried on by peaks over threshold (../anomaly/tail.ts).
 */
import { createTail, TAIL_FLOATS } from "../anomaly/tail.ts";
import { createWindow, moveWindow, putInto, slotOf, windowValueOf } from "../slots.ts";
import type { Track } from "./recording.ts";

export interface Counting {
  toAlarm: number;
  toClear: number;
}

export interface Bound {
  bound: number;
  /** Alarms expected in a time as long as the recording, of all its things. */
  alarms: number;
  /** Whether they were counted, come from the tail, or there never was another value. */
  by: "count" | "tail" | "constant";
}

/** Alarms that are counted rather than taken from the tail: of fewer, chance says more than values. */
const COUNTED_MIN = 10;
/** A metric with fewer different values has steps and no tail. */
const DISTINCT_MIN = 50;
/** Wanted alarms are looked for among the highest values, up to this share of them. */
const SHARE_MAX = 0.5;
/** From one candidate to the next. */
const STEP = 1.05;

/** What the detector compares: each value, or the sum of a window of slots (see ../judging.ts). */
export function totalsOf({ times, values }: Track, slots: number | null): Float64Array {
  if (slots === null || times.length === 0) return Float64Array.from(values);
  const window = createWindow(slots, slotOf(times[0]!));
  return Float64Array.from(values, (value, index) => {
    const slot = slotOf(times[index]!);
    if (window.newest < slot) moveWindow(window, slot, Number.NaN);
    putInto(window, value, "sum");
    return windowValueOf(window, "sum");
  });
}

/** Alarms that `less-than-equals bound` raises in all tracks together. */
export function alarmsAbove(
  tracks: readonly Float64Array[],
  bound: number,
  { toAlarm, toClear }: Counting,
): number {
  let alarms = 0;
  for (const track of tracks) {
    let inAlarm = false;
    let streak = 0;
    for (const value of track) {
      streak = value > bound !== inAlarm ? streak + 1 : 0;
      if (streak < (inAlarm ? toClear : toAlarm)) continue;
      inAlarm = !inAlarm;
      streak = 0;
      if (inAlarm) alarms++;
    }
  }
  return alarms;
}

/** The bound, or why there is none. */
export function boundFor(
  tracks: readonly Float64Array[],
  wanted: number,
  counting: Counting,
): Bound | { problem: string } {
  const lows = tracks.map((track) => lowestOfRun(track, counting.toAlarm));
  const falling = pooled(lows).sort().reverse();
  const distinct = new Set(falling).size;
  if (falling.length === 0) return { problem: "too few datapoints in a row" };
  if (distinct === 1) return { bound: falling[0]!, alarms: 0, by: "constant" };
  if (distinct < DISTINCT_MIN) return stepFor(tracks, falling, wanted, counting);
  if (wanted >= COUNTED_MIN) return countedFor(tracks, falling, wanted, counting);
  return tailFor(tracks, lows, falling, wanted, counting);
}

/**
 * A run of `length` values is above a bound when its lowest is: the alarm of a run is the matter of
 * one number.
 */
function lowestOfRun(track: Float64Array, length: number): Float64Array {
  const runs = Math.max(0, track.length - length + 1);
  return Float64Array.from({ length: runs }, (_, index) =>
    Math.min(...track.subarray(index, index + length)),
  );
}

/** The lowest of the metric's own values that raises no more alarms than wanted. */
function stepFor(
  tracks: readonly Float64Array[],
  falling: Float64Array,
  wanted: number,
  counting: Counting,
): Bound {
  let best: Bound = { bound: falling[0]!, alarms: 0, by: "count" };
  for (const bound of new Set(falling)) {
    const alarms = alarmsAbove(tracks, bound, counting);
    if (alarms > wanted) break;
    best = { bound, alarms, by: "count" };
  }
  return best;
}

/** From the highest value down to the first bound that raises as many alarms as wanted. */
function countedFor(
  tracks: readonly Float64Array[],
  falling: Float64Array,
  wanted: number,
  counting: Counting,
): Bound {
  let best: Bound = { bound: falling[0]!, alarms: 0, by: "count" };
  const last = falling.length * SHARE_MAX;
  for (let at = Math.floor(wanted / 2); at < last; at = Math.max(at + 1, Math.floor(at * STEP))) {
    const bound = falling[at]!;
    const alarms = alarmsAbove(tracks, bound, counting);
    if (alarms > best.alarms) best = { bound, alarms, by: "count" };
    if (alarms >= wanted) break;
  }
  return best;
}

/**
 * By the tail. It speaks of values; high ones come several in a row and make one alarm: how many is
 * counted where the recording has COUNTED_MIN alarms.
 */
function tailFor(
  tracks: readonly Float64Array[],
  lows: readonly Float64Array[],
  falling: Float64Array,
  wanted: number,
  counting: Counting,
): Bound | { problem: string } {
  const counted = countedFor(tracks, falling, COUNTED_MIN, counting);
  if (counted.alarms === 0) return { problem: "its highest values are all in one run" };
  const above = falling.findIndex((low) => low <= counted.bound);
  const perAlarm = Math.max(1, above / counted.alarms);
  const tail = createTail(new Float32Array(TAIL_FLOATS));
  for (const low of mixed(pooled(lows))) tail.learn(low);
  const bound = tail.thresholdOf((wanted * perAlarm) / falling.length);
  if (bound === null) return { problem: "too few datapoints for its tail (it takes about 600)" };
  return { bound, alarms: wanted, by: "tail" };
}

function pooled(tracks: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(tracks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const track of tracks) {
    all.set(track, at);
    at += track.length;
  }
  return all;
}

/**
 * In an order in which every stretch has some of each thing and hour, for the tail takes its first
 * scores for typical ones: steps of the golden section, which visit every place once when the step
 * has no factor in common with the length.
 */
function* mixed(values: Float64Array): Generator<number> {
  const { length } = values;
  let step = Math.max(1, Math.floor(length * 0.6180339887));
  while (commonFactorOf(step, length) > 1) step++;
  for (let index = 0, at = 0; index < length; index++, at = (at + step) % length) yield values[at]!;
}

function commonFactorOf(a: number, b: number): number {
  return b === 0 ? a : commonFactorOf(b, a % b);
}
