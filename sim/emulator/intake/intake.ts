/** Device Defender's intake: judges what things report, keeps it, and replies. */
import type { Clock } from "../../../agent/core/clock.ts";
import type { Log } from "../../../agent/core/log.ts";
import { createHistory, type History } from "../history.ts";
import {
  REJECTIONS_BYTES_MAX,
  REJECTIONS_MAX,
  REJECTIONS_PER_THING_MAX,
  REPORTS_BYTES_MAX,
  REPORTS_MAX,
  REPORTS_PER_THING_MAX,
} from "../limits.ts";
import { createThings, type ThingRecord, type Things } from "../things.ts";
import type { NotRetained } from "./custom-metrics.ts";
import { judge, type Names, type Report } from "./judge.ts";
import { acceptedReply, type ErrorCode, rejectedReply } from "./replies.ts";
import { type MetricsTopic, replyTopicOf, thingProblemOf } from "./topic.ts";
import type { Format } from "./tree.ts";

/** An accepted report, as the HTTP API shows it. `report` has long names and what is retained only. */
export interface StoredReport {
  thing: string;
  report_id: number;
  /** Epoch milliseconds. */
  received_at: number;
  format: Format;
  names: Names;
  /** As received. */
  bytes: number;
  report: Report;
  not_retained: readonly NotRetained[];
  /** Members that the format does not have. */
  ignored: readonly string[];
}

/** `reason` is what the reply does not say: where the report is wrong. */
export interface StoredRejection {
  thing: string;
  report_id: number | null;
  received_at: number;
  format: Format;
  bytes: number;
  error_code: ErrorCode;
  reason: string;
}

export interface Intake {
  readonly reports: History<StoredReport>;
  readonly rejections: History<StoredRejection>;
  readonly things: Things;
  readonly counts: Record<"accepted" | "rejected" | "throttled", number>;
  /** Takes or refuses a message to the metrics topic. Never throws, whatever the bytes are. */
  receive(topic: MetricsTopic, bytes: Uint8Array): void;
}

export interface IntakeOptions {
  /** Minimum delay between two accepted reports of a thing; 0: none. */
  minIntervalS: number;
  clock: Clock;
  log: Log;
  /** Is told of each accepted report, before its reply. */
  onAccepted: (thing: string, report: Report) => void;
  /** Sends a reply. */
  publish: (topic: string, payload: Uint8Array) => void;
}

export function createIntake(options: IntakeOptions): Intake {
  const { minIntervalS, clock, log, publish, onAccepted } = options;
  const things = createThings();
  const counts = { accepted: 0, rejected: 0, throttled: 0 };
  const reports = createHistory<StoredReport>({
    perThingMax: REPORTS_PER_THING_MAX,
    allMax: REPORTS_MAX,
    bytesMax: REPORTS_BYTES_MAX,
  });
  const rejections = createHistory<StoredRejection>({
    perThingMax: REJECTIONS_PER_THING_MAX,
    allMax: REJECTIONS_MAX,
    bytesMax: REJECTIONS_BYTES_MAX,
  });

  function reject(
    topic: MetricsTopic,
    bytes: number,
    reportId: number | null,
    errorCode: ErrorCode,
    reason: string,
  ): void {
    const { thing, format } = topic;
    const wallMs = clock.wallMs();
    const record = things.touch(thing);
    record.rejected++;
    counts.rejected++;
    if (errorCode === "Throttled") {
      record.throttled++;
      counts.throttled++;
    }
    rejections.add({
      thing,
      report_id: reportId,
      received_at: wallMs,
      format,
      bytes,
      error_code: errorCode,
      reason,
    });
    log.warn("report rejected", { thing, report_id: reportId, error_code: errorCode, reason });
    publish(
      replyTopicOf(topic, "rejected"),
      rejectedReply({ thing, reportId, wallMs }, errorCode, format),
    );
  }

  /** Seconds until the thing may report again; 0 when it may now. */
  function waitS({ last }: ThingRecord): number {
    if (last === null) return 0;
    return Math.max(0, minIntervalS - (clock.monotonicMs() - last.monotonicMs) / 1000);
  }

  return {
    reports,
    rejections,
    things,
    counts,
    receive(topic, bytes) {
      const { thing, format } = topic;
      const judgement = judge(bytes, format);
      const { reportId } = judgement;
      const thingProblem = thingProblemOf(thing);
      if (thingProblem !== null) {
        return reject(topic, bytes.length, reportId, "InvalidPayload", thingProblem);
      }
      if (!judgement.valid) {
        return reject(topic, bytes.length, reportId, judgement.errorCode, judgement.reason);
      }
      const record = things.touch(thing);
      const leftS = waitS(record);
      if (leftS > 0) {
        const reason = `${minIntervalS} s between reports: ${leftS.toFixed(1)} s too early`;
        return reject(topic, bytes.length, reportId, "Throttled", reason);
      }
      const wallMs = clock.wallMs();
      record.last = { reportId: judgement.reportId, wallMs, monotonicMs: clock.monotonicMs() };
      record.accepted++;
      counts.accepted++;
      reports.add({
        thing,
        report_id: judgement.reportId,
        received_at: wallMs,
        format,
        names: judgement.names,
        bytes: bytes.length,
        report: judgement.report,
        not_retained: judgement.notRetained,
        ignored: judgement.ignored,
      });
      log.info("report accepted", {
        thing,
        report_id: judgement.reportId,
        format,
        names: judgement.names,
        bytes: bytes.length,
        not_retained: judgement.notRetained.length,
      });
      onAccepted(thing, judgement.report);
      publish(replyTopicOf(topic, "accepted"), acceptedReply({ thing, reportId, wallMs }, format));
    },
  };
}
