import type { Clock } from "./core/clock.ts";
import { STATUS_REPORTS_MAX } from "./core/limits.ts";
import type { OutcomeCounts, ReportStatus } from "./core/status.ts";
import type { SendResult } from "./core/transport.ts";

/** What became of the latest reports, for the status page; and how many of each there were. */
export interface Journal {
  add(report: ReportStatus): void;
  settle(id: number, result: SendResult): void;
  /** Newest first. */
  reports(): readonly ReportStatus[];
  counts(): OutcomeCounts;
  /** Monotonic time of the newest acceptance; null before the first. */
  lastAcceptedMs(): number | null;
}

export function createJournal(clock: Clock): Journal {
  const reports: ReportStatus[] = [];
  let lastAcceptedMs: number | null = null;
  const counts: OutcomeCounts = {
    created: 0,
    accepted: 0,
    rejected: 0,
    throttled: 0,
    unreachable: 0,
  };

  return {
    add(report) {
      counts.created++;
      reports.unshift(report);
      if (reports.length > STATUS_REPORTS_MAX) reports.pop();
    },
    settle(id, result) {
      counts[result.outcome]++;
      if (result.outcome === "accepted") lastAcceptedMs = clock.monotonicMs();
      const { outcome } = result;
      if (outcome !== "accepted" && outcome !== "rejected") return; // It still waits.
      const at = reports.findIndex((report) => report.id === id);
      const reason = outcome === "rejected" ? `${result.code}: ${result.reason}` : "";
      if (at >= 0) reports[at] = { ...reports[at]!, outcome, reason };
    },
    reports: () => reports,
    counts: () => ({ ...counts }),
    lastAcceptedMs: () => lastAcceptedMs,
  };
}
