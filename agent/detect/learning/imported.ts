import type { Behavior, MetricToRetain } from "../profile.ts";

/** What another tool's file comes to: behaviors where it says what is normal, else metrics to keep. */
export interface Imported {
  behaviors: Behavior[];
  /** Metrics that it collects without a word on what is normal. */
  retained: MetricToRetain[];
  /** What does not map, or maps with a loss; a line each. */
  notes: string[];
}

export function emptyImport(): Imported {
  return { behaviors: [], retained: [], notes: [] };
}

/** Adds metrics that are not there yet. */
export function retain({ retained }: Imported, metrics: readonly string[]): void {
  for (const metric of metrics) {
    if (!retained.some((known) => known.metric === metric)) retained.push({ metric });
  }
}

/** Another tool's name in the characters of a behavior's, told apart from those that there are. */
export function behaviorName(text: string, { behaviors }: Imported): string {
  const base = text.replace(/[^a-zA-Z0-9:_-]/g, "_").slice(0, 120) || "imported";
  const taken = new Set(behaviors.map(({ name }) => name));
  let name = base;
  for (let nth = 2; taken.has(name); nth++) name = `${base}-${nth}`;
  return name;
}
