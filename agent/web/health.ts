/** Is the agent doing its work? One answer for /healthz, for the page and for whoever watches. */
import type { Loss, LossReason } from "../core/spool.ts";
import type { AgentStatus, ReportStatus } from "../core/status.ts";

/**
 * "degraded": a person should look, the agent still does its work (HTTP 200). "failing": reports do
 * not arrive, or are lost (HTTP 503). `reasons` are sentences for a person, the gravest first.
 */
export interface Health {
  state: "ok" | "degraded" | "failing";
  reasons: readonly string[];
}

/** Report intervals without an accepted report before an absent connection counts as failing. */
export const INTERVALS_WITHOUT_ACCEPTANCE_MAX = 3;

/** Report intervals that a lost report keeps the agent failing; later it is history. */
export const LOSS_INTERVALS_MAX = 3;

/** Rejections in a row after which the service can be taken to reject every report. */
export const REJECTIONS_IN_A_ROW_MAX = 3;

/** Report intervals that a report may be overdue before the agent's own loop counts as stuck. */
export const OVERDUE_INTERVALS_MAX = 1;

/** Share of the spool's bound above which the oldest reports are soon dropped. */
export const SPOOL_FILL_RATIO_MAX = 0.8;

/** Judges a status by nothing but its values. */
export function healthOf(status: AgentStatus): Health {
  const failing = [overdue(status), losing(status), cutOff(status), refused(status)];
  const degraded = [
    found(status),
    waiting(status),
    rejected(status),
    filling(status),
    ...uncollected(status),
  ];
  const gravest = failing.filter((reason) => reason !== null);
  const reasons = [...gravest, ...degraded.filter((reason) => reason !== null)];
  if (gravest.length > 0) return { state: "failing", reasons };
  return { state: reasons.length > 0 ? "degraded" : "ok", reasons };
}

function overdue({ nextReportInS, reportIntervalS }: AgentStatus): string | null {
  if (nextReportInS >= -OVERDUE_INTERVALS_MAX * reportIntervalS) return null;
  return `The next report is overdue by ${durationOf(-nextReportInS)}.`;
}

const lossWords: Readonly<Record<LossReason, string>> = {
  "bytes-max": "the spool is full",
  "age-max": "they grew too old in the spool",
  "disk-full": "the disk is full",
  "disk-error": "the disk cannot be written",
  corrupt: "they were damaged on disk",
};

function losing(status: AgentStatus): string | null {
  const newest = status.reports[0];
  if (newest?.outcome === "lost") return `The newest report was lost: ${sentenceOf(newest.reason)}`;
  const recent = status.spool.losses.filter((loss) => isRecent(loss, status));
  const last = recent.at(-1);
  if (last === undefined) return null;
  const count = recent.reduce((sum, loss) => sum + loss.count, 0);
  return `${countOf(count, "report")} ${count === 1 ? "was" : "were"} lost lately: ${lossWords[last.reason]}.`;
}

// A clock that was set back puts a loss into the future: as far away as one in the past.
function isRecent(loss: Loss, { wallMs, reportIntervalS }: AgentStatus): boolean {
  return Math.abs(wallMs - loss.wallMs) <= LOSS_INTERVALS_MAX * reportIntervalS * 1000;
}

function isDown({ connection }: AgentStatus): boolean {
  return connection.state === "connecting" || connection.state === "disconnected";
}

function withoutAcceptanceS(status: AgentStatus): number {
  return status.lastAcceptedAgoS ?? status.uptimeS;
}

function isCutOff(status: AgentStatus): boolean {
  const silentSMax = INTERVALS_WITHOUT_ACCEPTANCE_MAX * status.reportIntervalS;
  return isDown(status) && withoutAcceptanceS(status) > silentSMax;
}

function cutOff(status: AgentStatus): string | null {
  if (!isCutOff(status)) return null;
  const since = durationOf(withoutAcceptanceS(status));
  return `No connection, and no report accepted for ${since}: ${detailOf(status)}`;
}

function waiting(status: AgentStatus): string | null {
  return isDown(status) && !isCutOff(status) ? `No connection: ${detailOf(status)}` : null;
}

function detailOf({ connection }: AgentStatus): string {
  return sentenceOf(connection.detail === "" ? connection.state : connection.detail);
}

/** The newest reports that were rejected, until the first that was accepted. */
function rejectionsOf(status: AgentStatus): readonly ReportStatus[] {
  const decided = status.reports.filter(({ outcome }) => outcome !== "spooled");
  const end = decided.findIndex(({ outcome }) => outcome !== "rejected");
  return end < 0 ? decided : decided.slice(0, end);
}

function refused(status: AgentStatus): string | null {
  const rejections = rejectionsOf(status);
  if (rejections.length < REJECTIONS_IN_A_ROW_MAX) return null;
  const reason = sentenceOf(rejections[0]!.reason);
  return `The last ${rejections.length} reports were rejected: ${reason}`;
}

function rejected(status: AgentStatus): string | null {
  const rejections = rejectionsOf(status);
  if (rejections.length === 0 || rejections.length >= REJECTIONS_IN_A_ROW_MAX) return null;
  return `The last answered report was rejected: ${sentenceOf(rejections[0]!.reason)}`;
}

function filling({ spool }: AgentStatus): string | null {
  if (spool.bytes <= SPOOL_FILL_RATIO_MAX * spool.bytesMax) return null;
  const percent = Math.floor((100 * spool.bytes) / spool.bytesMax);
  return `The spool is ${percent} % full; when it is full, the oldest reports are dropped.`;
}

/** Findings do not make the agent unwell, but a person should look. */
function found({ alerts }: AgentStatus): string | null {
  const [worst] = alerts.active;
  if (worst === undefined) return null;
  const more = alerts.active.length - 1;
  const others = more > 0 ? ` And ${countOf(more, "more finding")}.` : "";
  return `${sentenceOf(worst.finding.why)}${others}`;
}

function uncollected({ problems }: AgentStatus): string[] {
  return problems.map(({ collector, reason }) => `${collector}: ${sentenceOf(reason)}`);
}

function sentenceOf(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "no reason given.";
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
