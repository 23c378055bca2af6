/** Jobs and their executions as the account holds them. */
import { invalid, ServiceError } from "../errors.ts";
import { type ApiContext, required } from "../operation.ts";
import { thingOf } from "../operations/things.ts";
import { membersOf } from "./thing-groups.ts";

export interface JobRow {
  jobId: string;
  jobArn: string;
  targetSelection: "SNAPSHOT" | "CONTINUOUS";
  status: "IN_PROGRESS" | "CANCELED" | "COMPLETED" | "DELETION_IN_PROGRESS" | "SCHEDULED";
  forceCanceled?: boolean;
  comment?: string;
  targets: string[];
  description?: string;
  document?: string;
  documentSource?: string;
  presignedUrlConfig: object;
  jobExecutionsRolloutConfig: object;
  createdAt: number;
  lastUpdatedAt: number;
  completedAt?: number;
  timeoutConfig?: object;
}

export interface ExecutionRow {
  jobId: string;
  thingName: string;
  thingArn: string;
  status:
    | "QUEUED"
    | "IN_PROGRESS"
    | "SUCCEEDED"
    | "FAILED"
    | "TIMED_OUT"
    | "REJECTED"
    | "REMOVED"
    | "CANCELED";
  statusDetails: Record<string, string>;
  queuedAt: number;
  startedAt?: number;
  lastUpdatedAt: number;
  executionNumber: number;
  versionNumber: number;
}

export const jobsOf = ({ registry }: ApiContext) => registry.table<JobRow>("jobs");
export const executionsOf = ({ registry }: ApiContext) =>
  registry.table<ExecutionRow>("jobExecutions");

export const executionKey = (jobId: string, thing: string) => JSON.stringify([jobId, thing]);

export const isOver = ({ status }: ExecutionRow) => status !== "QUEUED" && status !== "IN_PROGRESS";

export const jobOf = (id: string, context: ApiContext) => required(jobsOf(context), "Job", id);

export function executionOf(jobId: string, thing: string, context: ApiContext): ExecutionRow {
  const row = executionsOf(context).get(executionKey(jobId, thing));
  if (row === undefined)
    throw new ServiceError(
      "ResourceNotFoundException",
      `Job Execution for jobId=${jobId}, thingName=${thing} not found`,
    );
  return row;
}

/** Things that a target names: one, or the members of a group. */
export function thingsOfTarget(arn: string, context: ApiContext): string[] {
  const [, kind, name = ""] = /:(thing|thinggroup)\/(.+)$/.exec(arn) ?? [];
  if (kind === "thing") return [thingOf(name, context).thingName];
  if (kind === "thinggroup")
    return membersOf(name, true, context).map(({ thingName }) => thingName);
  throw invalid(`A target is the ARN of a thing or of a thing group, not ${arn}`);
}

/** Gives each thing of the targets an execution, unless it has one. */
export function queue(job: JobRow, context: ApiContext): void {
  for (const thingName of job.targets.flatMap((arn) => thingsOfTarget(arn, context))) {
    const key = executionKey(job.jobId, thingName);
    if (executionsOf(context).get(key) !== undefined) continue;
    executionsOf(context).put(key, freshExecution(job.jobId, thingName, context));
  }
}

export function freshExecution(
  jobId: string,
  thingName: string,
  context: ApiContext,
): ExecutionRow {
  const now = context.nowS();
  return {
    jobId,
    thingName,
    thingArn: context.arnOf("thing", thingName),
    status: "QUEUED",
    statusDetails: {},
    queuedAt: now,
    lastUpdatedAt: now,
    executionNumber: 1,
    versionNumber: 1,
  };
}

export function freshJob(jobId: string, context: ApiContext): JobRow {
  const now = context.nowS();
  return {
    jobId,
    jobArn: context.arnOf("job", jobId),
    targetSelection: "SNAPSHOT",
    status: "IN_PROGRESS",
    targets: [],
    presignedUrlConfig: {},
    jobExecutionsRolloutConfig: {},
    createdAt: now,
    lastUpdatedAt: now,
  };
}

export const executionsOfJob = (jobId: string, context: ApiContext) =>
  executionsOf(context)
    .rows()
    .filter((row) => row.jobId === jobId);

/** A snapshot job is over with its last execution. */
export function settle(jobId: string, context: ApiContext): void {
  const job = jobsOf(context).get(jobId);
  if (job?.targetSelection !== "SNAPSHOT" || job.status !== "IN_PROGRESS") return;
  const rows = executionsOfJob(jobId, context);
  if (rows.length === 0 || !rows.every(isOver)) return;
  const now = context.nowS();
  jobsOf(context).put(jobId, { ...job, status: "COMPLETED", completedAt: now, lastUpdatedAt: now });
}

export function change(
  row: ExecutionRow,
  given: Partial<ExecutionRow>,
  context: ApiContext,
): ExecutionRow {
  const next = {
    ...row,
    ...given,
    lastUpdatedAt: context.nowS(),
    versionNumber: row.versionNumber + 1,
  };
  executionsOf(context).put(executionKey(row.jobId, row.thingName), next);
  return next;
}

export function keepJob(given: Partial<JobRow> & { jobId: string }, context: ApiContext): void {
  jobsOf(context).put(given.jobId, {
    ...freshJob(given.jobId, context),
    ...jobsOf(context).get(given.jobId),
    ...given,
  });
}

export function keepExecution(
  given: Partial<ExecutionRow> & { jobId: string; thingName: string },
  context: ApiContext,
): void {
  const key = executionKey(given.jobId, given.thingName);
  const fresh = freshExecution(given.jobId, given.thingName, context);
  executionsOf(context).put(key, { ...fresh, ...executionsOf(context).get(key), ...given });
}
