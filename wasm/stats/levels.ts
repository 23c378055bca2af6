/**
 * Has a series' level shifted? CUSUM in both directions on the seconds' distance from an EWMA baseline
 * (baseline.ts) of log2(1 + amount), since traffic grows and shrinks by factors; raises EVENT_LEVEL_SHIFT
 * and then learns the new level.
 *
 * Error: a shift of d scales (1 < d) is told after about 12 / (min(d, 6) - 1) seconds. False alarms
 * in 50,000 seconds of independent noise (uniform, normal, exponential, lognormal, Poisson): at most 2. A shift slower than the baseline's memory (LEVEL_SECONDS) is followed, not told.
 *
 * Page: Continuous inspection schemes (Biometrika 41, 1954); Roberts 1959.
 */
import {
  EVENT_LEVEL_SHIFT,
  LEVEL_BYTES,
  LEVEL_DOWN,
  LEVEL_LIMIT,
  LEVEL_MEAN,
  LEVEL_SECONDS,
  LEVEL_UP,
} from "../abi/stats";
import * as events from "../events";
import { STATS } from "../layout";
import { learn, SCALE } from "./baseline";
import { LEVELS_AT } from "./layout";

/** @param level log2(1 + amount). @returns how far from usual it is (baseline.ts) */
export function observe(series: u32, second: u32, level: u32): i32 {
  const one = STATS + LEVELS_AT + series * LEVEL_BYTES;
  const usual = load<i32>(one, LEVEL_MEAN);
  const away = learn(one, level, LEVEL_SECONDS);
  const up = max(load<i32>(one, LEVEL_UP) + away - SCALE, 0);
  const down = max(load<i32>(one, LEVEL_DOWN) - away - SCALE, 0);
  store<i32>(one, up, LEVEL_UP);
  store<i32>(one, down, LEVEL_DOWN);
  if (max(up, down) <= LEVEL_LIMIT) return away;
  memory.fill(one, 0, LEVEL_BYTES);
  events.raise(EVENT_LEVEL_SHIFT, second, series, up > down, level, usual);
  return away;
}
