import type { Datapoint } from "../datapoint.ts";
import type { Element } from "../set-test.ts";

/** The numbers of one metric of one thing, in the recording's order. */
export interface Track {
  times: number[];
  values: number[];
}

export interface NumberSeries {
  kind: "count" | "number";
  byThing: Map<string, Track>;
}

export interface SetSeries {
  kind: "ports" | "cidrs" | "numbers" | "strings";
  /** When each element was first seen at any thing; at most ELEMENTS_MAX. */
  firstSeenMs: Map<Element, number>;
  /** There were more elements than are kept. */
  overflowed: boolean;
}

/** Everything of a recording that a profile is learnt from. */
export interface Recording {
  fromMs: number;
  toMs: number;
  reports: number;
  things: Set<string>;
  numbers: Map<string, NumberSeries>;
  sets: Map<string, SetSeries>;
  /** Metrics that came as more than one type. */
  mixed: Set<string>;
  /** Milliseconds between two reports of a thing, the first GAPS_MAX of them. */
  gaps: number[];
}

/** Elements of a set that are kept: more than a profile may have, so more is no set to propose. */
const ELEMENTS_MAX = 4096;
const GAPS_MAX = 10_000;
/** Numbers that are kept, 16 bytes each. */
export const DATAPOINTS_MAX = 20_000_000;

/** Collects a recording; `add` gives false when it is larger than DATAPOINTS_MAX. */
export function createRecorder() {
  const recording: Recording = {
    fromMs: Number.POSITIVE_INFINITY,
    toMs: Number.NEGATIVE_INFINITY,
    reports: 0,
    things: new Set(),
    numbers: new Map(),
    sets: new Map(),
    mixed: new Set(),
    gaps: [],
  };
  const lastMs = new Map<string, number>();
  let numbers = 0;

  function addNumberOf(thing: string, timeMs: number) {
    return (metric: string, kind: NumberSeries["kind"], value: number) => {
      const track = trackOf(recording, thing, metric, kind);
      track.times.push(timeMs);
      track.values.push(value);
      numbers++;
    };
  }

  return {
    recording,
    add(thing: string, datapoints: readonly Datapoint[], timeMs: number): boolean {
      recording.fromMs = Math.min(recording.fromMs, timeMs);
      recording.toMs = Math.max(recording.toMs, timeMs);
      recording.reports++;
      recording.things.add(thing);
      const before = lastMs.get(thing);
      lastMs.set(thing, timeMs);
      if (before !== undefined && timeMs > before && recording.gaps.length < GAPS_MAX) {
        recording.gaps.push(timeMs - before);
      }
      const addNumber = addNumberOf(thing, timeMs);
      for (const { metric, value } of datapoints) {
        const { count, number, ports, cidrs, numbers: list, strings } = value;
        if (count !== undefined) addNumber(metric, "count", count);
        else if (number !== undefined) addNumber(metric, "number", number);
        else if (ports !== undefined) addSet(recording, metric, "ports", ports, timeMs);
        else if (cidrs !== undefined) addSet(recording, metric, "cidrs", cidrs, timeMs);
        else if (list !== undefined) addSet(recording, metric, "numbers", list, timeMs);
        else if (strings !== undefined) addSet(recording, metric, "strings", strings, timeMs);
        if (recording.numbers.has(metric) && recording.sets.has(metric))
          recording.mixed.add(metric);
      }
      return numbers <= DATAPOINTS_MAX;
    },
  };
}

function trackOf(
  { numbers }: Recording,
  thing: string,
  metric: string,
  kind: NumberSeries["kind"],
): Track {
  let series = numbers.get(metric);
  if (series === undefined) {
    series = { kind, byThing: new Map() };
    numbers.set(metric, series);
  }
  let track = series.byThing.get(thing);
  if (track === undefined) {
    track = { times: [], values: [] };
    series.byThing.set(thing, track);
  }
  return track;
}

function addSet(
  { sets, mixed }: Recording,
  metric: string,
  kind: SetSeries["kind"],
  elements: readonly Element[],
  timeMs: number,
): void {
  let series = sets.get(metric);
  if (series === undefined) {
    series = { kind, firstSeenMs: new Map(), overflowed: false };
    sets.set(metric, series);
  }
  if (series.kind !== kind) mixed.add(metric);
  for (const element of elements) {
    if (series.firstSeenMs.has(element)) continue;
    if (series.firstSeenMs.size >= ELEMENTS_MAX) series.overflowed = true;
    else series.firstSeenMs.set(element, timeMs);
  }
}

/** The usual time between two reports of a thing, in seconds; null when no thing reported twice. */
export function reportIntervalS({ gaps }: Recording): number | null {
  if (gaps.length === 0) return null;
  const sorted = Float64Array.from(gaps).sort();
  return sorted[Math.floor(sorted.length / 2)]! / 1000;
}

export function daysOf({ fromMs, toMs }: Pick<Recording, "fromMs" | "toMs">): number {
  return Math.max(0, toMs - fromMs) / 86_400_000;
}
