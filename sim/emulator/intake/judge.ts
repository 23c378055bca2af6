/** Whether bytes are a Device Defender report, and what it says. Never throws. */

import type { NotRetained } from "./custom-metrics.ts";
import { type Findings, memberOf, read } from "./read.ts";
import { headerMember, reportSchema } from "./schema.ts";
import { type Format, treeOf } from "./tree.ts";
import { isObject } from "./values.ts";

export type Names = "long" | "short" | "mixed";

/** A report in long names, whatever names it came in. */
export interface Report {
  header: { report_id: number; version: string };
  metrics?: Record<string, unknown>;
  custom_metrics?: Record<string, unknown>;
}

/** `reason` is for people: where and what. `reportId` is null where no header could be read. */
export type Judgement =
  | {
      valid: true;
      reportId: number;
      report: Report;
      names: Names;
      ignored: readonly string[];
      notRetained: readonly NotRetained[];
    }
  | {
      valid: false;
      reportId: number | null;
      errorCode: "InvalidPayload" | "MissingHeader";
      reason: string;
    };

export function judge(bytes: Uint8Array, format: Format): Judgement {
  const tree = treeOf(bytes, format);
  if ("problem" in tree) return invalid(null, tree.problem);
  const { value } = tree;
  if (!isObject(value)) return invalid(null, "the report is not an object");
  const header = memberOf(value, "header", headerMember, createFindings());
  if (header === undefined) {
    const reason = "header is missing";
    return { valid: false, reportId: null, errorCode: "MissingHeader", reason };
  }
  const reportId = reportIdOf(value);
  const findings = createFindings();
  const result = read(value, reportSchema, "", findings);
  if ("problem" in result) return invalid(reportId, result.problem);
  const report = result.value as Report; // The schema has just been held against it.
  if (report.metrics === undefined && report.custom_metrics === undefined) {
    return invalid(reportId, "the report has neither metrics nor custom_metrics");
  }
  return {
    valid: true,
    reportId: report.header.report_id,
    report,
    names: findings.long && findings.short ? "mixed" : findings.long ? "long" : "short",
    ignored: findings.ignored,
    notRetained: findings.notRetained,
  };
}

function createFindings(): Findings {
  return { long: false, short: false, ignored: [], notRetained: [] };
}

/** The id, where the whole header is as it should be. */
function reportIdOf(report: Record<string, unknown>): number | null {
  const findings = createFindings();
  const header = memberOf(report, "header", headerMember, findings);
  if (header === undefined || "problem" in header) return null;
  const result = read(header.value, headerMember.schema, "header", findings);
  return "problem" in result ? null : (result.value as Report["header"]).report_id;
}

function invalid(reportId: number | null, reason: string): Judgement {
  return { valid: false, reportId, errorCode: "InvalidPayload", reason };
}
