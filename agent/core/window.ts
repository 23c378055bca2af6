import type { MetricSpecs, ValueOfKind } from "./collector.ts";
import type { Counters } from "./counters.ts";
import { derivedOf } from "./derived.ts";
import type {
  CollectorProblem,
  Connection,
  Listener,
  NetworkDelta,
  Reading,
  TrafficStatistics,
  Window,
} from "./model.ts";

/** What a collector returned, before its kinds are told apart. */
type AnyCollected = Readonly<Record<string, ValueOfKind[keyof ValueOfKind]>>;

/** Gathers one report interval and freezes it. */
export interface WindowBuilder {
  add(specs: MetricSpecs, collected: AnyCollected): void;
  addProblem(problem: CollectorProblem): void;
  /** The window up to now; the next one starts here. */
  close(end: { wallMs: number; monotonicMs: number }, traffic: TrafficStatistics | null): Window;
}

export interface WindowBuilderOptions {
  start: { wallMs: number; monotonicMs: number };
  counters: Counters;
  /** Which interfaces count into the report's network block. */
  isWatched: (networkInterface: string) => boolean;
}

/** The gauge that tells one instance of an interface from the next. */
const IDENTITY_METRIC = "network_interface_index";

export function createWindowBuilder(options: WindowBuilderOptions): WindowBuilder {
  let start = options.start;
  let content = emptyContent();

  return {
    add(specs, collected) {
      for (const [name, { kind }] of Object.entries(specs)) {
        addMetric(content, name, kind, collected[name]!);
      }
    },
    addProblem(problem) {
      content.problems.push(problem);
    },
    close(end, traffic) {
      const { lists, gauges, totals, identities, problems } = content;
      const deltas = options.counters.deltasOf(totals, identities);
      const window: Window = Object.freeze({
        startWallMs: start.wallMs,
        endWallMs: end.wallMs,
        durationMs: end.monotonicMs - start.monotonicMs,
        sockets: lists.established && {
          listeningTcp: lists.listeningTcp ?? [],
          listeningUdp: lists.listeningUdp ?? [],
          established: lists.established,
        },
        network: networkDeltaOf(deltas, options.isWatched),
        gauges: [...gauges, ...derivedOf(deltas)],
        deltas,
        traffic,
        problems,
      });
      start = end;
      content = emptyContent();
      return window;
    },
  };
}

interface Content {
  lists: {
    listeningTcp: readonly Listener[] | null;
    listeningUdp: readonly Listener[] | null;
    established: readonly Connection[] | null;
  };
  gauges: Reading[];
  totals: Reading[];
  identities: Map<string, number>;
  problems: CollectorProblem[];
}

function emptyContent(): Content {
  return {
    lists: { listeningTcp: null, listeningUdp: null, established: null },
    gauges: [],
    totals: [],
    identities: new Map(),
    problems: [],
  };
}

function addMetric(
  content: Content,
  name: string,
  kind: keyof ValueOfKind,
  value: ValueOfKind[keyof ValueOfKind],
): void {
  switch (kind) {
    case "gauge":
      content.gauges.push({ name, label: null, value: value as number });
      break;
    case "counter":
      content.totals.push({ name, label: null, value: value as number });
      break;
    case "gauges":
    case "counters": {
      const into = kind === "gauges" ? content.gauges : content.totals;
      for (const [label, one] of value as ReadonlyMap<string, number>) {
        if (name === IDENTITY_METRIC) content.identities.set(label, one);
        else into.push({ name, label, value: one });
      }
      break;
    }
    case "listeners":
      if (name === "listening_udp_ports") content.lists.listeningUdp = value as Listener[];
      else content.lists.listeningTcp = value as Listener[];
      break;
    case "connections":
      content.lists.established = value as Connection[];
      break;
  }
}

/**
 * Sum over the watched interfaces that have a base; null when none has. An interface that appeared in
 * this window has none yet: it counts from the next one on.
 */
export function networkDeltaOf(
  deltas: readonly Reading[],
  isWatched: (networkInterface: string) => boolean,
): NetworkDelta | null {
  const sum = { bytesIn: 0, bytesOut: 0, packetsIn: 0, packetsOut: 0 };
  let found = false;
  for (const { name, label, value } of deltas) {
    const member = networkMembers[name];
    if (member === undefined || label === null || !isWatched(label)) continue;
    sum[member] += value;
    found = true;
  }
  return found ? sum : null;
}

const networkMembers: Readonly<Record<string, keyof NetworkDelta>> = {
  network_receive_bytes: "bytesIn",
  network_transmit_bytes: "bytesOut",
  network_receive_packets: "packetsIn",
  network_transmit_packets: "packetsOut",
};
