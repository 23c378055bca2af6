/** What AWS does not publish of its evaluation, decided here once; see the agent's README. */
export interface DetectSettings {
  /**
   * The percentile of a group: the smallest value that has that share of the values at or below it
   * (`nearest-rank`, always a value that a thing has), or between two values (`linear`).
   */
  percentile: "nearest-rank" | "linear";
  /** Things with a value that a percentile needs; of fewer it says nothing, and nobody is judged. */
  groupThingsMin: number;
  /** A level over a durationSeconds: the last report's (`last`), or of all slots together (`sum`). */
  levels: "last" | "sum";
  /** A slot in which a thing had no cloud-side count: a count of 0 (`zero`), or no datapoint. */
  silentSlots: "zero" | "none";
  /** Things followed at once. Datapoints of more are dropped and counted. */
  thingsMax: number;
}

export const detectSettings: DetectSettings = {
  percentile: "nearest-rank",
  groupThingsMin: 2,
  levels: "last",
  silentSlots: "zero",
  thingsMax: 100_000,
};

/** "No metrics from the device for more than two days" ends an alarm, says the guide. */
export const SILENCE_MS = 2 * 86_400_000;
