/** Jobs: what things are told to do, and how far each has come. Devices' side is jobs-data.ts's. */
import { alreadyExists, invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, requireVersion } from "../operation.ts";
import {
  change,
  type ExecutionRow,
  executionKey,
  executionOf,
  executionsOf,
  executionsOfJob,
  freshJob,
  isOver,
  type JobRow,
  jobOf,
  jobsOf,
  keepExecution,
  keepJob,
  queue,
  settle,
} from "../rows/jobs.ts";
import { keepTags, type Tag } from "../tags.ts";

interface Counts {
  numberOfQueuedThings?: number;
}

interface CreateJob extends Partial<JobRow> {
  jobId: string;
  targets: string[];
  tags?: Tag[];
}

/** Counts by status, as DescribeJob shows them. */
function detailsOf(job: JobRow, context: ApiContext) {
  const rows = executionsOfJob(job.jobId, context);
  const many = (status: ExecutionRow["status"]) =>
    rows.filter((row) => row.status === status).length;
  return {
    numberOfCanceledThings: many("CANCELED"),
    numberOfSucceededThings: many("SUCCEEDED"),
    numberOfFailedThings: many("FAILED"),
    numberOfRejectedThings: many("REJECTED"),
    numberOfQueuedThings: many("QUEUED"),
    numberOfInProgressThings: many("IN_PROGRESS"),
    numberOfRemovedThings: many("REMOVED"),
    numberOfTimedOutThings: many("TIMED_OUT"),
  };
}

export const jobs = defineFamily({
  handlers: {
    CreateJob({ tags, ...input }: CreateJob, context) {
      const known = jobsOf(context).get(input.jobId);
      if (known !== undefined) throw alreadyExists("Job", input.jobId, known.jobArn);
      if (input.document === undefined && input.documentSource === undefined)
        throw invalid("document or documentSource is required");
      const row = { ...freshJob(input.jobId, context), ...input };
      queue(row, context);
      jobsOf(context).put(input.jobId, row);
      keepTags(row.jobArn, tags ?? [], context);
      return row;
    },
    DescribeJob({ jobId }: { jobId: string }, context) {
      const job = jobOf(jobId, context);
      return {
        documentSource: job.documentSource,
        job: { ...job, jobProcessDetails: detailsOf(job, context) },
      };
    },
    GetJobDocument: ({ jobId }: { jobId: string }, context) => ({
      document: jobOf(jobId, context).document,
    }),
    UpdateJob(input: Partial<JobRow> & { jobId: string }, context) {
      jobsOf(context).put(input.jobId, {
        ...jobOf(input.jobId, context),
        ...input,
        lastUpdatedAt: context.nowS(),
      });
      return {};
    },
    CancelJob(
      { jobId, comment, force = false }: { jobId: string; comment?: string; force?: boolean },
      context,
    ) {
      const job = jobOf(jobId, context);
      if (job.status !== "IN_PROGRESS") throw invalid(`Job ${jobId} is not in progress`);
      for (const row of executionsOfJob(jobId, context)) {
        if (row.status === "QUEUED" || (force && row.status === "IN_PROGRESS"))
          change(row, { status: "CANCELED" }, context);
      }
      const now = context.nowS();
      const next: JobRow = {
        ...job,
        status: "CANCELED",
        lastUpdatedAt: now,
        completedAt: now,
        ...(comment !== undefined && { comment }),
        ...(force && { forceCanceled: true }),
      };
      jobsOf(context).put(jobId, next);
      return next;
    },
    DeleteJob({ jobId, force = false }: { jobId: string; force?: boolean }, context) {
      const job = jobOf(jobId, context);
      if (job.status === "IN_PROGRESS" && !force) {
        throw new ServiceError(
          "InvalidStateTransitionException",
          `Job ${jobId} is in progress; set force to delete it`,
        );
      }
      for (const row of executionsOfJob(jobId, context))
        executionsOf(context).delete(executionKey(jobId, row.thingName));
      jobsOf(context).delete(jobId);
      return {};
    },
    AssociateTargetsWithJob(
      { jobId, targets, comment }: { jobId: string; targets: string[]; comment?: string },
      context,
    ) {
      const job = jobOf(jobId, context);
      if (job.targetSelection !== "CONTINUOUS") throw invalid(`Job ${jobId} is no continuous job`);
      const row = {
        ...job,
        targets: [...new Set([...job.targets, ...targets])],
        ...(comment !== undefined && { comment }),
        lastUpdatedAt: context.nowS(),
      };
      queue(row, context);
      jobsOf(context).put(jobId, row);
      return row;
    },
    ListJobs(input: Paged & { status?: string; targetSelection?: string }, context) {
      const rows = jobsOf(context)
        .rows()
        .filter(({ status }) => input.status === undefined || status === input.status)
        .filter(
          (row) =>
            input.targetSelection === undefined || row.targetSelection === input.targetSelection,
        );
      const { page, next } = pageOf(rows, input);
      return { jobs: page, ...next };
    },
    DescribeJobExecution: ({ jobId, thingName }: { jobId: string; thingName: string }, context) => {
      const row = executionOf(jobId, thingName, context);
      const { statusDetails } = row;
      const isTold = Object.keys(statusDetails).length > 0;
      return { execution: { ...row, statusDetails: isTold ? { detailsMap: statusDetails } : {} } };
    },
    CancelJobExecution(
      input: { jobId: string; thingName: string; force?: boolean; expectedVersion?: number },
      context,
    ) {
      const row = executionOf(input.jobId, input.thingName, context);
      requireVersion("The job execution", row.versionNumber, input.expectedVersion);
      if (isOver(row) || (row.status === "IN_PROGRESS" && input.force !== true)) {
        throw new ServiceError(
          "InvalidStateTransitionException",
          `The job execution is ${row.status}`,
        );
      }
      change(row, { status: "CANCELED" }, context);
      settle(input.jobId, context);
      return {};
    },
    DeleteJobExecution(input: { jobId: string; thingName: string; force?: boolean }, context) {
      const row = executionOf(input.jobId, input.thingName, context);
      if (!isOver(row) && input.force !== true) {
        throw new ServiceError(
          "InvalidStateTransitionException",
          `The job execution is ${row.status}; set force to delete it`,
        );
      }
      executionsOf(context).delete(executionKey(input.jobId, input.thingName));
      return {};
    },
    ListJobExecutionsForJob(input: Paged & { jobId: string; status?: string }, context) {
      jobOf(input.jobId, context);
      const rows = executionsOfJob(input.jobId, context).filter(
        ({ status }) => input.status === undefined || status === input.status,
      );
      const { page, next } = pageOf(rows, input);
      return {
        executionSummaries: page.map((row) => ({
          thingArn: row.thingArn,
          jobExecutionSummary: row,
        })),
        ...next,
      };
    },
    ListJobExecutionsForThing(
      input: Paged & { thingName: string; status?: string; jobId?: string },
      context,
    ) {
      const rows = executionsOf(context)
        .rows()
        .filter((row) => row.thingName === input.thingName)
        .filter(({ status }) => input.status === undefined || status === input.status)
        .filter(({ jobId }) => input.jobId === undefined || jobId === input.jobId);
      const { page, next } = pageOf(rows, input);
      return {
        executionSummaries: page.map((row) => ({ jobId: row.jobId, jobExecutionSummary: row })),
        ...next,
      };
    },
  },
  imports: {
    DescribeJob(
      _input: object,
      { job }: { job: JobRow & { jobProcessDetails?: Counts } },
      context,
    ) {
      const { jobProcessDetails: counts, ...row } = job;
      keepJob(row, context);
      // Which things have it queued is not told, only how many: the first ones.
      const names = (row.targets ?? []).flatMap((arn) => /:thing\/(.+)$/.exec(arn)?.[1] ?? []);
      for (const thingName of names.slice(0, counts?.numberOfQueuedThings ?? 0)) {
        keepExecution({ jobId: row.jobId, thingName }, context);
      }
    },
    ListJobs(_input: object, output: { jobs: JobRow[] }, context) {
      for (const job of output.jobs) keepJob(job, context);
    },
    DescribeJobExecution(
      input: { thingName: string },
      {
        execution,
      }: { execution: ExecutionRow & { statusDetails: { detailsMap?: Record<string, string> } } },
      context,
    ) {
      const detailsMap = execution.statusDetails?.detailsMap ?? {};
      keepExecution(
        { ...execution, thingName: input.thingName, statusDetails: detailsMap },
        context,
      );
    },
    ListJobExecutionsForThing(
      { thingName }: { thingName: string },
      output: { executionSummaries: { jobId: string; jobExecutionSummary: ExecutionRow }[] },
      context,
    ) {
      for (const { jobId, jobExecutionSummary } of output.executionSummaries) {
        keepExecution({ ...jobExecutionSummary, jobId, thingName }, context);
      }
    },
  },
});
