/**
 * Amounts per second (octets, frames) over the sliding window, one summary for each series.
 *
 * Exact: sum, rate, mean, maximum, gaps (integers); variance within 2^-44. Quantiles: within the
 * histogram's bound (3.13 % nano, 1.57 % gateway), and exact below 32 and 64. Every second that leaves
 * the window is subtracted exactly, so nothing drifts however long it runs.
 *
 * Gateway only: gaps and bursts. A burst is a run of seconds above max(3 * median, mean + standard
 * deviation). The median leaves ordinary noise out and is not moved by the bursts themselves until they fill half of the window;
 * neither is the second term, since a line at one of two levels lies above its mean + deviation
 * whenever it is at the upper one less than half of the time. (mean + 3 deviations, the usual
 * rule, goes blind when bursts take a tenth.) A missing second ends a run.
 */

import { ERR_ARG } from "../abi/core";
import {
  SERIES_AMOUNT_MAX,
  SERIES_STATS_BURST_SECONDS_MAX,
  SERIES_STATS_BURST_THRESHOLD,
  SERIES_STATS_BURSTS,
  SERIES_STATS_BYTES,
  SERIES_STATS_GAPS,
  SERIES_STATS_MAX,
  SERIES_STATS_MISSING,
  SERIES_STATS_P50,
  SERIES_STATS_SATURATED,
  SERIES_STATS_SECONDS,
  SERIES_STATS_SUM,
  SERIES_STATS_VARIANCE,
} from "../abi/stats";
import * as clock from "../clock";
import { OUT, STATS } from "../layout";
import { HAS_BURSTS, IS_NANO, SERIES_MAX, WINDOW_S } from "../profile";
import * as histogram from "./histogram";
import { SERIES_AT, SERIES_BUCKETS, SERIES_COUNT_BYTES, SERIES_ONE_BYTES } from "./layout";
import * as ring from "./ring";

const SUM: usize = 0;
const SECONDS: usize = 8;
/** The first second ever added, plus one; zero for a series that has not begun. */
const BEGIN: usize = 12;
const SATURATED: usize = 16;
const RING: usize = 24;
const COUNTS: usize = RING + <usize>WINDOW_S * 4;

/** Adds to a second of the window. The amounts of one second are summed. */
export function add(id: u32, second: u32, amount: u64): void {
  const one = at(id);
  const begin = load<u32>(one, BEGIN);
  if (begin == 0 || second + 1 < begin) store<u32>(one, second + 1, BEGIN);
  const slot = slotOf(id, second);
  let before: u32 = 0;
  if (!ring.isMissing(slot)) {
    before = ring.amountIn(slot);
    weigh(one, before, -1);
  }
  let after = <u64>before + amount;
  if (after > SERIES_AMOUNT_MAX || amount > SERIES_AMOUNT_MAX) {
    after = SERIES_AMOUNT_MAX;
    store<u32>(one, load<u32>(one, SATURATED) + 1, SATURATED);
  }
  ring.setAmount(slot, <u32>after);
  weigh(one, <u32>after, 1);
}

/** The second in this slot leaves the window. */
export function expire(slot: u32): void {
  for (let id: u32 = 0; id < SERIES_MAX; id++) {
    const one = at(id);
    const second = ring.slotAt(one + RING, slot);
    if (ring.isMissing(second)) continue;
    weigh(one, ring.amountIn(second), -1);
    ring.clear(second);
  }
}

/** Where the amount of a second of the window is (ring.ts). */
export function slotOf(id: u32, second: u32): usize {
  return ring.slotAt(at(id) + RING, second);
}

/** Fills the SERIES_STATS_ struct in OUT. */
export function query(id: u32): i32 {
  if (id >= SERIES_MAX) return ERR_ARG;
  const one = at(id);
  const n = load<u32>(one, SECONDS);
  const sum = load<u64>(one, SUM);
  // The nano has no bursts and no gaps.
  memory.fill(OUT, 0, SERIES_STATS_BYTES);
  store<u32>(OUT, n, SERIES_STATS_SECONDS);
  store<u32>(OUT, load<u32>(one, SATURATED), SERIES_STATS_SATURATED);
  store<u64>(OUT, sum, SERIES_STATS_SUM);
  survey(one, n, sum);
  histogram.quantiles(
    SERIES_STATS_P50,
    one + COUNTS,
    SERIES_COUNT_BYTES,
    SERIES_BUCKETS,
    n,
    load<u32>(OUT, SERIES_STATS_MAX),
  );
  if (HAS_BURSTS) findBursts(one, n, sum);
  return SERIES_STATS_BYTES;
}

/**
 * After a restore: the sums and counts are functions of the ring, so they are computed from it. A
 * forged state can then lie about the past, but not make the parts disagree.
 */
export function check(): bool {
  for (let id: u32 = 0; id < SERIES_MAX; id++) {
    const one = at(id);
    memory.fill(one + SUM, 0, BEGIN - SUM);
    memory.fill(one + COUNTS, 0, SERIES_BUCKETS * SERIES_COUNT_BYTES);
    for (let slot: u32 = 0; slot < WINDOW_S; slot++) {
      const second = ring.slotAt(one + RING, slot);
      if (!ring.isMissing(second)) weigh(one, ring.amountIn(second), 1);
    }
    if (load<u32>(one, SECONDS) > 0 && load<u32>(one, BEGIN) == 0) return false;
  }
  return true;
}

function at(id: u32): usize {
  return STATS + SERIES_AT + id * SERIES_ONE_BYTES;
}

/** Takes an amount into the summary (sign 1) or out of it (sign -1). */
function weigh(one: usize, amount: u32, sign: i32): void {
  store<u64>(one, load<u64>(one, SUM) + <i64>amount * sign, SUM);
  store<u32>(one, load<u32>(one, SECONDS) + sign, SECONDS);
  if (IS_NANO) histogram.change<u8>(one + COUNTS, amount, sign);
  else histogram.change<u16>(one + COUNTS, amount, sign);
}

/**
 * Maximum and population variance. The distances n * amount - sum from the mean are exact integers, so
 * nothing cancels; only their squares and the squares' sum are rounded.
 */
function survey(one: usize, n: u32, sum: u64): void {
  let most: u32 = 0;
  let squares: f64 = 0;
  for (let slot: u32 = 0; slot < WINDOW_S; slot++) {
    const second = ring.slotAt(one + RING, slot);
    if (ring.isMissing(second)) continue;
    const amount = ring.amountIn(second);
    const away = <f64>(<i64>(<u64>n * amount - sum));
    most = max(most, amount);
    squares += away * away;
  }
  const count = <f64>max(n, 1);
  store<u32>(OUT, most, SERIES_STATS_MAX);
  store<f64>(OUT, squares / (count * count * count), SERIES_STATS_VARIANCE);
}

/** From what is in OUT already. */
function findBursts(one: usize, n: u32, sum: u64): void {
  const median = <f64>load<u32>(OUT, SERIES_STATS_P50);
  const mean: f64 = n == 0 ? 0 : <f64>sum / <f64>n;
  const deviation = sqrt<f64>(load<f64>(OUT, SERIES_STATS_VARIANCE));
  const threshold = max<f64>(3 * median, mean + deviation);
  store<f64>(OUT, threshold, SERIES_STATS_BURST_THRESHOLD);
  walk(one, threshold);
}

/** Bursts and gaps, from the oldest second of the window to the newest. */
function walk(one: usize, threshold: f64): void {
  const newest = clock.newest();
  const begin = load<u32>(one, BEGIN);
  let missing: u32 = 0;
  let gaps: u32 = 0;
  let bursts: u32 = 0;
  let longest: u32 = 0;
  let burst: u32 = 0;
  let inGap = false;
  const oldest = max(begin - 1, newest >= WINDOW_S ? newest - WINDOW_S + 1 : 0);
  const seconds: u32 = begin == 0 || oldest > newest ? 0 : newest - oldest + 1;
  for (let step: u32 = 0; step < seconds; step++) {
    const second = ring.slotAt(one + RING, oldest + step);
    if (ring.isMissing(second)) {
      burst = 0;
      if (oldest + step == newest) break; // Its sample may be on the way.
      missing++;
      if (!inGap) gaps++;
      inGap = true;
      continue;
    }
    inGap = false;
    if (<f64>ring.amountIn(second) <= threshold) {
      burst = 0;
      continue;
    }
    if (burst == 0) bursts++;
    burst++;
    longest = max(longest, burst);
  }
  store<u32>(OUT, missing, SERIES_STATS_MISSING);
  store<u32>(OUT, gaps, SERIES_STATS_GAPS);
  store<u32>(OUT, bursts, SERIES_STATS_BURSTS);
  store<u32>(OUT, longest, SERIES_STATS_BURST_SECONDS_MAX);
}
