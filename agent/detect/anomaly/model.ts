import { createSeason, SEASON_FLOATS } from "./season.ts";
import { createTail, TAIL_FLOATS } from "./tail.ts";

/**
 * One metric of one thing. Its distance from what is usual at the hour, in units of the usual spread, is
 * looked at over the last one, two and three datapoints: one far out counts, and so do three in a row
 * that lean one way. The largest of the three is the score; the tail of past scores says how rare it is.
 */
export interface MetricModel {
  /** Judges by what was known before, then learns. Null: too little is known yet. */
  judge(timeMs: number, value: number, rate: number): Judgement | null;
  /** The score that `rate` of ordinary datapoints exceeds; null while too little is known. */
  thresholdOf(rate: number): number | null;
}

export interface Judgement {
  isUnusual: boolean;
  /** In units of the metric: what is usual now, and the range beyond which one value alone is unusual. */
  level: number;
  low: number;
  high: number;
  score: number;
  threshold: number;
}

/** Datapoints whose mean is looked at together. */
const SPANS = [1, 2, 3] as const;
const SPAN_MAX = 3;

/** A tail learns nothing from the fourth unusual datapoint in a row on: that is a change, not chance. */
const UNUSUAL_RUN_MAX = 3;

/** Scores until season and scales have settled: the tail must not remember how they began. */
const SETTLING = 500;

/** How much the season learns from an unusual value. */
const UNUSUAL_WEIGHT = 0.1;

/** Least spread, as a share of the level: a metric that never moved may move a little. */
const SPREAD_SHARE_MIN = 1e-3;

// --- the state's floats ---
const LAST = SEASON_FLOATS + TAIL_FLOATS;
const SCALES = LAST + SPAN_MAX;
const RUN = SCALES + 2 * SPAN_MAX;
const COUNT = RUN + 1;

export const MODEL_FLOATS = COUNT + 1;

/** Over the given floats, which are all of its state. Zeros are the empty state. */
export function createMetricModel(floats: Float32Array): MetricModel {
  const season = createSeason(floats.subarray(0, SEASON_FLOATS));
  const tail = createTail(floats.subarray(SEASON_FLOATS, LAST));
  const last = floats.subarray(LAST, SCALES);
  const scales = floats.subarray(SCALES, RUN);

  /** The largest mean over a span, each in units of what that mean usually is. */
  function scoreOf(distance: number): number {
    last.copyWithin(1, 0, SPAN_MAX - 1);
    last[0] = distance;
    const memory = Math.min(floats[COUNT]!, 2000) + 1;
    let score = 0;
    for (const span of SPANS) {
      let sum = 0;
      for (let index = 0; index < span; index++) sum += last[index]!;
      const mean = Math.abs(sum) / span;
      // Traffic leans: what is far below may be usual above. Each side has its own scale.
      const side = (sum > 0 ? SPAN_MAX : 0) + span - 1;
      const scale = scales[side]!;
      score = Math.max(score, scale > 0 ? mean / scale : 0);
      // Cut, so that one that is far out does not hide the next.
      const usual = scale > 0 ? Math.min(mean, 4 * scale) : mean;
      scales[side] = scale > 0 ? scale + (usual - scale) / memory : mean;
    }
    floats[COUNT] = floats[COUNT]! + 1;
    return score;
  }

  return {
    judge(timeMs, value, rate) {
      const usual = season.usualAt(timeMs);
      if (usual === null) {
        season.learn(timeMs, value, 1);
        return null;
      }
      const spread = Math.max(usual.spread, Math.abs(usual.level) * SPREAD_SHARE_MIN, 1e-9);
      const score = scoreOf((value - usual.level) / spread);
      const threshold = tail.thresholdOf(rate);
      const isUnusual = threshold !== null && score > threshold;
      floats[RUN] = isUnusual ? floats[RUN]! + 1 : 0;
      const isOrdinary = usual.isSettled && floats[COUNT]! > SETTLING;
      if (isOrdinary && floats[RUN]! <= UNUSUAL_RUN_MAX) tail.learn(score);
      season.learn(timeMs, value, isUnusual ? UNUSUAL_WEIGHT : 1);
      if (threshold === null) return null;
      const { level } = usual;
      const low = level - threshold * spread * scales[0]!;
      const high = level + threshold * spread * scales[SPAN_MAX]!;
      return { isUnusual, level, low, high, score, threshold };
    },
    thresholdOf: (rate) => tail.thresholdOf(rate),
  };
}
