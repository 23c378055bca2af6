/**
 * The upper bound of a metric that gives a wanted number of alarms. Where the recording itself has
 * enough alarms to count, they are counted; where so few are wanted that it has not, the highest of
 * its values are carried on as an exponential tail.
 */
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

/** Wanted alarms that are counted rather than taken from the tail: fewer are a matter of chance. */
const COUNTED_MIN = 3;
/** A metric with fewer different values has steps. */
const DISTINCT_MIN = 50;
/** Alarms that tell how the tail falls: fewer are chance, more are no tail any longer. */
const TAIL_LEVELS = 15;
const TAIL_LEVELS_MIN = 5;
/** Values that an alarm has, on average, at most: of longer ones fewer are seen. */
const LEVEL_VALUES_MAX = 50;
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
  if (falling.length === 0) return { problem: "too few datapoints in a row" };
  if (falling[0] === falling.at(-1)) return { bound: falling[0]!, alarms: 0, by: "constant" };
  const isSteps = new Set(falling).size < DISTINCT_MIN;
  if (wanted < COUNTED_MIN) {
    const tail = tailFor(lows, falling, wanted, counting);
    if (!("problem" in tail && isSteps)) return tail;
  }
  return (isSteps ? stepFor : countedFor)(tracks, falling, wanted, counting);
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
 * By the tail: the highest alarms' levels, above the one that begins it, taken for exponential. Of k
 * levels that are together `sum` above it, k (1 + x / sum)^-k of the next k are expected to be more
 * than x above: what is predicted with the scale unknown, so that few levels give no false comfort.
 */
function tailFor(
  lows: readonly Float64Array[],
  falling: Float64Array,
  wanted: number,
  { toAlarm, toClear }: Counting,
): Bound | { problem: string } {
  const levels = levelsOf(lows, falling, toAlarm + toClear - 1, TAIL_LEVELS + 1);
  const count = levels.length - 1;
  if (count < TAIL_LEVELS_MIN)
    return { problem: `its highest values are all in ${count + 1} runs` };
  const base = levels[count]!;
  const sum = levels.reduce((total, level) => total + level - base, 0);
  if (sum === 0) return { bound: base, alarms: 0, by: "tail" };
  const above = sum * ((count / wanted) ** (1 / count) - 1);
  return { bound: base + above, alarms: wanted, by: "tail" };
}

/**
 * The highest bounds at which another alarm would begin, falling, at most `levelsMax`: values no
 * further than `gap` from a higher one belong to its alarm.
 */
function levelsOf(
  lows: readonly Float64Array[],
  falling: Float64Array,
  gap: number,
  levelsMax: number,
): number[] {
  const least = falling[Math.min(falling.length, levelsMax * LEVEL_VALUES_MAX) - 1]!;
  const places: { seen: Set<number>; at: number; level: number }[] = [];
  for (const track of lows) {
    const seen = new Set<number>();
    for (const [at, level] of track.entries()) if (level >= least) places.push({ seen, at, level });
  }
  places.sort((one, other) => other.level - one.level);
  const levels: number[] = [];
  for (const { seen, at, level } of places) {
    let isNew = true;
    for (let near = at - gap; near <= at + gap; near++) isNew &&= !seen.has(near);
    seen.add(at);
    if (isNew && levels.push(level) === levelsMax) break;
  }
  return levels;
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
