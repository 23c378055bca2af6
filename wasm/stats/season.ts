/**
 * What an hour of the day (nano) or of the week (gateway) usually brings: for each of some series a
 * baseline (baseline.ts) of the mean over the hour of log2(1 + amount of a second). An hour half of whose
 * seconds are known is held against the same hour before and raises EVENT_SEASON when it lies more than
 * SCALES_MAX scales off; then it is learned.
 *
 * Error: the hour's mean within 2^-10. Nothing is judged before RECALL days or weeks; a season that
 * changes for good is followed within about as many.
 *
 * Winters: Forecasting sales by exponentially weighted moving averages (Management Science 6, 1960), the
 * seasonal term alone.
 */
import { EVENT_SEASON, SEASON_BYTES, SEASON_MEAN, SEASON_TABLE } from "../abi/stats";
import * as events from "../events";
import { STATS } from "../layout";
import { IS_NANO, SEASON_FIRST, SEASON_METRICS, SEASON_SLOTS } from "../profile";
import { learn, SCALE } from "./baseline";
import { SEASON_AT, SEASON_RUNNING_BYTES } from "./layout";

const HOUR_S: u32 = 3600;
const SECONDS_MIN: u32 = 1800;
const RECALL: u32 = IS_NANO ? 8 : 4;
const SCALES_MAX: i32 = 5 * SCALE;
/** The hour that runs, since the time base's zero; then of each series what ran up in it. */
const HOUR: usize = STATS + SEASON_AT;
const RUNNING: usize = HOUR + 8;
const SECONDS: usize = 4;
/** Bits of a level that are left out so that an hour's sum fits. */
const CUT: u32 = 4;

/** @param level log2(1 + amount) */
export function observe(series: u32, second: u32, level: u32): void {
  const metric = series - SEASON_FIRST;
  if (metric >= SEASON_METRICS) return;
  const hour = second / HOUR_S;
  if (hour != load<u32>(HOUR)) {
    closeHour();
    store<u32>(HOUR, hour);
  }
  const running = RUNNING + (metric << 3);
  store<u32>(running, load<u32>(running) + (level >> CUT));
  store<u32>(running, load<u32>(running, SECONDS) + 1, SECONDS);
}

/** The hour that runs belongs to a time that never was. */
export function restart(): void {
  memory.fill(RUNNING, 0, SEASON_RUNNING_BYTES);
}

function closeHour(): void {
  const hour = load<u32>(HOUR);
  const slot = hour % SEASON_SLOTS;
  for (let metric: u32 = 0; metric < SEASON_METRICS; metric++) {
    const running = RUNNING + (metric << 3);
    const seconds = load<u32>(running, SECONDS);
    if (seconds < SECONDS_MIN) continue;
    const level = (load<u32>(running) / seconds) << CUT;
    const at = HOUR + SEASON_TABLE + (metric * SEASON_SLOTS + slot) * SEASON_BYTES;
    const usual = load<u32>(at, SEASON_MEAN);
    if (abs(learn(at, level, RECALL)) > SCALES_MAX) {
      events.raise(EVENT_SEASON, hour * HOUR_S, metric + SEASON_FIRST, slot, level, usual);
    }
  }
  restart();
}
