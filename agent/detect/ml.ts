import type { ConfidenceLevel } from "./profile.ts";

/**
 * Judges the behaviors that have an mlDetectionConfig. The detector asks it once for every datapoint of
 * such a behavior, in order of time, so it may learn from what it is asked. It keeps its own state.
 */
export interface MlJudge {
  /** Null: there is no model yet, and the datapoint counts neither way. */
  judge(question: MlQuestion): MlVerdict | null;
}

export interface MlQuestion {
  thing: string;
  profile: string;
  behavior: string;
  /** With the key of its dimension after it, if it has one: that is another metric to learn. */
  metric: string;
  confidence: ConfidenceLevel;
  /** Cloud-side counts are sums of one slot, message sizes the largest of one; others a report's. */
  value: number;
  timeMs: number;
}

export interface MlVerdict {
  conforms: boolean;
  /** For the reader of an alarm: the feature, the value and the range that was expected. */
  why: string;
  /** The numbers of that sentence by name, with their unit in the name. */
  numbers: Readonly<Record<string, number>>;
}
