import type { Clock } from "./core/clock.ts";
import type { Collector } from "./core/collector.ts";
import { type CounterBases, createCounters } from "./core/counters.ts";
import type { CustomMetrics } from "./core/custom-value.ts";
import { NoDataError } from "./core/errors.ts";
import { type Host, HostError } from "./core/host.ts";
import type { Log } from "./core/log.ts";
import type { TrafficStatistics, Window } from "./core/model.ts";
import type { CollectorStatus } from "./core/status.ts";
import { createWindowBuilder } from "./core/window.ts";
import { problemsOf, REPORT_BYTES_MAX, withoutProblems } from "./defender/check.ts";
import { encodeReport, type ReportFormat, type ReportNames } from "./defender/encode.ts";
import {
  type BuildOptions,
  buildReport,
  type Report,
  type ReportLimits,
} from "./defender/report.ts";

/** Peers remembered to tell new ones from known ones; when more come, the memory starts anew. */
const KNOWN_PEERS_MAX = 4096;

/** Closes windows and makes a report of each. */
export interface Reporter {
  /** Reads what growth is counted from. The reading itself is not reported. */
  begin(): Promise<void>;
  /** Collects, closes the window, and makes its report under the given id. */
  close(
    id: number,
    traffic: TrafficStatistics | null,
    custom: CustomMetrics,
  ): Promise<ClosedWindow>;
  collectors(): readonly CollectorStatus[];
}

export interface ClosedWindow {
  window: Window;
  report: Report;
  bytes: Uint8Array;
  /** Bases of the counters at the end of the window: the next start goes on from them. */
  bases: CounterBases;
}

export interface ReporterOptions {
  clock: Clock;
  host: Host;
  log: Log;
  collectors: readonly Collector[];
  bootId: string;
  bases: CounterBases | null;
  format: ReportFormat;
  names: ReportNames;
  limits: ReportLimits;
  isWatched: (networkInterface: string) => boolean;
  isCustom: (name: string) => boolean;
}

export function createReporter(options: ReporterOptions): Reporter {
  const { clock, host, log, collectors, isWatched } = options;
  const counters = createCounters(options.bootId, options.bases);
  const now = () => ({ wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() });
  const builder = createWindowBuilder({ start: now(), counters, isWatched });
  const knownPeers = new Set<string>();
  let statuses: CollectorStatus[] = [];

  async function collectAll(): Promise<void> {
    statuses = [];
    for (const collector of collectors) {
      const startMs = clock.monotonicMs();
      const reason = await collectOne(collector);
      if (reason !== null) builder.addProblem({ collector: collector.name, reason });
      const durationMs = clock.monotonicMs() - startMs;
      statuses.push({ name: collector.name, durationMs, ok: reason === null });
    }
  }

  /** Null when all is well, or when the device simply has no such thing. */
  async function collectOne(collector: Collector): Promise<string | null> {
    try {
      builder.add(collector.metrics, await collector.collect(host));
      return null;
    } catch (error) {
      const reason = (error as Error).message;
      if (
        error instanceof NoDataError ||
        (error instanceof HostError && error.code === "missing")
      ) {
        log.debug("not on this device", { collector: collector.name, reason });
        return null;
      }
      // One collector's fault, ours included, must not silence the others.
      log.warn("collector failed", { collector: collector.name, reason });
      return reason;
    }
  }

  return {
    async begin() {
      await collectAll();
      builder.close(now(), null);
    },
    async close(id, traffic, custom) {
      await collectAll();
      const window = builder.close(now(), traffic);
      const { report, bytes } = reportOf({ id, window, knownPeers, custom }, options);
      remember(window, knownPeers);
      return { window, report, bytes, bases: counters.bases() };
    },
    collectors: () => statuses,
  };
}

/** The report and its bytes: without what the service would refuse, and within one message. */
function reportOf(
  content: Pick<BuildOptions, "id" | "window" | "knownPeers" | "custom">,
  options: ReporterOptions,
) {
  const { format, names, isCustom, log } = options;
  let { portsMax, connectionsMax } = options.limits;
  for (;;) {
    const limits = { portsMax, connectionsMax };
    const built = buildReport({ ...content, limits, isCustom });
    const problems = problemsOf(built);
    for (const { path, reason } of problems) log.warn("left out of the report", { path, reason });
    const report = withoutProblems(built, problems);
    const bytes = encodeReport(report, format, names);
    // Halving ends: without lists, what is left is far below the limit.
    if (bytes.length <= REPORT_BYTES_MAX || portsMax + connectionsMax === 0) {
      return { report, bytes };
    }
    portsMax = Math.floor(portsMax / 2);
    connectionsMax = Math.floor(connectionsMax / 2);
  }
}

function remember(window: Window, knownPeers: Set<string>): void {
  if (knownPeers.size > KNOWN_PEERS_MAX) knownPeers.clear();
  for (const { remoteAddress } of window.sockets?.established ?? []) knownPeers.add(remoteAddress);
}
