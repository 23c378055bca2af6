/** Runs the mitigation tasks that are in progress, and records what came of each action. */
import type { ApiContext } from "../api/operation.ts";
import type { AuditFindingRow } from "../api/operations/audit-tasks.ts";
import { findingsOf } from "../api/operations/audit-tasks.ts";
import {
  type AuditMitigationRow,
  auditMitigationsOf,
  type DetectMitigationRow,
  detectMitigationsOf,
  executionsOf,
} from "../api/operations/mitigation-tasks.ts";
import { type ThingRow, thingsOf } from "../api/operations/things.ts";
import { activeOf, eventsOf } from "../api/operations/violations.ts";
import { apply, type Definition, type Outcome, type Subject } from "./actions.ts";

export function runMitigation(context: ApiContext): void {
  for (const task of detectMitigationsOf(context).rows()) {
    if (task.isOwn && task.taskStatus === "IN_PROGRESS") runDetect(task, context);
  }
  for (const task of auditMitigationsOf(context).rows()) {
    if (task.isOwn && task.taskStatus === "IN_PROGRESS") runAudit(task, context);
  }
}

/** As executions spell it: Detect's and Audit's words differ in nothing that both have. */
const statusOf = { done: "COMPLETED", skipped: "SKIPPED", failed: "FAILED" } as const;

interface Judged {
  violationId: string;
  thingName: string;
  securityProfileName: string;
  behavior: { name: string; suppressAlerts?: boolean };
}

/** The violations that a task is about, each once. */
function violationsOf(task: DetectMitigationRow, context: ApiContext): Judged[] {
  const { target, violationEventOccurrenceRange: range } = task;
  const active = activeOf(context).rows();
  const past = eventsOf(context)
    .rows()
    .filter(
      ({ violationEventTime: at }) =>
        range === undefined || (at >= range.startTime && at <= range.endTime),
    );
  const all: Judged[] =
    task.onlyActiveViolationsIncluded || (range === undefined && target.violationIds === undefined)
      ? active
      : [...active, ...past];
  const wanted = all
    .filter(
      ({ violationId }) =>
        target.violationIds === undefined || target.violationIds.includes(violationId),
    )
    .filter(
      (row) =>
        target.securityProfileName === undefined ||
        row.securityProfileName === target.securityProfileName,
    )
    .filter(
      ({ behavior }) => target.behaviorName === undefined || behavior.name === target.behaviorName,
    )
    .filter(({ behavior }) => task.suppressedAlertsIncluded || behavior.suppressAlerts !== true);
  return [...new Map(wanted.map((row) => [row.violationId, row])).values()];
}

function runDetect(task: DetectMitigationRow, context: ApiContext): void {
  const counts = { done: 0, skipped: 0, failed: 0 };
  for (const { violationId, thingName } of violationsOf(task, context)) {
    const thing = thingsOf(context).get(thingName);
    const subject = { things: thing === undefined ? [] : [thing] };
    const about = { violationId, thingName };
    for (const word of applyAll(task.taskId, task.actionsDefinition, subject, about, context)) {
      counts[word]++;
    }
  }
  detectMitigationsOf(context).put(task.taskId, {
    ...task,
    taskStatus: counts.failed > 0 ? "FAILED" : "SUCCESSFUL",
    taskEndTime: context.nowS(),
    taskStatistics: {
      actionsExecuted: counts.done,
      actionsSkipped: counts.skipped,
      actionsFailed: counts.failed,
    },
  });
}

function runAudit(task: AuditMitigationRow, context: ApiContext): void {
  const statistics: Record<string, Record<string, number>> = {};
  let isFailed = false;
  for (const finding of findingsFor(task, context)) {
    const names = task.auditCheckToActionsMapping[finding.checkName];
    if (names === undefined) continue;
    const actions = task.actionsDefinition.filter(({ name }) => names.includes(name));
    const about = { findingId: finding.findingId };
    const outcomes = applyAll(task.taskId, actions, subjectOf(finding, context), about, context);
    const of = statistics[finding.checkName] ?? emptyStatistics();
    statistics[finding.checkName] = of;
    const word = outcomes.includes("failed")
      ? "failed"
      : outcomes.includes("done")
        ? "succeeded"
        : "skipped";
    isFailed ||= word === "failed";
    of.totalFindingsCount = (of.totalFindingsCount ?? 0) + 1;
    of[`${word}FindingsCount`] = (of[`${word}FindingsCount`] ?? 0) + 1;
  }
  auditMitigationsOf(context).put(task.taskId, {
    ...task,
    taskStatus: isFailed ? "FAILED" : "COMPLETED",
    endTime: context.nowS(),
    taskStatistics: statistics,
  });
}

const emptyStatistics = (): Record<string, number> => ({
  totalFindingsCount: 0,
  failedFindingsCount: 0,
  succeededFindingsCount: 0,
  skippedFindingsCount: 0,
  canceledFindingsCount: 0,
});

function findingsFor({ target }: AuditMitigationRow, context: ApiContext): AuditFindingRow[] {
  const { auditTaskId, findingIds, auditCheckToReasonCodeFilter: reasons = {} } = target;
  return findingsOf(context)
    .rows()
    .filter(({ isSuppressed }) => !isSuppressed)
    .filter(({ taskId }) => auditTaskId === undefined || taskId === auditTaskId)
    .filter(({ findingId }) => findingIds === undefined || findingIds.includes(findingId))
    .filter(
      ({ checkName, reasonForNonComplianceCode: code }) =>
        reasons[checkName]?.includes(code) ?? true,
    );
}

/** What a finding points at: by its resource, and the things that use that. */
function subjectOf({ nonCompliantResource }: AuditFindingRow, context: ApiContext): Subject {
  const resource = nonCompliantResource.resourceIdentifier as {
    deviceCertificateId?: string;
    caCertificateId?: string;
    clientId?: string;
    policyVersionIdentifier?: { policyName?: string };
  };
  const { deviceCertificateId, caCertificateId, clientId, policyVersionIdentifier } = resource;
  const isUser = ({ thingName, principals }: ThingRow) =>
    thingName === clientId ||
    (deviceCertificateId !== undefined &&
      principals.some((arn) => arn.endsWith(`cert/${deviceCertificateId}`)));
  const policyName = policyVersionIdentifier?.policyName;
  return {
    things: thingsOf(context).rows().filter(isUser),
    ...(deviceCertificateId !== undefined && { certificateId: deviceCertificateId }),
    ...(caCertificateId !== undefined && { caCertificateId }),
    ...(policyName !== undefined && { policyName }),
  };
}

/** In their order; what fails keeps the rest from being tried. */
function applyAll(
  taskId: string,
  actions: readonly Definition[],
  subject: Subject,
  about: About,
  context: ApiContext,
): Outcome["outcome"][] {
  const words: Outcome["outcome"][] = [];
  for (const action of actions) {
    const hasFailed = words.includes("failed");
    const outcome = hasFailed ? { outcome: "skipped" as const } : apply(action, subject, context);
    record(taskId, action, outcome, about, context);
    words.push(outcome.outcome);
  }
  return words;
}

type About = { findingId: string } | { violationId: string; thingName: string };

function record(
  taskId: string,
  action: Definition,
  outcome: Outcome,
  about: About,
  context: ApiContext,
): void {
  const now = context.nowS();
  const isDetect = "violationId" in about;
  const status = isDetect && outcome.outcome === "done" ? "SUCCESSFUL" : statusOf[outcome.outcome];
  const key = JSON.stringify([taskId, action.name, about]);
  executionsOf(context).put(key, {
    ...{ taskId, ...about, actionName: action.name, actionId: action.id, status },
    ...{ startTime: now, endTime: now },
    ...(outcome.outcome === "failed" && {
      errorCode: "INSUFFICIENT_PERMISSIONS",
      message: outcome.reason,
    }),
  });
}
