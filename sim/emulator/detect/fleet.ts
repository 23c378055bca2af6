/**
 * Detect over all things of the account: reports come in as datapoints, the account's profiles judge
 * them by the agent's own engine, and what comes out is what the API lists.
 */
import type { Log } from "../../../agent/core/log.ts";
import type { Datapoint } from "../../../agent/detect/datapoint.ts";
import { createDetector } from "../../../agent/detect/engine.ts";
import { parseProfile } from "../../../agent/detect/parse-profile.ts";
import type { Behavior, SecurityProfile } from "../../../agent/detect/profile.ts";
import { datapointsOf } from "../../../agent/detect/report.ts";
import type { ViolationEvent } from "../../../agent/detect/violation.ts";
import type { ApiContext } from "../api/operation.ts";
import { dataKey, keepDatum } from "../api/operations/metric-values.ts";
import { type ProfileRow, profilesOf } from "../api/operations/security-profiles.ts";
import { thingsOf } from "../api/operations/things.ts";
import {
  activeOf,
  eventKey,
  eventsOf,
  type ViolationEventRow,
} from "../api/operations/violations.ts";
import { groupNamesOf } from "../api/rows/thing-groups.ts";

export interface FleetDetect {
  /** A report that the intake accepted, with the datapoints that were measured of its connection. */
  report(thing: string, report: unknown, measured: readonly Datapoint[]): void;
  /** Says that time has passed: durations close, what was silent for two days ends. */
  tick(): void;
}

/** Tables by which a profile's members and behaviors change. */
const TABLES = ["securityProfiles", "things", "thingGroups"];

export function createFleetDetect(context: ApiContext, log: Log): FleetDetect {
  const { registry } = context;
  const detector = createDetector({
    profiles: [],
    isMember: (thing, profile) => isMember(thing, profile, context),
  });
  let revision = "";

  const nowMs = () => Math.floor(context.nowS() * 1000);

  /** Takes up what the API changed since. */
  function follow(): void {
    const now = TABLES.map((name) => registry.revision(name)).join(" ");
    if (now === revision) return;
    revision = now;
    const profiles = profilesOf(context).rows().flatMap(readProfile);
    keep(detector.setProfiles(profiles, nowMs()));
    keep(detector.refreshMembers(nowMs()));
  }

  function keep(events: readonly ViolationEvent[]): void {
    for (const event of events) keepEvent(event, context);
    if (events.length > 0) log.info("violations", { events: events.length });
  }

  return {
    report(thing, report, measured) {
      follow();
      const parsed = datapointsOf(report);
      if ("problem" in parsed) {
        log.warn("report without datapoints", { thing, problem: parsed.problem });
        return;
      }
      const datapoints = [...parsed.datapoints, ...measured];
      const timestamp = context.nowS();
      for (const { metric, dimension, value } of datapoints) {
        keepDatum(dataKey(thing, metric, dimension), { timestamp, value }, context);
      }
      keep(detector.observe(thing, datapoints, nowMs()));
      for (const { violationId, lastMs, lastValue } of detector.active(thing)) {
        const row = activeOf(context).get(violationId);
        if (row === undefined) continue;
        const last = { lastViolationTime: lastMs / 1000, lastViolationValue: lastValue };
        activeOf(context).put(violationId, { ...row, ...last });
      }
    },
    tick() {
      follow();
      keep(detector.advance(nowMs()));
    },
  };
}

/** One that came in by an import may be none that the engine can judge. */
function readProfile(row: ProfileRow): SecurityProfile[] {
  const { securityProfileName, behaviors } = row;
  const parsed = parseProfile(
    { securityProfileName, behaviors },
    { nameDefault: securityProfileName },
  );
  return "profile" in parsed ? [parsed.profile] : [];
}

/** Whether one of a profile's targets holds the thing. */
function isMember(thing: string, profile: string, context: ApiContext): boolean {
  const row = thingsOf(context).get(thing);
  return (profilesOf(context).get(profile)?.targets ?? []).some((arn) => {
    const target = arn.split(":").slice(5).join(":");
    switch (target) {
      case "all/things":
        return true;
      case "all/registered-things":
        return row !== undefined;
      case "all/unregistered-things":
        return row === undefined;
      default:
        return (
          row !== undefined &&
          groupNamesOf(row, context).includes(target.replace(/^thinggroup\//, ""))
        );
    }
  });
}

/** A behavior that is gone is known from the alarm that it raised. */
function behaviorOf(
  { profile, behavior, violationId }: ViolationEvent,
  context: ApiContext,
): Behavior | undefined {
  const now = profilesOf(context)
    .get(profile)
    ?.behaviors.find(({ name }) => name === behavior);
  return activeOf(context).get(violationId)?.behavior ?? now;
}

function keepEvent(event: ViolationEvent, context: ApiContext): void {
  const { thing: thingName, profile: securityProfileName, violationId, value, timeMs } = event;
  const behavior = behaviorOf(event, context);
  if (behavior === undefined) return;
  const row: ViolationEventRow = {
    violationId,
    thingName,
    securityProfileName,
    behavior,
    ...(value !== undefined && { metricValue: value }),
    violationEventType: event.event,
    violationEventTime: timeMs / 1000,
  };
  eventsOf(context).put(eventKey(row), row);
  if (event.event !== "in-alarm") {
    activeOf(context).delete(violationId);
    return;
  }
  activeOf(context).put(violationId, {
    violationId,
    thingName,
    securityProfileName,
    behavior,
    ...(value !== undefined && { lastViolationValue: value }),
    lastViolationTime: timeMs / 1000,
    violationStartTime: event.startMs / 1000,
  });
}
