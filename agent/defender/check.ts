import { type CustomMetrics, customProblemOf } from "../core/custom-value.ts";
import { type ElementSpec, type ElementSpecs, reportElements } from "./names.ts";
import type { Report } from "./report.ts";

/** AWS IoT Core's limit of one message. */
export const REPORT_BYTES_MAX = 128 * 1024;

/** Where a report breaks the format, and how. `path` is dotted: "metrics.network_stats.bytes_in". */
export interface ReportProblem {
  path: string;
  reason: string;
}

/** All that the service would refuse, or take and then silently not keep. Empty: it is good. */
export function problemsOf(report: Report): ReportProblem[] {
  const problems: ReportProblem[] = [];
  checkObject(report, reportElements, "", problems);
  if (report.metrics === undefined && report.custom_metrics === undefined) {
    problems.push({ path: "", reason: "neither metrics nor custom_metrics" });
  }
  for (const [name, [value]] of Object.entries(report.custom_metrics ?? {})) {
    const reason = customProblemOf(name, value);
    if (reason !== null) problems.push({ path: `custom_metrics.${name}`, reason });
  }
  return problems;
}

/** The report without the custom metrics that have problems: the others are still worth sending. */
export function withoutProblems(report: Report, problems: readonly ReportProblem[]): Report {
  const bad = new Set(problems.map(({ path }) => path));
  const { custom_metrics: custom, ...rest } = report;
  const kept: CustomMetrics = Object.fromEntries(
    Object.entries(custom ?? {}).filter(([name]) => !bad.has(`custom_metrics.${name}`)),
  );
  return Object.keys(kept).length > 0 ? { ...rest, custom_metrics: kept } : rest;
}

function checkObject(value: object, specs: ElementSpecs, at: string, problems: ReportProblem[]) {
  const members = value as Record<string, unknown>;
  for (const [name, spec] of Object.entries(specs)) {
    if (members[name] !== undefined) checkElement(members[name], spec, `${at}${name}`, problems);
    else if (spec.required) problems.push({ path: `${at}${name}`, reason: "missing" });
  }
  for (const name of Object.keys(members)) {
    if (!(name in specs)) problems.push({ path: `${at}${name}`, reason: "unknown element" });
  }
}

function checkElement(value: unknown, spec: ElementSpec, path: string, problems: ReportProblem[]) {
  const reason = reasonAgainst(value, spec);
  if (reason !== null) {
    problems.push({ path, reason });
  } else if (spec.members && Array.isArray(value)) {
    value.forEach((item, index) => {
      checkObject(item, spec.members!, `${path}[${index}].`, problems);
    });
  } else if (spec.members) {
    checkObject(value as object, spec.members, `${path}.`, problems);
  }
}

function reasonAgainst(value: unknown, spec: ElementSpec): string | null {
  switch (spec.type) {
    case "list":
      return Array.isArray(value) ? null : "not a list";
    case "object":
      return typeof value === "object" && value !== null ? null : "not an object";
    case "string":
      if (typeof value !== "string") return "not a string";
      return spec.pattern && !spec.pattern.test(value) ? `"${value}" is not ${spec.pattern}` : null;
    case "integer":
      if (!Number.isSafeInteger(value)) return `${value} is not an integer`;
      return (value as number) < spec.min! || (value as number) > spec.max!
        ? `${value} is outside ${spec.min} to ${spec.max}`
        : null;
  }
}
