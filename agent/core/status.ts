import type { AlertsStatus } from "./finding.ts";
import type { CollectorProblem, Reading, Sockets, TrafficStatistics } from "./model.ts";
import type { SpoolStatus } from "./spool.ts";
import type { ConnectionStatus } from "./transport.ts";

/** What the status page, /metrics and /healthz read. A value: nothing flows back from it. */
export interface AgentStatus {
  version: string;
  thing: string;
  wallMs: number;
  startedWallMs: number;
  uptimeS: number;
  reportIntervalS: number;
  /** Below zero when it is overdue. */
  nextReportInS: number;
  /** Seconds, by the monotonic clock, since the service last accepted a report; null before the first. */
  lastAcceptedAgoS: number | null;
  transport: string;
  connection: ConnectionStatus;
  spool: SpoolStatus;
  outcomes: OutcomeCounts;
  /** Newest first, at most `STATUS_REPORTS_MAX`. */
  reports: readonly ReportStatus[];
  /** Per-second growth of the watched interfaces, oldest first, at most `STATUS_SECONDS_MAX`. */
  perSecond: readonly SecondOfTraffic[];
  traffic: TrafficStatistics | null;
  sockets: Sockets | null;
  gauges: readonly Reading[];
  /** Growth of the counters over the last closed window; empty before the first. */
  deltas: readonly Reading[];
  problems: readonly CollectorProblem[];
  collectors: readonly CollectorStatus[];
  /** Findings of Detect and rules on the device. */
  alerts: AlertsStatus;
  process: ProcessStatus;
  /** What the device is; null until it was read, and for another device's tree. */
  device: DeviceStatus | null;
}

export interface DeviceStatus {
  /** As the kernel names it; null where it names none. */
  cpuModel: string | null;
  cpuCount: number;
  memoryTotalBytes: number;
}

export interface OutcomeCounts {
  created: number;
  accepted: number;
  rejected: number;
  throttled: number;
  unreachable: number;
}

export type ReportOutcome = "spooled" | "accepted" | "rejected" | "lost";

export interface ReportStatus {
  id: number;
  wallMs: number;
  bytes: number;
  format: string;
  outcome: ReportOutcome;
  /** Why, for rejected and lost; empty otherwise. */
  reason: string;
  listeningTcp: number;
  listeningUdp: number;
  established: number;
  customMetrics: number;
}

export interface SecondOfTraffic {
  wallMs: number;
  bytesIn: number;
  bytesOut: number;
}

export interface CollectorStatus {
  name: string;
  durationMs: number;
  ok: boolean;
}

/** The agent's own cost. */
export interface ProcessStatus {
  rssBytes: number;
  cpuS: number;
}
