import type { Alerts } from "./alerts/dispatcher.ts";
import { decodeCarry, encodeCarry } from "./carry.ts";
import type { Clock } from "./core/clock.ts";
import type { Collector } from "./core/collector.ts";
import { asReported } from "./core/custom-value.ts";
import { matcherOf } from "./core/glob.ts";
import type { Host } from "./core/host.ts";
import type { Log } from "./core/log.ts";
import type { CollectorProblem, Window } from "./core/model.ts";
import type { Spool } from "./core/spool.ts";
import type { AgentStatus, ProcessStatus } from "./core/status.ts";
import type { ConnectionTraffic, SendResult, Transport } from "./core/transport.ts";
import type { Report } from "./defender/report.ts";
import { slotOf } from "./detect/slots.ts";
import { createJournal } from "./journal.ts";
import { connectionDatapointsOf, mirrorMetricsOf } from "./metrics/connection.ts";
import type { CustomMetrics } from "./metrics/custom-metrics.ts";
import type { Config } from "./options.ts";
import type { PlantWatch } from "./plant-watch.ts";
import { type ClosedWindow, createReporter } from "./reporter.ts";
import { createSampler } from "./sampler.ts";
import type { TrafficCore } from "./traffic/core.ts";
import { createUploader } from "./uploader.ts";
import type { Watch } from "./watch.ts";

/** All that the agent needs of the world. The simulator hands in its own. */
export interface AgentOptions {
  config: Config;
  version: string;
  thing: string;
  bootId: string;
  clock: Clock;
  host: Host;
  log: Log;
  core: TrafficCore;
  collectors: readonly Collector[];
  spool: Spool;
  transport: Transport;
  watch: Watch;
  customMetrics: CustomMetrics;
  alerts: Alerts;
  /** Left out where no plant network is watched. */
  plant?: PlantWatch;
  /** Keeps what the ML models learnt; given every `MODELS_REPORTS` reports. */
  keepModels: (models: Uint8Array) => Promise<void>;
  /** Keeps a copy of every report; null when nobody wants one. */
  record: ((report: Report, endWallMs: number) => Promise<void>) | null;
  /** Chance, in [0, 1), for the jitter of waits. */
  random: () => number;
  /** The agent's own cost. */
  process: () => ProcessStatus;
}

export interface Agent {
  /** To be called every second: samples, reports when it is time, starts sending when there is something. */
  tick(): Promise<void>;
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>;
  status(): AgentStatus;
  /** Waits for what is under way; the spool keeps the rest. */
  stop(): Promise<void>;
}

/** An hour of learning at five minutes a report is what a power cut may cost the models. */
const MODELS_REPORTS = 12;

export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { config, clock, host, log, core, spool, transport } = options;
  const { watch, customMetrics, alerts, plant, random } = options;
  const startedWallMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  const intervalMs = config.report_interval_s * 1000;
  const included = matcherOf(config.interfaces_include);
  const excluded = matcherOf(config.interfaces_exclude);
  const isWatched = (name: string) => included(name) && !excluded(name);
  const isCustom = matcherOf(config.custom_metrics);
  const carry = decodeCarry(spool.carry);
  const journal = createJournal(clock);
  const sampler = createSampler({ clock, host, core, isWatched });
  const reporter = createReporter({
    clock,
    host,
    log,
    collectors: options.collectors,
    bootId: options.bootId,
    bases: carry?.bases ?? null,
    format: config.report_format,
    names: config.report_names,
    limits: { portsMax: config.report_ports_max, connectionsMax: config.report_connections_max },
    isWatched,
    isCustom,
  });
  let last: ClosedWindow | null = null;
  let reports = 0;
  /** The connection's at the last report. */
  let traffic: ConnectionTraffic | null = null;
  let customProblems: readonly CollectorProblem[] = [];
  let isReading = false;
  let slot = slotOf(startedWallMs);
  const sinceMs = (ms: number) => clock.monotonicMs() - ms;
  let nextReportMs = startedMs + firstWaitMs(carry?.wallMs ?? null, startedWallMs, intervalMs);
  const uploader = createUploader({
    clock,
    log,
    spool,
    transport,
    waitMsMax: intervalMs,
    random,
    onResult: settle,
  });

  function settle(id: number, result: SendResult): void {
    journal.settle(id, result);
    if (result.outcome === "accepted") log.info("report accepted", { id });
    else if (result.outcome === "unreachable") log.debug("report waits", { id, ...result });
    else log.warn(`report ${result.outcome}`, { id, ...result });
  }

  async function report(): Promise<void> {
    const wallMs = clock.wallMs();
    // Increasing whatever the clock does: it may jump back, the id may not.
    const id = Math.max(spool.lastId + 1, Math.floor(wallMs / 1000));
    const { metrics, problems } = customMetrics.take();
    const now = transport.traffic();
    const mirror = now === null ? {} : mirrorMetricsOf(traffic, now);
    const mirrored = Object.fromEntries(Object.entries(mirror).filter(([name]) => isCustom(name)));
    const custom = { ...asReported({ ...mirrored, ...metrics }), ...alerts.anchor() };
    last = await reporter.close(id, sampler.statistics(), custom);
    for (const { collector, reason } of problems) log.warn("custom metric", { collector, reason });
    customProblems = problems;
    isReading = false;
    const { window, bytes, bases } = last;
    const connection = now === null ? [] : connectionDatapointsOf(traffic, now);
    traffic = now;
    const findings = watch.judge(window, last.report, connection);
    const carried = encodeCarry({ wallMs, bases, watch: watch.state(), findings });
    const kept = await spool.append({ id, wallMs, body: bytes, carry: carried });
    const reason = kept.outcome === "lost" ? kept.reason : "";
    journal.add({
      id,
      wallMs,
      bytes: bytes.length,
      format: `${config.report_format} ${config.report_names}`,
      outcome: kept.outcome === "lost" ? "lost" : "spooled",
      reason,
      ...contentOf(window),
      customMetrics: Object.keys(last.report.custom_metrics ?? {}).length,
    });
    if (kept.outcome === "lost") log.error("report lost", { id, reason });
    else log.info("report created", { id, bytes: bytes.length, ...contentOf(window) });
    await options.record?.(last.report, window.endWallMs);
    await alerts.raise(findings);
    reports++;
    if (reports % MODELS_REPORTS === 0) await options.keepModels(watch.models());
  }

  /** Told once a slot, so that what a slot's end or silence brings does not wait for a report. */
  async function advance(): Promise<void> {
    const wallMs = clock.wallMs();
    if (slotOf(wallMs) === slot) return;
    slot = slotOf(wallMs);
    await alerts.raise(watch.advance(wallMs));
  }

  // The power may have gone between the report and its alarms.
  await alerts.raise(carry?.findings ?? []);
  // Growth of an earlier run of this boot goes on; else it is counted from here.
  if (carry === null || carry.bases.bootId !== options.bootId) await reporter.begin();
  await sampler.sample();

  return {
    async tick() {
      const nowMs = clock.monotonicMs();
      await sampler.sample();
      if (!isReading && nowMs >= nextReportMs - customMetrics.leadMs) {
        customMetrics.begin();
        isReading = true;
      }
      if (nowMs >= nextReportMs) {
        // A device that slept owes one report, not one for each interval slept through.
        nextReportMs = Math.max(nextReportMs + intervalMs, nowMs + intervalMs / 2);
        await report();
      }
      await advance();
      if (plant !== undefined) {
        await alerts.raise([...plant.tick(), ...watch.contacts()]);
        await plant.keep();
      }
      uploader.poke();
      alerts.poke();
    },
    async idle() {
      await Promise.all([uploader.idle(), alerts.idle()]);
    },
    async stop() {
      if (plant !== undefined) await alerts.raise(await plant.close());
      await Promise.all([uploader.idle(), alerts.idle()]);
      customMetrics.close();
      await options.keepModels(watch.models());
      await Promise.all([transport.close(), alerts.close()]);
      await spool.close();
    },
    status: () => {
      const accepted = journal.lastAcceptedMs();
      return {
        version: options.version,
        thing: options.thing,
        wallMs: clock.wallMs(),
        startedWallMs,
        uptimeS: sinceMs(startedMs) / 1000,
        reportIntervalS: config.report_interval_s,
        nextReportInS: -sinceMs(nextReportMs) / 1000,
        lastAcceptedAgoS: accepted === null ? null : sinceMs(accepted) / 1000,
        transport: transport.name,
        connection: transport.status(),
        spool: spool.status(),
        outcomes: journal.counts(),
        reports: journal.reports(),
        perSecond: sampler.perSecond(),
        traffic: sampler.statistics(),
        sockets: last?.window.sockets ?? null,
        gauges: last?.window.gauges ?? [],
        deltas: last?.window.deltas ?? [],
        problems: [...(last?.window.problems ?? []), ...customProblems],
        collectors: reporter.collectors(),
        alerts: alerts.status(),
        process: options.process(),
        device: null,
      };
    },
  };
}

/** Restarts keep the rhythm: the next report comes an interval after the last one, if that makes sense. */
function firstWaitMs(lastWallMs: number | null, wallMs: number, intervalMs: number): number {
  const passedMs = lastWallMs === null ? 0 : wallMs - lastWallMs;
  return passedMs < 0 ? intervalMs : Math.max(0, intervalMs - passedMs);
}

function contentOf({ sockets }: Window) {
  return {
    listeningTcp: sockets?.listeningTcp.length ?? 0,
    listeningUdp: sockets?.listeningUdp.length ?? 0,
    established: sockets?.established.length ?? 0,
  };
}
