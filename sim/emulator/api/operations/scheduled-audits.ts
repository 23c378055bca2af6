/** Scheduled audits: which checks run when. */
import { alreadyExists, invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";
import { requireChecks } from "./audit-configuration.ts";

export interface ScheduledAuditRow {
  scheduledAuditName: string;
  scheduledAuditArn: string;
  frequency: "DAILY" | "WEEKLY" | "BIWEEKLY" | "MONTHLY";
  /** 1 to 31 or LAST; with MONTHLY. */
  dayOfMonth?: string;
  /** With WEEKLY and BIWEEKLY. */
  dayOfWeek?: string;
  targetCheckNames: string[];
}

type Members = Omit<ScheduledAuditRow, "scheduledAuditArn"> & { tags?: Tag[] };

/** An account has no more (AWS IoT Device Defender quotas). */
const SCHEDULED_MAX = 5;

const scheduledOf = ({ registry }: ApiContext) =>
  registry.table<ScheduledAuditRow>("scheduledAudits");

const auditOf = (name: string, context: ApiContext) =>
  required(scheduledOf(context), "Scheduled audit", name);

function requireDay({ frequency, dayOfMonth, dayOfWeek }: Members): void {
  if (frequency === "MONTHLY" && dayOfMonth === undefined) {
    throw invalid("dayOfMonth is required when frequency is MONTHLY");
  }
  if ((frequency === "WEEKLY" || frequency === "BIWEEKLY") && dayOfWeek === undefined) {
    throw invalid(`dayOfWeek is required when frequency is ${frequency}`);
  }
}

function freshAudit(name: string, context: ApiContext): ScheduledAuditRow {
  const arn = context.arnOf("scheduledaudit", name);
  return {
    scheduledAuditName: name,
    scheduledAuditArn: arn,
    frequency: "DAILY",
    targetCheckNames: [],
  };
}

export const scheduledAudits = defineFamily({
  handlers: {
    CreateScheduledAudit({ tags, ...input }: Members, context) {
      const { scheduledAuditName: name } = input;
      const known = scheduledOf(context).get(name);
      if (known !== undefined)
        throw alreadyExists("Scheduled audit", name, known.scheduledAuditArn);
      if (scheduledOf(context).size >= SCHEDULED_MAX) {
        throw new ServiceError(
          "LimitExceededException",
          `There are ${SCHEDULED_MAX} scheduled audits, which is the most.`,
        );
      }
      requireChecks(input.targetCheckNames);
      requireDay(input);
      const row = { ...freshAudit(name, context), ...input };
      scheduledOf(context).put(name, row);
      keepTags(row.scheduledAuditArn, tags ?? [], context);
      return row;
    },
    DescribeScheduledAudit: ({ scheduledAuditName }: Members, context) =>
      auditOf(scheduledAuditName, context),
    UpdateScheduledAudit(input: Partial<Members> & { scheduledAuditName: string }, context) {
      requireChecks(input.targetCheckNames ?? []);
      const row = { ...auditOf(input.scheduledAuditName, context), ...input };
      requireDay(row);
      scheduledOf(context).put(input.scheduledAuditName, row);
      return row;
    },
    DeleteScheduledAudit({ scheduledAuditName }: Members, context) {
      auditOf(scheduledAuditName, context);
      scheduledOf(context).delete(scheduledAuditName);
      return {};
    },
    ListScheduledAudits(input: Paged, context) {
      const { page, next } = pageOf(scheduledOf(context).rows(), input);
      return { scheduledAudits: page, ...next };
    },
  },
  imports: {
    DescribeScheduledAudit: (_input: object, output: ScheduledAuditRow, context) =>
      scheduledOf(context).put(output.scheduledAuditName, output),
    ListScheduledAudits(_input: object, output: { scheduledAudits: ScheduledAuditRow[] }, context) {
      for (const row of output.scheduledAudits) {
        const known =
          scheduledOf(context).get(row.scheduledAuditName) ??
          freshAudit(row.scheduledAuditName, context);
        scheduledOf(context).put(row.scheduledAuditName, { ...known, ...row });
      }
    },
  },
});
