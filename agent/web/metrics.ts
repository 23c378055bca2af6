/** `/metrics`: the status as Prometheus families. Our own carry the prefix `fieldwarden_`. */
import type { MetricSpecs } from "../core/collector.ts";
import { severities } from "../core/finding.ts";
import { trafficSeries } from "../core/model.ts";
import type { LossReason } from "../core/spool.ts";
import type { AgentStatus } from "../core/status.ts";
import { expositionOf, type Family, type Sample } from "./exposition.ts";

const lossReasons = [
  "bytes-max",
  "age-max",
  "disk-full",
  "disk-error",
  "corrupt",
] as const satisfies readonly LossReason[];

/**
 * The whole answer to a scrape. `specs` gives the collectors' gauges, which keep their own names,
 * their help text and the name of their label.
 */
export function metricsTextOf(status: AgentStatus, specs: MetricSpecs): string {
  return expositionOf([
    ...agentFamilies(status),
    ...reportFamilies(status),
    ...spoolFamilies(status),
    ...connectionFamilies(status),
    ...alertFamilies(status),
    ...trafficFamilies(status),
    ...socketFamilies(status),
    ...collectorFamilies(status),
    ...hardwareFamilies(status, specs),
  ]);
}

function gauge(name: string, help: string, ...values: readonly number[]): Family {
  return { name, type: "gauge", help, samples: values.map((value) => ({ labels: {}, value })) };
}

function counter(name: string, help: string, value: number): Family {
  return { name, type: "counter", help, samples: [{ labels: {}, value }] };
}

/** One sample per value of a label. */
function samplesOf(label: string, values: readonly (readonly [string, number])[]): Sample[] {
  return values.map(([name, value]) => ({ labels: { [label]: name }, value }));
}

// The names that every client library gives its own process, so that dashboards know them.
// https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
function agentFamilies({
  version,
  startedWallMs,
  process,
  reportIntervalS,
}: AgentStatus): Family[] {
  return [
    {
      name: "fieldwarden_build_info",
      type: "gauge",
      help: "Always 1; the label tells the agent's version.",
      samples: [{ labels: { version }, value: 1 }],
    },
    gauge("fieldwarden_report_interval_seconds", "Seconds between reports.", reportIntervalS),
    gauge(
      "process_start_time_seconds",
      "When the agent started, since the epoch.",
      startedWallMs / 1000,
    ),
    gauge("process_resident_memory_bytes", "Memory of the agent.", process.rssBytes),
    counter("process_cpu_seconds_total", "CPU time of the agent, user and system.", process.cpuS),
  ];
}

function reportFamilies({ outcomes, lastAcceptedAgoS }: AgentStatus): Family[] {
  const { created, accepted, rejected, throttled, unreachable } = outcomes;
  return [
    counter("fieldwarden_reports_created_total", "Reports made since the start.", created),
    {
      name: "fieldwarden_report_sends_total",
      type: "counter",
      help: "Attempts to send a report since the start, by what became of them.",
      samples: samplesOf("outcome", Object.entries({ accepted, rejected, throttled, unreachable })),
    },
    gauge(
      "fieldwarden_report_accepted_age_seconds",
      "Time since the service last accepted a report.",
      ...(lastAcceptedAgoS === null ? [] : [lastAcceptedAgoS]),
    ),
  ];
}

function spoolFamilies({ spool, wallMs }: AgentStatus): Family[] {
  const lost = (reason: LossReason) =>
    spool.losses.reduce((sum, loss) => sum + (loss.reason === reason ? loss.count : 0), 0);
  const oldest = spool.oldestWallMs;
  return [
    gauge("fieldwarden_spool_records", "Reports kept on disk.", spool.records),
    gauge("fieldwarden_spool_bytes", "Size of the spool on disk.", spool.bytes),
    gauge("fieldwarden_spool_limit_bytes", "Bound of the spool's size.", spool.bytesMax),
    gauge(
      "fieldwarden_spool_oldest_age_seconds",
      "Age of the oldest report kept on disk.",
      ...(oldest === null ? [] : [Math.max(0, wallMs - oldest) / 1000]),
    ),
    counter(
      "fieldwarden_spool_lost_reports_total",
      "Reports that will never arrive.",
      spool.lostRecords,
    ),
    {
      name: "fieldwarden_spool_remembered_lost_reports",
      type: "gauge",
      help: "Lost reports whose range of ids the spool still remembers, by reason.",
      samples: samplesOf(
        "reason",
        lossReasons.map((reason) => [reason, lost(reason)]),
      ),
    },
    counter(
      "fieldwarden_spool_written_bytes_total",
      "Bytes that this process wrote to the disk for the spool.",
      spool.bytesWritten,
    ),
  ];
}

function connectionFamilies({ connection, transport }: AgentStatus): Family[] {
  const { counts, state } = connection;
  const up =
    state === "unused" ? [] : [{ labels: { transport }, value: Number(state === "connected") }];
  return [
    { name: "fieldwarden_connection_up", type: "gauge", help: "1 while connected.", samples: up },
    counter("fieldwarden_messages_sent_total", "Messages sent.", counts.messagesSent),
    counter("fieldwarden_messages_received_total", "Messages received.", counts.messagesReceived),
    counter("fieldwarden_bytes_sent_total", "Bytes sent.", counts.bytesSent),
    counter("fieldwarden_bytes_received_total", "Bytes received.", counts.bytesReceived),
    counter("fieldwarden_connection_attempts_total", "Tries.", counts.connectionAttempts),
    counter("fieldwarden_connection_failures_total", "Failed tries.", counts.connectionFailures),
    counter("fieldwarden_disconnects_total", "Connections that ended.", counts.disconnects),
  ];
}

function alertFamilies({ alerts }: AgentStatus): Family[] {
  const lasting = (severity: string) =>
    alerts.active.filter(({ finding }) => finding.severity === severity).length;
  const perOutput = (
    name: string,
    type: Family["type"],
    help: string,
    of: OutputFigure,
  ): Family => ({
    name: `fieldwarden_alerts_${name}`,
    type,
    help,
    samples: samplesOf(
      "output",
      alerts.outputs.map((output) => [output.name, output[of]]),
    ),
  });
  return [
    {
      name: "fieldwarden_findings_active",
      type: "gauge",
      help: "Findings that last.",
      samples: samplesOf(
        "severity",
        severities.map((severity) => [severity, lasting(severity)]),
      ),
    },
    counter("fieldwarden_findings_recorded_total", "Length of the chain.", alerts.sequence),
    perOutput("waiting", "gauge", "Messages that wait for the output.", "waiting"),
    perOutput("delivered_total", "counter", "Messages that it took.", "delivered"),
    perOutput("refused_total", "counter", "Messages that it will never take.", "refused"),
    perOutput("lost_total", "counter", "Messages dropped to stay in bounds.", "lost"),
  ];
}

type OutputFigure = "waiting" | "delivered" | "refused" | "lost";

function trafficFamilies({ traffic }: AgentStatus): Family[] {
  if (traffic === null) return [];
  type Statistics = (typeof traffic)["bytes_in"];
  const each = (name: string, help: string, value: (of: Statistics) => number): Family => ({
    name: `fieldwarden_traffic_${name}`,
    type: "gauge",
    help,
    samples: samplesOf(
      "series",
      trafficSeries.map((series) => [series, value(traffic[series])]),
    ),
  });
  return [
    each("window_seconds", "Seconds in the sliding window.", ({ seconds }) => seconds),
    each("window_amount", "Bytes or packets in the window.", ({ sum }) => sum),
    each("rate", "Mean per second over the window.", ({ ratePerS }) => ratePerS),
    each("variance", "Variance of the amounts per second.", ({ variance }) => variance),
    each("max", "Largest amount in one second.", ({ max }) => max),
    {
      name: "fieldwarden_traffic_percentile",
      type: "gauge",
      help: "Percentiles of the amounts per second.",
      samples: trafficSeries.flatMap((series) => [
        { labels: { series, percentile: "50" }, value: traffic[series].p50 },
        { labels: { series, percentile: "90" }, value: traffic[series].p90 },
        { labels: { series, percentile: "99" }, value: traffic[series].p99 },
      ]),
    },
    each("bursts", "Runs of seconds above the threshold.", ({ burstCount }) => burstCount),
    each("longest_burst_seconds", "Longest such run.", ({ burstSecondsMax }) => burstSecondsMax),
  ];
}

function socketFamilies({ sockets }: AgentStatus): Family[] {
  if (sockets === null) return [];
  return [
    {
      name: "fieldwarden_listening_ports",
      type: "gauge",
      help: "Listening sockets.",
      samples: samplesOf("protocol", [
        ["tcp", sockets.listeningTcp.length],
        ["udp", sockets.listeningUdp.length],
      ]),
    },
    gauge(
      "fieldwarden_established_connections",
      "Established TCP connections.",
      sockets.established.length,
    ),
  ];
}

function collectorFamilies({ collectors }: AgentStatus): Family[] {
  return [
    {
      name: "fieldwarden_collector_duration_seconds",
      type: "gauge",
      help: "How long the collector took the last time.",
      samples: samplesOf(
        "collector",
        collectors.map(({ name, durationMs }) => [name, durationMs / 1000]),
      ),
    },
    {
      name: "fieldwarden_collector_success",
      type: "gauge",
      help: "1 when the collector could be read the last time.",
      samples: samplesOf(
        "collector",
        collectors.map(({ name, ok }) => [name, Number(ok)]),
      ),
    },
  ];
}

/** The format wants all samples of one name in one group, whatever the readings' order. */
function hardwareFamilies({ gauges }: AgentStatus, specs: MetricSpecs): Family[] {
  const samples = new Map<string, Sample[]>();
  for (const { name, label, value } of gauges) {
    const labels = label === null ? {} : { [specs[name]?.label ?? "label"]: label };
    samples.set(name, [...(samples.get(name) ?? []), { labels, value }]);
  }
  return [...samples].map(([name, of]) => ({
    name,
    type: "gauge",
    help: specs[name]?.help ?? "A reading of the device.",
    samples: of,
  }));
}
