/**
 * Where the rare begins: the threshold that a stated share of scores exceeds, learnt from the scores
 * themselves. Peaks over threshold as in SPOT (Siffer et al., KDD 2017): above a high quantile the
 * excesses follow a generalised Pareto distribution (Pickands 1975), fitted here by probability-weighted
 * moments (Hosking and Wallis 1987).
 *
 * State: 1 + 3 + 512 floats. The first scores fill it as they are and give the quantile.
 */

/** Scores that set the quantile; afterwards the room holds excesses. */
const FIRST_SCORES = 512;

/** The quantile above which scores are excesses: rare enough for a tail, frequent enough to learn it. */
const TAIL_SHARE = 0.04;

/** Excesses needed before the tail is spoken of. */
const EXCESSES_MIN = 20;

/** Scores that the share of excesses remembers: some two months of reports every five minutes. */
const SCORES_MEMORY = 20_000;

/** Bounds of the shape: beyond them a sample this small is telling tales. */
const SHAPE_MAX = 0.4;

export const TAIL_FLOATS = 4 + FIRST_SCORES;

export interface Tail {
  learn(score: number): void;
  /** The score that `rate` (0 to 1) of all scores exceeds; null while too few are known. */
  thresholdOf(rate: number): number | null;
}

const SEEN = 0;
const THRESHOLD = 1;
const EXCEEDED = 2;
const WRITTEN = 3;
const ROOM = 4;

/** Over the given floats, which are all of its state. Zeros are the empty state. */
export function createTail(floats: Float32Array): Tail {
  const room = floats.subarray(ROOM, TAIL_FLOATS);
  let fit: Fit | null = null;

  function begin(): void {
    const sorted = Float32Array.from(room).sort();
    const threshold = sorted[Math.floor(sorted.length * (1 - TAIL_SHARE))]!;
    const excesses = sorted.filter((score) => score > threshold);
    floats[THRESHOLD] = threshold;
    floats[EXCEEDED] = excesses.length;
    floats[WRITTEN] = excesses.length;
    room.fill(0);
    excesses.forEach((score, index) => {
      room[index] = score - threshold;
    });
  }

  return {
    learn(score) {
      const seen = floats[SEEN]!;
      floats[SEEN] = seen + 1;
      if (seen < FIRST_SCORES) {
        room[seen] = score;
        if (seen + 1 === FIRST_SCORES) begin();
        return;
      }
      if (score > floats[THRESHOLD]!) {
        room[floats[WRITTEN]! % FIRST_SCORES] = score - floats[THRESHOLD]!;
        floats[WRITTEN] = floats[WRITTEN]! + 1;
        floats[EXCEEDED] = floats[EXCEEDED]! + 1;
        fit = null;
      }
      if (seen >= SCORES_MEMORY) {
        floats[SEEN] = seen / 2;
        floats[EXCEEDED] = floats[EXCEEDED]! / 2;
      }
    },
    thresholdOf(rate) {
      const excesses = Math.min(floats[WRITTEN]!, FIRST_SCORES);
      if (floats[SEEN]! < FIRST_SCORES || excesses < EXCESSES_MIN) return null;
      fit ??= fitOf(room.subarray(0, excesses));
      const share = (rate * floats[SEEN]!) / floats[EXCEEDED]!;
      return floats[THRESHOLD]! + excessOf(Math.min(1, share), fit);
    },
  };
}

interface Fit {
  shape: number;
  scale: number;
}

function fitOf(excesses: Float32Array): Fit {
  const sorted = Float32Array.from(excesses).sort();
  const count = sorted.length;
  let mean = 0;
  let weighted = 0;
  sorted.forEach((excess, index) => {
    mean += excess / count;
    weighted += ((1 - (index + 0.65) / count) * excess) / count;
  });
  const spread = mean - 2 * weighted;
  if (spread <= 0) return { shape: 0, scale: mean };
  const shape = Math.max(-SHAPE_MAX, Math.min(SHAPE_MAX, 2 - mean / spread));
  // With the shape at its bound the scale follows from the mean alone: mean = scale / (1 - shape).
  return { shape, scale: mean * (1 - shape) };
}

/** The excess that `share` of excesses is above. */
function excessOf(share: number, { shape, scale }: Fit): number {
  if (share <= 0) return Number.POSITIVE_INFINITY;
  return Math.abs(shape) < 1e-6
    ? -scale * Math.log(share)
    : (scale / shape) * (share ** -shape - 1);
}
