/** Violations: what is in alarm, what happened, and what a person says of it. */
import type { MetricValue } from "../../../../agent/core/finding.ts";
import type { Behavior } from "../../../../agent/detect/profile.ts";
import { invalid, notFound } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf } from "../operation.ts";
import { profilesOf } from "./security-profiles.ts";

export interface ViolationRow {
  violationId: string;
  thingName: string;
  securityProfileName: string;
  behavior: Behavior;
  lastViolationValue?: MetricValue;
  verificationState?: string;
  verificationStateDescription?: string;
  lastViolationTime: number;
  violationStartTime: number;
}

export interface ViolationEventRow {
  violationId: string;
  thingName: string;
  securityProfileName: string;
  behavior: Behavior;
  metricValue?: MetricValue;
  violationEventType: "in-alarm" | "alarm-cleared" | "alarm-invalidated";
  verificationState?: string;
  verificationStateDescription?: string;
  violationEventTime: number;
}

interface ViolationFilter extends Paged {
  thingName?: string;
  securityProfileName?: string;
  behaviorCriteriaType?: string;
  listSuppressedAlerts?: boolean;
  verificationState?: string;
}

/** Verification states are kept for as long as events are: 30 days. */
const EVENTS_S_MAX = 30 * 86_400;

export const activeOf = ({ registry }: ApiContext) =>
  registry.table<ViolationRow>("activeViolations");

export const eventsOf = ({ registry }: ApiContext) =>
  registry.table<ViolationEventRow>("violationEvents");

/** One violation has an event of each kind at a time. */
export const eventKey = ({
  violationId,
  violationEventType,
  violationEventTime,
}: ViolationEventRow) => `${violationId} ${violationEventTime} ${violationEventType}`;

function criteriaTypeOf({ criteria }: Behavior): string {
  if (criteria?.mlDetectionConfig !== undefined) return "MACHINE_LEARNING";
  return criteria?.statisticalThreshold === undefined ? "STATIC" : "STATISTICAL";
}

type Judged = ViolationRow | ViolationEventRow;

function isWanted(row: Judged, filter: ViolationFilter): boolean {
  const { thingName, securityProfileName, behaviorCriteriaType, verificationState } = filter;
  return (
    (thingName === undefined || row.thingName === thingName) &&
    (securityProfileName === undefined || row.securityProfileName === securityProfileName) &&
    (behaviorCriteriaType === undefined || criteriaTypeOf(row.behavior) === behaviorCriteriaType) &&
    (verificationState === undefined ||
      (row.verificationState ?? "UNKNOWN") === verificationState) &&
    (filter.listSuppressedAlerts === undefined ||
      (row.behavior.suppressAlerts ?? false) === filter.listSuppressedAlerts)
  );
}

function requireProfile(name: string | undefined, context: ApiContext): void {
  if (name !== undefined && profilesOf(context).get(name) === undefined)
    throw notFound("Security profile", name);
}

export const violations = defineFamily({
  handlers: {
    ListActiveViolations(input: ViolationFilter, context) {
      requireProfile(input.securityProfileName, context);
      const rows = activeOf(context)
        .rows()
        .filter((row) => isWanted(row, input));
      const { page, next } = pageOf(rows, input);
      return { activeViolations: page, ...next };
    },
    ListViolationEvents(input: ViolationFilter & { startTime: number; endTime: number }, context) {
      const { startTime, endTime } = input;
      if (endTime < startTime) throw invalid("endTime is before startTime");
      const oldest = context.nowS() - EVENTS_S_MAX;
      const rows = eventsOf(context)
        .rows()
        .filter(({ violationEventTime: at }) => at >= Math.max(startTime, oldest) && at <= endTime)
        .filter((row) => isWanted(row, input))
        .reverse();
      const { page, next } = pageOf(rows, input);
      return { violationEvents: page, ...next };
    },
    PutVerificationStateOnViolation(
      {
        violationId,
        ...state
      }: Pick<ViolationRow, "violationId" | "verificationState" | "verificationStateDescription">,
      context,
    ) {
      const active = activeOf(context).get(violationId);
      const events = eventsOf(context)
        .entries()
        .filter(([, row]) => row.violationId === violationId);
      if (active === undefined && events.length === 0)
        throw invalid(`Violation ${violationId} does not exist`);
      if (active !== undefined) activeOf(context).put(violationId, { ...active, ...state });
      for (const [key, row] of events) eventsOf(context).put(key, { ...row, ...state });
      return {};
    },
    GetBehaviorModelTrainingSummaries(input: Paged & { securityProfileName?: string }, context) {
      requireProfile(input.securityProfileName, context);
      const summaries = profilesOf(context)
        .rows()
        .filter(({ securityProfileName: name }) =>
          [undefined, name].includes(input.securityProfileName),
        )
        .flatMap(({ securityProfileName, behaviors, creationDate }) =>
          behaviors
            .filter(({ criteria }) => criteria.mlDetectionConfig !== undefined)
            .map(({ name }) => ({
              securityProfileName,
              behaviorName: name,
              trainingDataCollectionStartDate: creationDate,
              modelStatus: "PENDING_BUILD",
              datapointsCollectionPercentage: 0,
            })),
        );
      const { page, next } = pageOf(summaries, input);
      return { summaries: page, ...next };
    },
  },
  imports: {
    ListActiveViolations(_input: object, output: { activeViolations: ViolationRow[] }, context) {
      for (const row of output.activeViolations) activeOf(context).put(row.violationId, row);
    },
    ListViolationEvents(_input: object, output: { violationEvents: ViolationEventRow[] }, context) {
      for (const row of [...output.violationEvents].reverse())
        eventsOf(context).put(eventKey(row), row);
    },
  },
});
