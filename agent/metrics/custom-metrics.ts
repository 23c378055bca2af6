/**
 * Reads the configured metrics, each by itself: a source that hangs, fails or gives what the cloud would
 * not keep costs its own value, named in `problems`, and nobody else's.
 */
import type { Clock } from "../core/clock.ts";
import {
  type CustomType,
  type CustomValue,
  customNumberOf,
  customProblemOf,
} from "../core/custom-value.ts";
import type { Disk } from "../core/disk.ts";
import type { Host } from "../core/host.ts";
import type { CollectorProblem } from "../core/model.ts";
import type { ObjectValue } from "../core/option.ts";
import { type MetricReading, type MetricSource, type Read, ReadingError } from "./source.ts";
import { metricSources } from "./sources/index.ts";
import type { CommonMembers } from "./spec.ts";

/** Readings under way at once: each may be a process or a connection. */
const READINGS_AT_ONCE_MAX = 4;

/** Items of one list. */
const LIST_ITEMS_MAX = 200;

/** Bytes of all values in a report, of the 128 KiB that one message may have. */
const VALUES_BYTES_MAX = 32 * 1024;

/** Custom metrics of a report: what was read since the last one. */
export interface CustomReadings {
  metrics: Readonly<Record<string, CustomValue>>;
  problems: readonly CollectorProblem[];
}

/** Readings run in the background; nothing here makes a tick wait but `collect`. */
export interface CustomMetrics {
  /** How long before a window's close `begin` should be called, so that all readings can end in time. */
  readonly leadMs: number;
  /** Starts the readings that are due. Those that still run are left alone. */
  begin(): void;
  /** What has been read and what has gone wrong since the last call; the rest comes with the next. */
  take(): CustomReadings;
  /** Starts what is due, waits until all readings have ended, and takes them. */
  collect(): Promise<CustomReadings>;
  /** Gives up what is under way. */
  close(): void;
}

export interface CustomMetricsOptions {
  /** Checked objects of option `metrics`; see spec.ts. */
  specs: readonly ObjectValue[];
  host: Host;
  clock: Clock;
  /** Where sources keep what must outlive a restart; null where nothing may be kept. */
  disk: Disk | null;
  /** Programs that source `command` may run. */
  commandsAllowed: readonly string[];
}

interface Metric {
  name: string;
  type: CustomType;
  intervalMs: number;
  timeoutMs: number;
  read: Read;
  startedMs: number | null;
  isBusy: boolean;
}

export function createCustomMetrics(options: CustomMetricsOptions): CustomMetrics {
  const { clock } = options;
  const metrics = options.specs.map((spec) => openMetric(spec, options));
  const waiting: Metric[] = [];
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  let values = new Map<string, CustomValue>();
  let problems = new Map<string, string>();

  async function readOne(metric: Metric): Promise<void> {
    const { name, type } = metric;
    try {
      const reading = await readInTime(metric, closing.signal);
      if (reading === null) return;
      const value = customValueOf(reading, type);
      const problem = problemOf(name, value);
      if (problem === null) values.set(name, value);
      else problems.set(name, problem);
    } catch (error) {
      problems.set(name, (error as Error).message);
    } finally {
      metric.isBusy = false;
    }
  }

  /** Starts as many of the waiting as may run at once; each that ends makes room for the next. */
  function advance(): void {
    while (running.size < READINGS_AT_ONCE_MAX && waiting.length > 0) {
      const one = readOne(waiting.shift()!).finally(() => {
        running.delete(one);
        advance();
      });
      running.add(one);
    }
  }

  function begin(): void {
    const nowMs = clock.monotonicMs();
    for (const metric of metrics) {
      const { startedMs, intervalMs, isBusy } = metric;
      if (isBusy || (startedMs !== null && nowMs - startedMs < intervalMs)) continue;
      metric.startedMs = nowMs;
      metric.isBusy = true;
      waiting.push(metric);
    }
    advance();
  }

  function take(): CustomReadings {
    const taken = withinBytes(metrics, values, problems);
    values = new Map();
    problems = new Map();
    return taken;
  }

  return {
    leadMs: Math.max(0, ...metrics.map(({ timeoutMs }) => timeoutMs)),
    begin,
    take,
    async collect() {
      begin();
      while (running.size > 0) await Promise.all(running);
      return take();
    },
    close: () => closing.abort(),
  };
}

function openMetric(spec: ObjectValue, options: CustomMetricsOptions): Metric {
  const { host, clock, disk, commandsAllowed } = options;
  const { name, type, interval_s, timeout_s } = spec as unknown as CommonMembers;
  const source: MetricSource = metricSources.find((one) => one.name === spec.source)!;
  const context = { name, type, members: spec, host, clock, disk, commandsAllowed };
  return {
    name,
    type,
    intervalMs: interval_s * 1000,
    timeoutMs: timeout_s * 1000,
    read: source.open(context),
    startedMs: null,
    isBusy: false,
  };
}

/** The reading, or a rejection when its time is over, even where the source does not heed the signal. */
function readInTime(
  { read, timeoutMs }: Metric,
  closing: AbortSignal,
): Promise<MetricReading | null> {
  return new Promise((resolve, reject) => {
    const limit = new AbortController();
    const giveUp = () => {
      limit.abort();
      const reason = closing.aborted
        ? "the agent stops"
        : `no reading within ${timeoutMs / 1000} s`;
      reject(new ReadingError(reason));
    };
    if (closing.aborted) {
      giveUp();
      return;
    }
    const timer = setTimeout(giveUp, timeoutMs);
    closing.addEventListener("abort", giveUp, { once: true });
    read(limit.signal)
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        closing.removeEventListener("abort", giveUp);
      });
  });
}

function customValueOf(reading: MetricReading, type: CustomType): CustomValue {
  switch (type) {
    case "number":
      return { number: customNumberOf(reading as number) };
    case "number-list":
      return { number_list: (reading as readonly number[]).map(customNumberOf) };
    case "string-list":
      return { string_list: [...(reading as readonly string[])] };
    case "ip-address-list":
      return { ip_list: [...(reading as readonly string[])] };
  }
}

function problemOf(name: string, value: CustomValue): string | null {
  const list = Object.values(value)[0] as unknown;
  return Array.isArray(list) && list.length > LIST_ITEMS_MAX
    ? `${list.length} items: at most ${LIST_ITEMS_MAX} go up`
    : customProblemOf(name, value);
}

/** In the order of the configuration, as far as the bytes reach: what is cut is the same every time. */
function withinBytes(
  metrics: readonly Metric[],
  values: ReadonlyMap<string, CustomValue>,
  problems: ReadonlyMap<string, string>,
): CustomReadings {
  const kept: Record<string, CustomValue> = {};
  const said = new Map(problems);
  let bytes = 0;
  for (const { name } of metrics) {
    const value = values.get(name);
    if (value === undefined) continue;
    bytes += name.length + JSON.stringify(value).length;
    if (bytes <= VALUES_BYTES_MAX) kept[name] = value;
    else said.set(name, `the report's custom metrics have more than ${VALUES_BYTES_MAX} bytes`);
  }
  return {
    metrics: kept,
    problems: [...said].map(([name, reason]) => ({ collector: `metrics: ${name}`, reason })),
  };
}
