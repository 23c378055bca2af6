/**
 * The host of the WASM core: typed, synchronous, and the only place that knows its pointers. Records
 * gather in the core's own IO buffer and go in by the batch; results are read from fixed views. The
 * memory never grows, so the views stay valid.
 */
import type { SeriesStatistics } from "../core/model.ts";
import { abi } from "./abi.ts";
import { createBatch } from "./batch.ts";
import type { CoreExports } from "./core-exports.ts";
import { type RestoreResult, restoreCore } from "./core-restore.ts";
import type { PacketSink } from "./packet-sink.ts";

/** An instance whose version and arithmetic were checked. */
export interface CoreModule {
  readonly exports: CoreExports;
}

/** What the core says of one series; the burst rule and error bounds stand in wasm/stats/series.ts. */
export interface SeriesWindow extends SeriesStatistics {
  /** Seconds without a sample since the series began, and the runs they form. Missing is not zero. */
  missingSeconds: number;
  gapCount: number;
  burstThreshold: number;
  /** Samples since the start that were cut at 2^32 - 2. */
  saturatedCount: number;
}

/** Something that the core noticed by itself; `kind` is one of abi.EVENT_. */
export interface CoreEvent {
  kind: number;
  second: number;
  subject: number;
  detail: number;
  value: number;
  limit: number;
}

export interface TrafficCore extends PacketSink {
  readonly windowS: number;
  readonly seriesMax: number;
  /**
   * Adds to a series' second. `atMs` names that second: give the time for which the tick was planned
   * rather than when it came late. One time base for all calls: wall or monotonic, not both.
   */
  addSample(series: number, atMs: number, amount: number): void;
  /** Hands the gathered records to the core. Reading does it by itself. */
  flush(): void;
  /** Once a second. @returns the events pending */
  tick(nowMs: number): number;
  seriesStatistics(series: number): SeriesWindow;
  /** Totals since the start by abi.COUNTER_ index; they wrap at 2^32. */
  counters(): Uint32Array;
  /** Takes the pending events out, oldest first. */
  events(): CoreEvent[];
  /** An answer by abi.QUERY_ number, of what has been ingested until now; valid until the next call. */
  query(what: number, a: number, b: number): DataView;
  snapshot(): Uint8Array;
  /** Takes back a snapshot from anywhere. Refused, the core starts anew and keeps working. */
  restore(bytes: Uint8Array): RestoreResult;
}

export interface TrafficCoreOptions {
  /** 8 secret bytes for the core's hashes. Without them an outsider can aim collisions. */
  hashKey?: Uint8Array;
  /** Conversations, commands and excerpts alone: the gateway's core saves the time for statistics. */
  trafficOnly?: boolean;
  /**
   * Called after each batch of packets: the time to collect what made room in the core's tables. It may
   * ask `query`, and nothing else.
   */
  afterBatch?: (query: TrafficCore["query"]) => void;
}

declare const WebAssembly: {
  Module: {
    new (bytes: Uint8Array): object;
    imports(module: object): readonly unknown[];
  };
  Instance: new (module: object) => { exports: unknown };
};

/** Only where WebAssembly exists; elsewhere `coreModuleOf(instantiate())` of build/core-twin.mjs. */
export function instantiateCore(wasmBytes: Uint8Array): CoreModule {
  const module = new WebAssembly.Module(wasmBytes);
  const imports = WebAssembly.Module.imports(module).length;
  if (imports > 0) throw new Error(`traffic core: wants ${imports} imports and may have none`);
  return coreModuleOf(new WebAssembly.Instance(module).exports as CoreExports);
}

/** Throws for a core that this host cannot trust: another ABI major, or wrong arithmetic. */
export function coreModuleOf(exports: CoreExports): CoreModule {
  const major = exports.abi_version() >>> 16;
  if (major !== abi.ABI_MAJOR) {
    throw new Error(`traffic core: speaks ABI ${major}, this host ${abi.ABI_MAJOR}`);
  }
  if (exports.selftest() >>> 0 !== abi.SELFTEST_DIGEST) {
    throw new Error("traffic core: its selftest came out wrong");
  }
  return { exports };
}

export function createTrafficCore(
  module: CoreModule,
  options: TrafficCoreOptions = {},
): TrafficCore {
  const core = module.exports;
  const { buffer } = core.memory;
  const out = new DataView(buffer, core.out_ptr(), core.out_cap());
  const state = new Uint8Array(buffer, core.state_ptr(), core.state_len());
  const batch = createBatch(core, () => options.afterBatch?.(answer));
  const start = () => {
    batch.discard();
    must("init", core.init(batch.putConfig(configOf(options))));
  };
  const answer = (what: number, a: number, b: number): DataView => {
    must("query", core.query(what, a, b));
    return out;
  };
  const query = (what: number, a: number, b = 0): DataView => {
    batch.flush();
    return answer(what, a, b);
  };

  start();
  query(abi.QUERY_LIMITS, 0);
  const windowS = out.getUint32(abi.LIMITS_WINDOW_S, true);
  const seriesMax = out.getUint32(abi.LIMITS_SERIES, true);

  return {
    windowS,
    seriesMax,
    addSample(series, atMs, amount) {
      if (!(Number.isInteger(series) && series >= 0 && series < seriesMax)) {
        throw new RangeError(`traffic core: no series ${series}; there are ${seriesMax}`);
      }
      batch.putSample(series, usOf(atMs), whole("amount", amount));
    },
    putPacket: batch.putPacket,
    flush: batch.flush,
    query,
    tick(nowMs) {
      batch.flush();
      const us = usOf(nowMs);
      return must("tick", core.tick(us >>> 0, Math.floor(us / 2 ** 32)));
    },
    seriesStatistics(series) {
      query(abi.QUERY_SERIES, series);
      return seriesWindowOf(out);
    },
    counters() {
      query(abi.QUERY_COUNTERS, 0);
      return Uint32Array.from({ length: abi.COUNTERS_MAX }, (_, i) => out.getUint32(i * 4, true));
    },
    events() {
      batch.flush();
      const drained: CoreEvent[] = [];
      for (let taken = -1; taken !== 0; ) {
        taken = must("events", core.events(0xffff));
        for (let i = 0; i < taken; i++) drained.push(eventOf(out, i * abi.EVENT_BYTES));
      }
      return drained;
    },
    snapshot() {
      batch.flush();
      return state.slice(0, must("snapshot", core.snapshot()));
    },
    restore(bytes) {
      batch.discard();
      return restoreCore(core, bytes, start);
    },
  };
}

function configOf({ hashKey, trafficOnly }: TrafficCoreOptions) {
  const items: [number, Uint8Array][] = [];
  if (hashKey) items.push([abi.CONFIG_HASH_KEY, hashKey]);
  if (trafficOnly) items.push([abi.CONFIG_TRAFFIC_ONLY, Uint8Array.of(1, 0, 0, 0)]);
  return items;
}

/** The core's errors are answers to our own mistakes here; those throw. */
function must(call: string, result: number): number {
  if (result < 0) throw new Error(`traffic core: ${call} failed with ${result}`);
  return result;
}

function whole(what: string, value: number): number {
  const floor = Math.floor(value);
  if (Number.isSafeInteger(floor) && floor >= 0) return floor;
  throw new RangeError(`traffic core: ${what} ${value} is not a whole number from 0 on`);
}

/** Decimal fractions of a millisecond are cut to microseconds. */
function usOf(ms: number): number {
  return whole("time", ms * 1000);
}

function seriesWindowOf(out: DataView): SeriesWindow {
  const u32 = (at: number) => out.getUint32(at, true);
  const seconds = u32(abi.SERIES_STATS_SECONDS);
  const sum = Number(out.getBigUint64(abi.SERIES_STATS_SUM, true));
  return {
    seconds,
    sum,
    ratePerS: seconds === 0 ? 0 : sum / seconds,
    variance: out.getFloat64(abi.SERIES_STATS_VARIANCE, true),
    max: u32(abi.SERIES_STATS_MAX),
    p50: u32(abi.SERIES_STATS_P50),
    p90: u32(abi.SERIES_STATS_P90),
    p99: u32(abi.SERIES_STATS_P99),
    burstCount: u32(abi.SERIES_STATS_BURSTS),
    burstSecondsMax: u32(abi.SERIES_STATS_BURST_SECONDS_MAX),
    burstThreshold: out.getFloat64(abi.SERIES_STATS_BURST_THRESHOLD, true),
    missingSeconds: u32(abi.SERIES_STATS_MISSING),
    gapCount: u32(abi.SERIES_STATS_GAPS),
    saturatedCount: u32(abi.SERIES_STATS_SATURATED),
  };
}

function eventOf(out: DataView, at: number): CoreEvent {
  return {
    kind: out.getUint32(at + abi.EVENT_KIND, true),
    second: out.getUint32(at + abi.EVENT_SECOND, true),
    subject: out.getUint32(at + abi.EVENT_SUBJECT, true),
    detail: out.getUint32(at + abi.EVENT_DETAIL, true),
    value: out.getFloat64(at + abi.EVENT_VALUE, true),
    limit: out.getFloat64(at + abi.EVENT_LIMIT, true),
  };
}
