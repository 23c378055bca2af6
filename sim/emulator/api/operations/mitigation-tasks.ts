/** Tasks that apply mitigation actions to audit findings and to violations, and what came of each. */
import { invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { findingsOf } from "./audit-tasks.ts";
import { actionOf, definitionOf } from "./mitigation-actions.ts";
import { activeOf, eventsOf } from "./violations.ts";

type Definition = ReturnType<typeof definitionOf>;

/** Tasks that were started here are run here; what an import brings is another account's history. */
interface Started {
  isOwn?: true;
}

export interface AuditMitigationRow extends Started {
  taskId: string;
  taskStatus: "IN_PROGRESS" | "COMPLETED" | "FAILED" | "CANCELED";
  startTime: number;
  endTime?: number;
  taskStatistics: Record<string, Record<string, number>>;
  target: AuditTarget;
  auditCheckToActionsMapping: Record<string, string[]>;
  actionsDefinition: Definition[];
}

interface AuditTarget {
  auditTaskId?: string;
  findingIds?: string[];
  auditCheckToReasonCodeFilter?: Record<string, string[]>;
}

export interface DetectMitigationRow extends Started {
  taskId: string;
  taskStatus: "IN_PROGRESS" | "SUCCESSFUL" | "FAILED" | "CANCELED";
  taskStartTime: number;
  taskEndTime?: number;
  target: DetectTarget;
  violationEventOccurrenceRange?: { startTime: number; endTime: number };
  onlyActiveViolationsIncluded: boolean;
  suppressedAlertsIncluded: boolean;
  actionsDefinition: Definition[];
  taskStatistics: { actionsExecuted: number; actionsSkipped: number; actionsFailed: number };
}

interface DetectTarget {
  violationIds?: string[];
  securityProfileName?: string;
  behaviorName?: string;
}

/** One action on one finding or violation. */
export interface ExecutionRow {
  taskId: string;
  findingId?: string;
  violationId?: string;
  thingName?: string;
  actionName: string;
  actionId: string;
  status: string;
  startTime: number;
  endTime?: number;
  errorCode?: string;
  message?: string;
}

interface StartDetect {
  taskId: string;
  target: DetectTarget;
  actions: string[];
  violationEventOccurrenceRange?: { startTime: number; endTime: number };
  includeOnlyActiveViolations?: boolean;
  includeSuppressedAlerts?: boolean;
}

export const auditMitigationsOf = ({ registry }: ApiContext) =>
  registry.table<AuditMitigationRow>("auditMitigations");
export const detectMitigationsOf = ({ registry }: ApiContext) =>
  registry.table<DetectMitigationRow>("detectMitigations");
export const executionsOf = ({ registry }: ApiContext) =>
  registry.table<ExecutionRow>("mitigationExecutions");

const auditTaskOf = (taskId: string, context: ApiContext) =>
  required(auditMitigationsOf(context), "Audit mitigation actions task", taskId);

const detectTaskOf = (taskId: string, context: ApiContext) =>
  required(detectMitigationsOf(context), "Detect mitigation actions task", taskId);

const taskExists = (taskId: string) =>
  new ServiceError("TaskAlreadyExistsException", `Task ${taskId} already exists.`);

/** The target names one thing by which findings are chosen. */
function requireTarget({ auditTaskId, findingIds }: AuditTarget, context: ApiContext): void {
  if ((auditTaskId === undefined) === (findingIds === undefined)) {
    throw invalid("target must have exactly one of auditTaskId and findingIds");
  }
  for (const id of findingIds ?? []) {
    if (findingsOf(context).get(id) === undefined)
      throw invalid(`Audit finding ${id} does not exist`);
  }
}

export const mitigationTasks = defineFamily({
  handlers: {
    StartAuditMitigationActionsTask(
      input: Pick<AuditMitigationRow, "taskId" | "target" | "auditCheckToActionsMapping">,
      context,
    ) {
      const { taskId, target, auditCheckToActionsMapping } = input;
      if (auditMitigationsOf(context).get(taskId) !== undefined) throw taskExists(taskId);
      requireTarget(target, context);
      const names = [...new Set(Object.values(auditCheckToActionsMapping).flat())];
      auditMitigationsOf(context).put(taskId, {
        taskId,
        isOwn: true,
        taskStatus: "IN_PROGRESS",
        startTime: context.nowS(),
        taskStatistics: {},
        target,
        auditCheckToActionsMapping,
        actionsDefinition: names.map((name) => definitionOf(actionOf(name, context))),
      });
      return { taskId };
    },
    DescribeAuditMitigationActionsTask: ({ taskId }: { taskId: string }, context) =>
      auditTaskOf(taskId, context),
    CancelAuditMitigationActionsTask({ taskId }: { taskId: string }, context) {
      const task = auditTaskOf(taskId, context);
      if (task.taskStatus !== "IN_PROGRESS") throw invalid(`Task ${taskId} is not in progress`);
      auditMitigationsOf(context).put(taskId, {
        ...task,
        taskStatus: "CANCELED",
        endTime: context.nowS(),
      });
      return {};
    },
    ListAuditMitigationActionsTasks(
      input: Paged & {
        auditTaskId?: string;
        findingId?: string;
        taskStatus?: string;
        startTime: number;
        endTime: number;
      },
      context,
    ) {
      const { auditTaskId, findingId, taskStatus, startTime, endTime } = input;
      const rows = auditMitigationsOf(context)
        .rows()
        .filter((row) => row.startTime >= startTime && row.startTime <= endTime)
        .filter((row) => taskStatus === undefined || row.taskStatus === taskStatus)
        .filter(({ target }) => auditTaskId === undefined || target.auditTaskId === auditTaskId)
        .filter(({ target }) => findingId === undefined || target.findingIds?.includes(findingId));
      const { page, next } = pageOf(rows, input);
      return { tasks: page, ...next };
    },
    ListAuditMitigationActionsExecutions(
      input: Paged & { taskId: string; findingId: string; actionStatus?: string },
      context,
    ) {
      const rows = executionsOf(context)
        .rows()
        .filter(({ taskId, findingId }) => taskId === input.taskId && findingId === input.findingId)
        .filter(({ status }) => input.actionStatus === undefined || status === input.actionStatus);
      const { page, next } = pageOf(rows, input);
      return { actionsExecutions: page, ...next };
    },
    StartDetectMitigationActionsTask(input: StartDetect, context) {
      const { taskId, target, actions, violationEventOccurrenceRange: range } = input;
      if (detectMitigationsOf(context).get(taskId) !== undefined) throw taskExists(taskId);
      if ((target.violationIds === undefined) === (target.securityProfileName === undefined)) {
        throw invalid("target must have exactly one of violationIds and securityProfileName");
      }
      for (const id of target.violationIds ?? []) requireViolation(id, context);
      detectMitigationsOf(context).put(taskId, {
        taskId,
        isOwn: true,
        taskStatus: "IN_PROGRESS",
        taskStartTime: context.nowS(),
        target,
        ...(range !== undefined && { violationEventOccurrenceRange: range }),
        onlyActiveViolationsIncluded: input.includeOnlyActiveViolations ?? false,
        suppressedAlertsIncluded: input.includeSuppressedAlerts ?? false,
        actionsDefinition: actions.map((name) => definitionOf(actionOf(name, context))),
        taskStatistics: { actionsExecuted: 0, actionsSkipped: 0, actionsFailed: 0 },
      });
      return { taskId };
    },
    DescribeDetectMitigationActionsTask: ({ taskId }: { taskId: string }, context) => ({
      taskSummary: detectTaskOf(taskId, context),
    }),
    CancelDetectMitigationActionsTask({ taskId }: { taskId: string }, context) {
      const task = detectTaskOf(taskId, context);
      if (task.taskStatus !== "IN_PROGRESS") throw invalid(`Task ${taskId} is not in progress`);
      detectMitigationsOf(context).put(taskId, {
        ...task,
        taskStatus: "CANCELED",
        taskEndTime: context.nowS(),
      });
      return {};
    },
    ListDetectMitigationActionsTasks(
      input: Paged & { startTime: number; endTime: number },
      context,
    ) {
      const { startTime, endTime } = input;
      const rows = detectMitigationsOf(context)
        .rows()
        .filter(({ taskStartTime: at }) => at >= startTime && at <= endTime);
      const { page, next } = pageOf(rows, input);
      return { tasks: page, ...next };
    },
    ListDetectMitigationActionsExecutions(
      input: Paged & {
        taskId?: string;
        violationId?: string;
        thingName?: string;
        startTime?: number;
        endTime?: number;
      },
      context,
    ) {
      const { taskId, violationId, thingName, startTime, endTime } = input;
      const rows = executionsOf(context)
        .rows()
        .filter((row) => row.violationId !== undefined)
        .filter((row) => taskId === undefined || row.taskId === taskId)
        .filter((row) => violationId === undefined || row.violationId === violationId)
        .filter((row) => thingName === undefined || row.thingName === thingName)
        .filter(
          (row) =>
            (startTime ?? 0) <= row.startTime &&
            row.startTime <= (endTime ?? Number.POSITIVE_INFINITY),
        );
      const { page, next } = pageOf(rows, input);
      return {
        actionsExecutions: page.map(({ startTime: from, endTime: until, ...row }) => ({
          ...row,
          executionStartDate: from,
          ...(until !== undefined && { executionEndDate: until }),
        })),
        ...next,
      };
    },
  },
  imports: {
    DescribeAuditMitigationActionsTask: (
      { taskId }: { taskId: string },
      output: Omit<AuditMitigationRow, "taskId">,
      context,
    ) => auditMitigationsOf(context).put(taskId, { ...emptyAuditTask, ...output, taskId }),
    ListAuditMitigationActionsTasks(
      _input: object,
      output: { tasks: AuditMitigationRow[] },
      context,
    ) {
      for (const task of output.tasks) {
        auditMitigationsOf(context).put(task.taskId, {
          ...emptyAuditTask,
          ...auditMitigationsOf(context).get(task.taskId),
          ...task,
        });
      }
    },
    DescribeDetectMitigationActionsTask: (
      _input: object,
      { taskSummary }: { taskSummary: DetectMitigationRow },
      context,
    ) => detectMitigationsOf(context).put(taskSummary.taskId, taskSummary),
  },
});

const emptyAuditTask = {
  taskStatistics: {},
  target: {},
  auditCheckToActionsMapping: {},
  actionsDefinition: [],
};

function requireViolation(id: string, context: ApiContext): void {
  const isKnown =
    activeOf(context).get(id) !== undefined ||
    eventsOf(context)
      .rows()
      .some(({ violationId }) => violationId === id);
  if (!isKnown) throw invalid(`Violation ${id} does not exist`);
}
