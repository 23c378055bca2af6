import type { PlantObservation } from "../../core/plant.ts";

/**
 * What follows the traffic and has its word in the end: assets, baseline and rules, exports. Watch knows
 * nothing more of them; it asks in the order of its list.
 */
export interface PlantObserver {
  observe(observation: PlantObservation): void;
  /** The traffic is over. Called once, before what follows. */
  close?(): Promise<void>;
  /** Further members of `--json`'s object; none of the summary's own names. */
  members?(): Record<string, unknown>;
  /** Further lines of the readable summary. */
  lines?(): string[];
  /** All that is printed, instead of the summary and of `--json`'s object. */
  document?(): string;
  /** Exit 1. */
  hasFindings?(): boolean;
}
