import { createForest, type Forest } from "./forest.ts";
import { createTail, TAIL_FLOATS, type Tail } from "./tail.ts";

/**
 * Looks at a thing's metrics together, a report later than each by itself: only then are all of them
 * known. What it finds is put to the metric that is furthest out. It starts anew when the thing gets
 * another metric, and when the agent starts: some three days of reports.
 */
export interface Together {
  /** Takes a metric's distance from what is usual, in usual distances, at a time that never goes back. */
  take(metric: string, timeMs: number, distance: number): void;
  /** Whether, at each of the rates, the report before was unusual and this metric the furthest out. */
  isUnusual(metric: string, rate: number): boolean;
}

/** `rates` are shares of reports that are found unusual without a reason. */
export function createTogether(rates: readonly number[]): Together {
  let metrics: readonly string[] = [];
  let forest: Forest | null = null;
  let tail: Tail = createTail(new Float32Array(TAIL_FLOATS));
  let current = new Map<string, number>();
  let currentMs = Number.NEGATIVE_INFINITY;
  let found: { metric: string; atRates: readonly boolean[] } | null = null;

  function close(): void {
    found = null;
    if (current.size < 2) return;
    const names = [...current.keys()].sort();
    if (names.join("\n") !== metrics.join("\n")) {
      metrics = names;
      forest = createForest(names.length);
      tail = createTail(new Float32Array(TAIL_FLOATS));
    }
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
  };
}
