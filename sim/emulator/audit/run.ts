/** Runs the audits that were started, and forgets findings that are too old. */
import type { ApiContext } from "../api/operation.ts";
import { canonical, suppressionKey, suppressionsOf } from "../api/operations/audit-suppressions.ts";
import {
  type AuditTaskRow,
  type CheckRun,
  findingsOf,
  tasksOf,
} from "../api/operations/audit-tasks.ts";
import type { AuditCheck, Found } from "./check.ts";
import { auditChecks } from "./checks/index.ts";

const byName = new Map(auditChecks.map((check) => [check.name, check]));

/** Findings are kept 90 days. */
const FINDINGS_S_MAX = 90 * 86_400;

export function runAudits(context: ApiContext): void {
  for (const task of tasksOf(context).rows()) {
    if (task.isOwn && task.taskStatus === "IN_PROGRESS") finish(task, context);
  }
  const oldest = context.nowS() - FINDINGS_S_MAX;
  for (const [id, { findingTime }] of findingsOf(context).entries()) {
    if (findingTime < oldest) findingsOf(context).delete(id);
  }
}

function finish(task: AuditTaskRow, context: ApiContext): void {
  const names = Object.keys(task.auditDetails);
  const details = Object.fromEntries(names.map((name) => [name, run(name, task, context)]));
  const many = (status: string) =>
    Object.values(details).filter(({ checkRunStatus }) => checkRunStatus === status).length;
  tasksOf(context).put(task.taskId, {
    ...task,
    taskStatus: "COMPLETED",
    auditDetails: details,
    taskStatistics: {
      totalChecks: names.length,
      inProgressChecks: 0,
      waitingForDataCollectionChecks: 0,
      compliantChecks: many("COMPLETED_COMPLIANT"),
      nonCompliantChecks: many("COMPLETED_NON_COMPLIANT"),
      failedChecks: many("FAILED"),
      canceledChecks: 0,
    },
  });
}

function run(name: string, task: AuditTaskRow, context: ApiContext): CheckRun {
  const check = byName.get(name);
  if (check === undefined) {
    const message = "This emulator cannot judge this check.";
    return { checkRunStatus: "FAILED", errorCode: "NOT_BUILT", message };
  }
  const { total, found } = check.judge(context);
  const kept = found.map((one) => keep(check, one, task, context));
  const suppressed = kept.filter((isSuppressed) => isSuppressed).length;
  const isCompliant = found.length === suppressed;
  return {
    checkRunStatus: isCompliant ? "COMPLETED_COMPLIANT" : "COMPLETED_NON_COMPLIANT",
    checkCompliant: isCompliant,
    totalResourcesCount: total,
    nonCompliantResourcesCount: found.length - suppressed,
    suppressedNonCompliantResourcesCount: suppressed,
  };
}

/** @returns whether it is suppressed */
function keep(check: AuditCheck, found: Found, task: AuditTaskRow, context: ApiContext): boolean {
  const { resourceType, resourceIdentifier, additionalInfo, relatedResources = [] } = found;
  const isSuppressed = isSuppressedNow(check.name, resourceIdentifier, context);
  const findingId = context.newUuid();
  findingsOf(context).put(findingId, {
    findingId,
    taskId: task.taskId,
    checkName: check.name,
    taskStartTime: task.taskStartTime,
    findingTime: context.nowS(),
    severity: check.severity,
    nonCompliantResource: {
      resourceType,
      resourceIdentifier,
      ...(additionalInfo !== undefined && { additionalInfo }),
    },
    relatedResources: [...relatedResources],
    reasonForNonCompliance: found.reason,
    reasonForNonComplianceCode: found.reasonCode,
    isSuppressed,
  });
  return isSuppressed;
}

function isSuppressedNow(checkName: string, resource: object, context: ApiContext): boolean {
  const resourceIdentifier = JSON.parse(canonical(resource)) as Record<string, unknown>;
  const row = suppressionsOf(context).get(suppressionKey({ checkName, resourceIdentifier }));
  if (row === undefined) return false;
  return row.suppressIndefinitely === true || (row.expirationDate ?? 0) > context.nowS();
}
