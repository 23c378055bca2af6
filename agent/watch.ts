import { createHash } from "node:crypto";
import type { Finding, Severity } from "./core/finding.ts";
import type { Window } from "./core/model.ts";
import type { PlantObservation } from "./core/plant.ts";
import { createMlJudge, mlSettings } from "./detect/anomaly/judge.ts";
import type { Datapoint } from "./detect/datapoint.ts";
import { createDetector } from "./detect/engine.ts";
import type { Behavior, SecurityProfile } from "./detect/profile.ts";
import { datapointsOf } from "./detect/report.ts";
import { sentenceOf } from "./detect/sentence.ts";
import { techniquesOf } from "./detect/techniques.ts";
import type { ViolationEvent } from "./detect/violation.ts";
import {
  type ActiveIndicator,
  indicatorFindingsOf,
  readActiveIndicators,
} from "./indicators/finding.ts";
import { type ActiveFlow, createFlowWatch, readActiveFlows } from "./indicators/flows.ts";
import type { Indicator } from "./indicators/indicator.ts";
import { createIndicatorSet } from "./indicators/set.ts";

/** Judges each closed window on the device, online or not: by security profiles, and by indicators. */
export interface Watch {
  /**
   * What a window, its report and its connection's datapoints bring to light. The same after the same
   * state brings the same.
   */
  judge(window: Window, report: unknown, connection: readonly Datapoint[]): Finding[];
  /**
   * What time alone brings to light: slots that are over, and what was silent for two days. Not kept
   * before the next window's state: a power cut in between brings it again, under the same ids.
   */
  advance(wallMs: number): Finding[];
  /** Plant traffic, whose ends indicators may name: what comes of it is given by the next `contacts`. */
  see(observation: PlantObservation): void;
  contacts(): Finding[];
  /** For the next start: at most 256 bytes a behavior, and what indicators found that lasts. */
  state(): WatchState;
  /** What the ML models learnt; some kilobytes a metric, so it is kept less often. */
  models(): Uint8Array;
}

/** Plain data, to be saved as JSON. */
export interface WatchState {
  /** The detector's, in base64. */
  detect: string;
  contacts: readonly ActiveIndicator[];
  flows: readonly ActiveFlow[];
}

export interface WatchOptions {
  thing: string;
  profiles: readonly SecurityProfile[];
  indicators: readonly Indicator[];
  savedState: WatchState | null;
  savedModels: Uint8Array | null;
}

/** A profile says what is normal, not how bad the rest is. */
const SEVERITY: Severity = "medium";

export function createWatch(options: WatchOptions): Watch {
  const { thing, profiles, savedState, savedModels } = options;
  const ml = createMlJudge(mlSettings, savedModels);
  const saved = savedState && { savedState: Buffer.from(savedState.detect, "base64") };
  const detector = createDetector({ profiles, ml, ...saved });
  const indicators = createIndicatorSet(options.indicators);
  const bases = new Map(profiles.map((profile) => [profile.securityProfileName, basisOf(profile)]));
  const behaviors = behaviorsOf(profiles);
  let contacts = readActiveIndicators(savedState?.contacts ?? []);
  const flows = createFlowWatch(thing, indicators, readActiveFlows(savedState?.flows));
  let seen: Finding[] = [];

  const findingsOf = (events: readonly ViolationEvent[]): Finding[] =>
    events
      .filter((event) => !isSuppressed(event, behaviors))
      .map((event) => findingOf(event, behaviors, bases));

  return {
    judge(window, report, connection) {
      const parsed = datapointsOf(report);
      // Reports are our own and were checked: one that cannot be read is a bug.
      if ("problem" in parsed) throw new Error(`own report: ${parsed.problem}`);
      const datapoints = [...parsed.datapoints, ...connection];
      const violations = detector.observe(thing, datapoints, window.endWallMs);
      const { findings, active } = indicatorFindingsOf(window, thing, indicators, contacts);
      contacts = active;
      return [...findingsOf(violations), ...findings];
    },
    advance: (wallMs) => findingsOf(detector.advance(wallMs)),
    see(observation) {
      if (indicators.count > 0) seen.push(...flows.observe(observation));
    },
    contacts() {
      const findings = seen;
      seen = [];
      return findings;
    },
    state: () => ({
      detect: Buffer.from(detector.state()).toString("base64"),
      contacts,
      flows: flows.active(),
    }),
    models: () => ml.state(),
  };
}

/** As AWS has it: evaluated like any other, and nobody is told. */
function isSuppressed(event: ViolationEvent, behaviors: ReadonlyMap<string, Behavior>): boolean {
  return behaviors.get(keyOf(event.profile, event.behavior))?.suppressAlerts === true;
}

function behaviorsOf(profiles: readonly SecurityProfile[]): Map<string, Behavior> {
  const behaviors = new Map<string, Behavior>();
  for (const { securityProfileName, behaviors: own } of profiles) {
    for (const behavior of own) behaviors.set(keyOf(securityProfileName, behavior.name), behavior);
  }
  return behaviors;
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
    techniques: behavior ? techniquesOf(behavior.metric) : [],
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
