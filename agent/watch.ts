import { createHash } from "node:crypto";
import type { Finding, Severity } from "./core/finding.ts";
import { createMlJudge, mlSettings } from "./detect/anomaly/judge.ts";
import { createDetector } from "./detect/engine.ts";
import type { Behavior, SecurityProfile } from "./detect/profile.ts";
import { datapointsOf } from "./detect/report.ts";
import { sentenceOf } from "./detect/sentence.ts";
import type { ViolationEvent } from "./detect/violation.ts";

/** Evaluates the device's own reports against security profiles, on the device, online or not. */
export interface Watch {
  /** What a report brings to light. The same report after the same state brings the same. */
  judge(report: unknown, timeMs: number): Finding[];
  /** The detector's state, for the next start: at most 256 bytes a behavior. */
  state(): Uint8Array;
  /** What the ML models learnt; some kilobytes a metric, so it is kept less often. */
  models(): Uint8Array;
}

export interface WatchOptions {
  thing: string;
  profiles: readonly SecurityProfile[];
  savedState: Uint8Array | null;
  savedModels: Uint8Array | null;
}

/** A profile says what is normal, not how bad the rest is. */
const SEVERITY: Severity = "medium";

export function createWatch({ thing, profiles, savedState, savedModels }: WatchOptions): Watch {
  const ml = createMlJudge(mlSettings, savedModels);
  const detector = createDetector({ profiles, ml, ...(savedState && { savedState }) });
  const bases = new Map(profiles.map((profile) => [profile.securityProfileName, basisOf(profile)]));
  const behaviors = new Map<string, Behavior>();
  for (const profile of profiles) {
    for (const behavior of profile.behaviors) {
      behaviors.set(keyOf(profile.securityProfileName, behavior.name), behavior);
    }
  }

  return {
    judge(report, timeMs) {
      const parsed = datapointsOf(report);
      // Reports are our own and were checked: one that cannot be read is a bug.
      if ("problem" in parsed) throw new Error(`own report: ${parsed.problem}`);
      return detector
        .observe(thing, parsed.datapoints, timeMs)
        .map((event) => findingOf(event, behaviors, bases));
    },
    state: () => detector.state(),
    models: () => ml.state(),
  };
}

function findingOf(
  event: ViolationEvent,
  behaviors: ReadonlyMap<string, Behavior>,
  bases: ReadonlyMap<string, string>,
): Finding {
  const { profile, behavior: behaviorName, violationId, startMs, timeMs, value } = event;
  const behavior = behaviors.get(keyOf(profile, behaviorName));
  return {
    id: violationId,
    event: event.event,
    thing: event.thing,
    source: {
      kind: "behavior",
      securityProfileName: profile,
      behaviorName,
      behavior: behavior ?? null,
    },
    subject: behavior?.metric ?? behaviorName,
    why: behavior ? sentenceOf(event, behavior) : `behavior ${behaviorName} is no longer watched`,
    numbers: numbersOf(event),
    ...(value && { metricValue: value }),
    severity: SEVERITY,
    techniques: [],
    sinceWallMs: startMs,
    wallMs: timeMs,
    basis: bases.get(profile) ?? "",
  };
}

function numbersOf({ value, threshold, verdict }: ViolationEvent): Record<string, number> {
  const number = value?.count ?? value?.number;
  return {
    ...(number !== undefined && { value: number }),
    ...(threshold !== undefined && { threshold }),
    ...verdict?.numbers,
  };
}

function basisOf(profile: SecurityProfile): string {
  return createHash("sha256").update(JSON.stringify(profile)).digest("hex");
}

function keyOf(profile: string, behavior: string): string {
  return `${profile}\n${behavior}`;
}
