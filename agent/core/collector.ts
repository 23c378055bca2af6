import type { Host } from "./host.ts";
import type { Connection, Listener } from "./model.ts";

/**
 * What one metric's value looks like. A gauge is a level now; a counter only grows and is reported as
 * a delta. The plural kinds hold one value per label (per interface, per mount point …).
 */
export interface ValueOfKind {
  gauge: number;
  counter: number;
  gauges: ReadonlyMap<string, number>;
  counters: ReadonlyMap<string, number>;
  listeners: readonly Listener[];
  connections: readonly Connection[];
}

export type MetricKind = keyof ValueOfKind;

/** A declared metric. `unit` as Prometheus has it (bytes, seconds, ratio …); `label` for plural kinds. */
export interface MetricSpec {
  kind: MetricKind;
  unit: string;
  help: string;
  label?: string;
}

export type MetricSpecs = Readonly<Record<string, MetricSpec>>;

export type Collected<Specs extends MetricSpecs> = {
  [Name in keyof Specs]: ValueOfKind[Specs[Name]["kind"]];
};

/** A source on the device: what it measures, and how to read it once. */
export interface Collector<Specs extends MetricSpecs = MetricSpecs> {
  name: string;
  /** One sentence: what, and from which files. */
  help: string;
  enabledByDefault: boolean;
  metrics: Specs;
  /** Throws NoDataError where the device lacks the source, HostError where it cannot be read. */
  collect(host: Host): Promise<Collected<Specs>>;
}

/** Identity at run time; at compile time it ties what `collect` returns to `metrics`. */
export function defineCollector<const Specs extends MetricSpecs>(
  collector: Collector<Specs>,
): Collector<Specs> {
  return collector;
}
