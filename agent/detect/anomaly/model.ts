import { createSeason, SEASON_FLOATS } from "./season.ts";
import { createTail, TAIL_FLOATS } from "./tail.ts";

/**
 * One metric of one thing. Its distance from what is usual at the hour, in units of the usual spread, is
 * looked at over the last one, two and three datapoints: one far out counts, and so do three in a row
 * that lean one way. The largest of the three is the score; the tail of past scores says how rare it is.
 */
export interface MetricModel {
  /** Judges by what was known before, then learns. Null: too little is known yet. */
  judge(timeMs: number, value: number): Judgement | null;
}

export interface Judgement {
  score: number;
  /** From the usual, in usual distances; below zero when less. */
  distance: number;
  /** For each of the model's rates, the score that this share of ordinary datapoints exceeds. */
  thresholds: readonly number[];
  /** In units of the metric: what is usual now, and one unit of score below and above it. */
  level: number;
  stepDown: number;
  stepUp: number;
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

/** What is further out than this many times the rarest threshold is learnt as if it were there. */
const LEARNT_MAX = 1.5;

/**
 * Over the given floats, which are all of its state; zeros are the empty state. `rates` are falling: by
 * the last one a value is unusual enough to be learnt with care.
 */
export function createMetricModel(floats: Float32Array, rates: readonly number[]): MetricModel {
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
    judge(timeMs, value) {
      const usual = season.usualAt(timeMs);
      if (usual === null) {
        season.learn(timeMs, value, 1);
        return null;
      }
      const { level, isSettled } = usual;
      const spread = Math.max(usual.spread, Math.abs(level) * SPREAD_SHARE_MIN, 1e-9);
      const stepDown = spread * scales[0]!;
      const stepUp = spread * scales[SPAN_MAX]!;
      const distance = (value - level) / spread;
      const score = scoreOf(distance);
      const thresholds = rates.map((rate) => tail.thresholdOf(rate) ?? Number.POSITIVE_INFINITY);
      const rarest = thresholds.at(-1)!;
      const isUnusual = score > rarest;
      floats[RUN] = isUnusual ? floats[RUN]! + 1 : 0;
      const isOrdinary = isSettled && floats[COUNT]! > SETTLING;
      if (isOrdinary && floats[RUN]! <= UNUSUAL_RUN_MAX) {
        tail.learn(Math.min(score, LEARNT_MAX * rarest));
      }
      season.learn(timeMs, value, isUnusual ? UNUSUAL_WEIGHT : 1);
      if (rarest === Number.POSITIVE_INFINITY) return null;
      return { score, distance, thresholds, level, stepDown, stepUp };
    },
  };
}
