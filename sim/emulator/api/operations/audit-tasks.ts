/** Audit tasks and what they find. Running the checks is audit/run.ts's. */
import { invalid } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { auditConfigurationOf, requireChecks } from "./audit-configuration.ts";
import { canonical } from "./audit-suppressions.ts";

export interface AuditTaskRow {
  /** Started here, and so run here; what an import brings is another account's history. */
  isOwn?: true;
  taskId: string;
  taskType: "ON_DEMAND_AUDIT_TASK" | "SCHEDULED_AUDIT_TASK";
  taskStatus: "IN_PROGRESS" | "COMPLETED" | "FAILED" | "CANCELED";
  taskStartTime: number;
  taskStatistics: Record<string, number>;
  scheduledAuditName?: string;
  auditDetails: Record<string, CheckRun>;
}

export interface CheckRun {
  checkRunStatus: string;
  checkCompliant?: boolean;
  totalResourcesCount?: number;
  nonCompliantResourcesCount?: number;
  suppressedNonCompliantResourcesCount?: number;
  errorCode?: string;
  message?: string;
}

export interface AuditFindingRow {
  findingId: string;
  taskId: string;
  checkName: string;
  taskStartTime: number;
  findingTime: number;
  severity: "CRITICAL" | "HIGH" | "MEDIUM" | "LOW";
  nonCompliantResource: {
    resourceType: string;
    resourceIdentifier: object;
    additionalInfo?: object;
  };
  relatedResources: object[];
  reasonForNonCompliance: string;
  reasonForNonComplianceCode: string;
  isSuppressed: boolean;
}

interface FindingFilter extends Paged {
  taskId?: string;
  checkName?: string;
  resourceIdentifier?: object;
  startTime?: number;
  endTime?: number;
  listSuppressedFindings?: boolean;
}

export const tasksOf = ({ registry }: ApiContext) => registry.table<AuditTaskRow>("auditTasks");
export const findingsOf = ({ registry }: ApiContext) =>
  registry.table<AuditFindingRow>("auditFindings");

const findingOf = (id: string, context: ApiContext) =>
  required(findingsOf(context), "Audit finding", id);

const taskOf = (id: string, context: ApiContext) => required(tasksOf(context), "Audit task", id);

function startTask(targetCheckNames: string[], context: ApiContext): AuditTaskRow {
  requireChecks(targetCheckNames);
  const { auditCheckConfigurations: checks } = auditConfigurationOf(context);
  const off = targetCheckNames.filter((name) => checks[name]?.enabled !== true);
  if (off.length > 0) throw invalid(`Audit checks are not enabled: ${off.join(", ")}`);
  const waiting: CheckRun = { checkRunStatus: "WAITING_FOR_DATA_COLLECTION" };
  const task: AuditTaskRow = {
    taskId: context.newHex(32),
    isOwn: true,
    taskType: "ON_DEMAND_AUDIT_TASK",
    taskStatus: "IN_PROGRESS",
    taskStartTime: context.nowS(),
    taskStatistics: {
      totalChecks: targetCheckNames.length,
      waitingForDataCollectionChecks: targetCheckNames.length,
    },
    auditDetails: Object.fromEntries(targetCheckNames.map((name) => [name, waiting])),
  };
  tasksOf(context).put(task.taskId, task);
  return task;
}

export const auditTasks = defineFamily({
  handlers: {
    StartOnDemandAuditTask({ targetCheckNames }: { targetCheckNames: string[] }, context) {
      return startTask(targetCheckNames, context);
    },
    DescribeAuditTask: ({ taskId }: { taskId: string }, context) => taskOf(taskId, context),
    CancelAuditTask({ taskId }: { taskId: string }, context) {
      const task = taskOf(taskId, context);
      if (task.taskStatus !== "IN_PROGRESS")
        throw invalid(`Audit task ${taskId} is not in progress`);
      tasksOf(context).put(taskId, { ...task, taskStatus: "CANCELED" });
      return {};
    },
    ListAuditTasks(
      input: Paged & { startTime: number; endTime: number; taskType?: string; taskStatus?: string },
      context,
    ) {
      const { startTime, endTime, taskType, taskStatus } = input;
      const rows = tasksOf(context)
        .rows()
        .filter((row) => row.taskStartTime >= startTime && row.taskStartTime <= endTime)
        .filter((row) => taskType === undefined || row.taskType === taskType)
        .filter((row) => taskStatus === undefined || row.taskStatus === taskStatus);
      const { page, next } = pageOf(rows, input);
      return { tasks: page, ...next };
    },
    ListAuditFindings(input: FindingFilter, context) {
      if (
        input.taskId !== undefined &&
        (input.startTime !== undefined || input.endTime !== undefined)
      ) {
        throw invalid("Give either taskId or startTime and endTime");
      }
      const { page, next } = pageOf(
        findingsOf(context)
          .rows()
          .filter((row) => isWanted(row, input)),
        input,
      );
      return { findings: page, ...next };
    },
    DescribeAuditFinding: ({ findingId }: { findingId: string }, context) => ({
      finding: findingOf(findingId, context),
    }),
    ListRelatedResourcesForAuditFinding(input: Paged & { findingId: string }, context) {
      const { page, next } = pageOf(findingOf(input.findingId, context).relatedResources, input);
      return { relatedResources: page, ...next };
    },
  },
  imports: {
    DescribeAuditTask(
      { taskId }: { taskId: string },
      output: Omit<AuditTaskRow, "taskId">,
      context,
    ) {
      tasksOf(context).put(taskId, { ...output, taskId });
    },
    ListAuditTasks(
      { startTime }: { startTime: number },
      output: { tasks: AuditTaskRow[] },
      context,
    ) {
      // The reply names no times, only that they lie in the range that was asked for.
      for (const task of output.tasks) {
        tasksOf(context).put(task.taskId, {
          ...{ taskStartTime: startTime, taskStatistics: {}, auditDetails: {} },
          ...tasksOf(context).get(task.taskId),
          ...task,
        });
      }
    },
    DescribeAuditFinding: (_input: object, { finding }: { finding: AuditFindingRow }, context) =>
      findingsOf(context).put(finding.findingId, {
        ...finding,
        isSuppressed: finding.isSuppressed ?? false,
      }),
    ListAuditFindings(_input: object, { findings }: { findings: AuditFindingRow[] }, context) {
      for (const row of findings) findingsOf(context).put(row.findingId, row);
    },
  },
});

function isWanted(row: AuditFindingRow, filter: FindingFilter): boolean {
  const { taskId, checkName, resourceIdentifier, startTime, endTime } = filter;
  return (
    (taskId === undefined || row.taskId === taskId) &&
    (checkName === undefined || row.checkName === checkName) &&
    (startTime === undefined || row.findingTime >= startTime) &&
    (endTime === undefined || row.findingTime <= endTime) &&
    (row.isSuppressed ?? false) === (filter.listSuppressedFindings ?? false) &&
    (resourceIdentifier === undefined ||
      canonical(row.nonCompliantResource.resourceIdentifier) === canonical(resourceIdentifier))
  );
}
