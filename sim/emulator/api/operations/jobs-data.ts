/** Jobs as devices see them (service iot-jobs-data): what is pending, and telling how it went. */
import { invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily } from "../operation.ts";
import {
  change,
  type ExecutionRow,
  executionOf,
  executionsOf,
  isOver,
  jobsOf,
  keepExecution,
  settle,
} from "../rows/jobs.ts";

interface Named {
  jobId: string;
  thingName: string;
  executionNumber?: number;
  includeJobDocument?: boolean;
}

interface Update extends Named {
  status: ExecutionRow["status"];
  statusDetails?: Record<string, string>;
  expectedVersion?: number;
  includeJobExecutionState?: boolean;
}

/** What a device may set, from a state that is not over. */
const settable = ["IN_PROGRESS", "FAILED", "SUCCEEDED", "REJECTED", "REMOVED"];

/** The device's times are whole seconds. */
const seen = (row: ExecutionRow) => ({
  ...row,
  queuedAt: Math.floor(row.queuedAt),
  lastUpdatedAt: Math.floor(row.lastUpdatedAt),
  ...(row.startedAt !== undefined && { startedAt: Math.floor(row.startedAt) }),
});

function withDocument(row: ExecutionRow, context: ApiContext) {
  return { ...seen(row), jobDocument: jobsOf(context).get(row.jobId)?.document };
}

const pendingOf = (thing: string, context: ApiContext) =>
  executionsOf(context)
    .rows()
    .filter((row) => row.thingName === thing && !isOver(row));

export const jobsData = defineFamily({
  handlers: {
    GetPendingJobExecutions({ thingName }: { thingName: string }, context) {
      const rows = pendingOf(thingName, context).map(seen);
      return {
        inProgressJobs: rows.filter(({ status }) => status === "IN_PROGRESS"),
        queuedJobs: rows.filter(({ status }) => status === "QUEUED"),
      };
    },
    StartNextPendingJobExecution(
      { thingName, statusDetails }: Partial<Update> & { thingName: string },
      context,
    ) {
      const rows = pendingOf(thingName, context).sort((a, b) => a.queuedAt - b.queuedAt);
      const next = rows.find(({ status }) => status === "IN_PROGRESS") ?? rows[0];
      if (next === undefined) return {};
      const started =
        next.status === "QUEUED"
          ? { status: "IN_PROGRESS" as const, startedAt: context.nowS() }
          : {};
      const row = change(
        next,
        { ...started, ...(statusDetails !== undefined && { statusDetails }) },
        context,
      );
      return { execution: withDocument(row, context) };
    },
    "iot-jobs-data DescribeJobExecution"(
      { jobId, thingName, includeJobDocument = true }: Named,
      context,
    ) {
      const row =
        jobId === "$next"
          ? pendingOf(thingName, context)[0]
          : executionOf(jobId, thingName, context);
      if (row === undefined) return {};
      return { execution: includeJobDocument ? withDocument(row, context) : seen(row) };
    },
    UpdateJobExecution(input: Update, context) {
      const row = executionOf(input.jobId, input.thingName, context);
      const { status, expectedVersion, statusDetails } = input;
      if (!settable.includes(status)) throw invalid(`A device cannot set the status ${status}`);
      if (isOver(row))
        throw new ServiceError(
          "InvalidStateTransitionException",
          `The job execution is ${row.status}`,
        );
      if (expectedVersion !== undefined && expectedVersion !== row.versionNumber) {
        throw new ServiceError(
          "InvalidRequestException",
          `The job execution has version ${row.versionNumber}, not ${expectedVersion}`,
        );
      }
      const started =
        status === "IN_PROGRESS" && row.startedAt === undefined
          ? { startedAt: context.nowS() }
          : {};
      const next = change(
        row,
        { status, ...started, ...(statusDetails !== undefined && { statusDetails }) },
        context,
      );
      settle(input.jobId, context);
      const { versionNumber } = next;
      return {
        executionState: {
          status,
          versionNumber,
          ...(statusDetails !== undefined && { statusDetails }),
        },
      };
    },
  },
  imports: {
    GetPendingJobExecutions(
      { thingName }: Named,
      output: Record<"inProgressJobs" | "queuedJobs", ExecutionRow[]>,
      context,
    ) {
      for (const row of output.inProgressJobs)
        keepExecution({ ...row, thingName, status: "IN_PROGRESS" }, context);
      for (const row of output.queuedJobs)
        keepExecution({ ...row, thingName, status: "QUEUED" }, context);
    },
    "iot-jobs-data DescribeJobExecution"(
      _input: object,
      { execution }: { execution: ExecutionRow },
      context,
    ) {
      keepExecution({ ...execution, thingName: execution.thingName.trim() }, context);
    },
  },
});
