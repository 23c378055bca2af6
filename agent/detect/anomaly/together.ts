import { createForest, FOREST_FLOATS } from "./forest.ts";
import { createTail, TAIL_FLOATS } from "./tail.ts";

/**
 * Looks at a thing's metrics together, a report later than each by itself: only then are all of them
 * known. What it finds is put to the metric that is furthest out. It starts anew when the thing gets
 * another metric: some three days of reports.
 */
export interface Together {
  /** Takes a metric's distance from what is usual, in usual distances, at a time that never goes back. */
  take(metric: string, timeMs: number, distance: number): void;
  /** Whether, at each of the rates, the report before was unusual and this metric the furthest out. */
  isUnusual(metric: string, rate: number): boolean;
  /** For the next start; taken between two reports. */
  state(): TogetherState;
}

export interface TogetherState {
  /** What the forest is over, in order. */
  metrics: readonly string[];
  /** The report that is not looked at yet: its time, and the distances that came with it. */
  currentMs: number;
  current: ReadonlyMap<string, number>;
  /** Of the forest, then of the tail. */
  floats: Float32Array;
}

export const TOGETHER_FLOATS = FOREST_FLOATS + TAIL_FLOATS;

/** `rates` are shares of reports that are found unusual without a reason. */
export function createTogether(rates: readonly number[], saved: TogetherState | null): Together {
  let { metrics, forest, tail, floats } = lookAt(saved?.metrics ?? [], saved?.floats);
  let current = new Map(saved?.current);
  let currentMs = saved?.currentMs ?? Number.NEGATIVE_INFINITY;
  let found: { metric: string; atRates: readonly boolean[] } | null = null;

  function close(): void {
    found = null;
    if (current.size < 2) return;
    const names = [...current.keys()].sort();
    if (names.join("\n") !== metrics.join("\n"))
      ({ metrics, forest, tail, floats } = lookAt(names));
    const distances = names.map((name) => current.get(name)!);
    const score = forest!.score(distances);
    if (score === null) return;
    const thresholds = rates.map((rate) => tail.thresholdOf(rate) ?? Number.POSITIVE_INFINITY);
    const atRates = thresholds.map((threshold) => score > threshold);
    tail.learn(score);
    if (!atRates.includes(true)) return;
    const furthest = distances.map(Math.abs).reduce((a, b) => Math.max(a, b));
    found = { metric: names[distances.findIndex((one) => Math.abs(one) === furthest)]!, atRates };
  }

  return {
    take(metric, timeMs, distance) {
      if (timeMs !== currentMs) {
        close();
        current = new Map();
        currentMs = timeMs;
      }
      current.set(metric, distance);
    },
    isUnusual: (metric, rate) => found?.metric === metric && found.atRates[rate] === true,
    state: () => ({ metrics, currentMs, current, floats }),
  };
}

function lookAt(metrics: readonly string[], learnt?: Float32Array) {
  const floats = learnt ?? new Float32Array(TOGETHER_FLOATS);
  const own = floats.subarray(0, FOREST_FLOATS);
  const forest = metrics.length === 0 ? null : createForest(metrics.length, own);
  return { metrics, forest, tail: createTail(floats.subarray(FOREST_FLOATS)), floats };
}
