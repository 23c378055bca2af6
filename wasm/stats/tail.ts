/**
 * What is too large to be chance: for each of the first series, and for the forest's surprise, a threshold
 * that one second in 1 / RISK exceeds, from a generalised Pareto distribution fitted to the excesses over
 * a lower one (SPOT). A run of seconds above it raises EVENT_TAIL once and counts as one that reached it.
 * After ALARMS_MAX of them in a row this is the new normal, and it is learned anew.
 *
 * Error: after 20,000 seconds of independent values (uniform, exponential, Pareto, Weibull) the true chance
 * to exceed lies within a factor of 10 of RISK.
 *
 * Siffer, Fouque, Termier, Largouet: Anomaly detection in streams with extreme value theory (KDD 2017).
 */
import {
  EVENT_TAIL,
  TAIL_BYTES,
  TAIL_LIMIT,
  TAIL_PEAKS,
  TAIL_SHAPE,
  TAIL_THRESHOLD,
  TAIL_VALUES,
} from "../abi/stats";
import * as events from "../events";
import { STATS } from "../layout";
import { exp, ln } from "./elementary";
import { fit, shapeOf } from "./gpd";
import { TAIL_AT, TAIL_KEPT, TAIL_METRICS } from "./layout";

/** Seconds above the limit in a row. */
const ALARMS: usize = 32;
/** Of the kept excesses: how many there are, and where the next one goes. */
const HELD: usize = 36;
const NEXT: usize = 40;
const KEPT: usize = 48;

const RISK: f64 = 0.00001;
/** The lower threshold lies below this share of the first TAIL_KEPT values. */
const PEAKS_FIRST: u32 = TAIL_KEPT / 20;
const ALARMS_MAX: u32 = 60;
const BEYOND_MAX: f64 = 1e12;
/** Values after which both counts are halved, so that what they say stays recent. */
const VALUES_MAX: u32 = 1 << 20;

export function observe(metric: u32, second: u32, value: f64): void {
  const one = STATS + TAIL_AT + metric * TAIL_BYTES;
  const values = load<u32>(one, TAIL_VALUES);
  if (values < TAIL_KEPT) {
    store<f64>(one + (values << 3), value, KEPT);
    store<u32>(one, values + 1, TAIL_VALUES);
    if (values + 1 == TAIL_KEPT) begin(one);
    return;
  }
  const limit = load<f64>(one, TAIL_LIMIT);
  if (value > limit) {
    const alarms = load<u32>(one, ALARMS) + 1;
    store<u32>(one, alarms, ALARMS);
    if (alarms == 1) {
      events.raise(EVENT_TAIL, second, metric, 0, value, limit);
      // Were it left out, a limit that is too low would cut off the tail that should raise it.
      learn(one, limit - load<f64>(one, TAIL_THRESHOLD));
    }
    if (alarms >= ALARMS_MAX) memory.fill(one, 0, TAIL_BYTES);
    return;
  }
  store<u32>(one, 0, ALARMS);
  store<u32>(one, values + 1, TAIL_VALUES);
  const excess = value - load<f64>(one, TAIL_THRESHOLD);
  if (excess > 0) learn(one, excess);
  if (values >= VALUES_MAX) {
    store<u32>(one, max(values >> 1, TAIL_KEPT), TAIL_VALUES);
    store<u32>(one, max(load<u32>(one, TAIL_PEAKS) >> 1, 1), TAIL_PEAKS);
  }
}

/** What a restored state holds must be numbers, and indices within bounds. */
export function check(): bool {
  for (let metric: u32 = 0; metric < TAIL_METRICS; metric++) {
    const one = STATS + TAIL_AT + metric * TAIL_BYTES;
    if (load<u32>(one, HELD) > TAIL_KEPT || load<u32>(one, NEXT) >= TAIL_KEPT) return false;
    for (let at: usize = TAIL_THRESHOLD; at < ALARMS; at += 8) {
      if (!(abs<f64>(load<f64>(one + at)) < 1e30)) return false;
    }
    for (let at: usize = KEPT; at < TAIL_BYTES; at += 8) {
      const kept = load<f64>(one + at);
      if (!(kept >= 0 && kept < 1e12)) return false;
    }
  }
  return true;
}

/** Of the first values makes a threshold and the excesses over it. */
function begin(one: usize): void {
  const threshold = largest(one, PEAKS_FIRST + 1);
  let held: u32 = 0;
  for (let i: u32 = 0; i < TAIL_KEPT; i++) {
    const excess = load<f64>(one + (i << 3), KEPT) - threshold;
    if (excess <= 0) continue;
    store<f64>(one + (held << 3), excess, KEPT);
    held++;
  }
  memory.fill(one + KEPT + (held << 3), 0, (TAIL_KEPT - held) << 3);
  store<f64>(one, threshold, TAIL_THRESHOLD);
  store<u32>(one, held, TAIL_PEAKS);
  store<u32>(one, held, HELD);
  store<u32>(one, held % TAIL_KEPT, NEXT);
  judge(one);
}

/** The value of which `rank` are at least as large: by striking out the largest one after the other. */
function largest(one: usize, rank: u32): f64 {
  let last = f64.MAX_VALUE;
  let seen: u32 = 0;
  while (seen < rank) {
    let best: f64 = -1;
    let times: u32 = 0;
    for (let i: u32 = 0; i < TAIL_KEPT; i++) {
      const value = load<f64>(one + (i << 3), KEPT);
      if (value >= last || value < best) continue;
      times = value > best ? 1 : times + 1;
      best = value;
    }
    if (times == 0) break;
    seen += times;
    last = best;
  }
  return last;
}

function learn(one: usize, excess: f64): void {
  const next = load<u32>(one, NEXT);
  store<f64>(one + (next << 3), excess, KEPT);
  store<u32>(one, (next + 1) % TAIL_KEPT, NEXT);
  store<u32>(one, max(load<u32>(one, HELD), next + 1), HELD);
  store<u32>(one, load<u32>(one, TAIL_PEAKS) + 1, TAIL_PEAKS);
  judge(one);
}

/**
 * The limit: threshold + sigma / gamma ((RISK values / peaks)^-gamma - 1). Of a constant there is none, until
 * something exceeds it.
 */
function judge(one: usize): void {
  const held = load<u32>(one, HELD);
  const kept = one + KEPT;
  let beyond: f64 = BEYOND_MAX;
  let shape: f64 = 0;
  if (held > 0) {
    const theta = fit(kept, held);
    const share = (RISK * <f64>load<u32>(one, TAIL_VALUES)) / <f64>load<u32>(one, TAIL_PEAKS);
    shape = shapeOf(kept, held, theta);
    // sigma / gamma is 1 / theta.
    beyond = (exp(-shape * ln(share)) - 1) / theta;
  }
  store<f64>(one, abs<f64>(shape) < 100 ? shape : 0, TAIL_SHAPE);
  // Also for what is no number, which only a forged state can bring about.
  if (!(abs<f64>(beyond) < BEYOND_MAX)) beyond = BEYOND_MAX;
  store<f64>(one, load<f64>(one, TAIL_THRESHOLD) + beyond, TAIL_LIMIT);
}
