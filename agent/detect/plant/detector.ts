/**
 * Judges what plant traffic brings to light, stretch by stretch, by the rules and against a baseline.
 * The same observations after the same state give the same findings.
 */
import { createHash } from "node:crypto";
import type { ActiveFinding, Finding } from "../../core/finding.ts";
import type { PlantObservation } from "../../core/plant.ts";
import type { Baseline } from "../baseline/baseline.ts";
import type { Normal } from "../baseline/normal.ts";
import { rules as allRules } from "../rules/index.ts";
import type { Rule, Step } from "../rules/rule.ts";
import { createAttempts } from "./attempts.ts";
import { createDevices, isFieldProtocol } from "./devices.ts";
import { edgesOf } from "./edge.ts";
import { createMatters, type Matter } from "./matters.ts";
import { createSenders, type Sender } from "./senders.ts";

export interface PlantDetector {
  /** What this stretch brings to light: begun, worse, and over. */
  observe(observation: PlantObservation): Finding[];
  /** The capture is at its end: what waited for an answer got none. */
  close(): Finding[];
  /** What lasts, the oldest first. */
  active(): ActiveFinding[];
  /** Sightings that found no room among what lasts. */
  readonly droppedCount: number;
  /** What lasts, for the next start: plain JSON. */
  state(): PlantDetectorState;
}

/** What a rule counts within a minute starts anew with the agent; a matter that lasts does not. */
export interface PlantDetectorState {
  matters: Matter[];
}

export interface PlantDetectorOptions {
  thing: string;
  /** Null: without one, and the rules that need one are silent. */
  baseline: Baseline | null;
  saved: PlantDetectorState | null;
  rules?: readonly Rule[];
}

/** Versions what the rules mean, beside the baseline, in a finding's `basis`. */
const RULES_VERSION = 1;

export function createPlantDetector(options: PlantDetectorOptions): PlantDetector {
  const { thing, baseline, saved, rules = allRules } = options;
  const judges = rules.map((rule) => ({ rule, judge: rule.begin() }));
  const matters = createMatters(thing, rules, saved?.matters ?? []);
  const attempts = createAttempts();
  const senders = createSenders();
  const devices = createDevices(fieldServersOf(baseline));
  const basisOf = createBasis();
  let nowMs = 0;

  function judge(step: Step): Finding[] {
    const findings: Finding[] = [];
    for (const { rule, judge } of judges) {
      if (rule.needsNormal && step.normal === null) continue;
      for (const sighting of judge(step)) {
        const basis = basisOf(rule.name, step.normal?.hash ?? "");
        const finding = matters.take(rule, sighting, nowMs, basis);
        if (finding === null) continue;
        findings.push(finding);
        baseline?.noteFinding(rule.name);
      }
    }
    findings.push(...matters.expire(nowMs));
    return findings;
  }

  return {
    observe(observation) {
      nowMs = Math.max(nowMs, observation.untilMs);
      const edges = edgesOf(observation);
      const sent = senders.take(observation);
      const normal = baseline?.normal() ?? null;
      const findings = judge({
        observation,
        nowMs,
        edges,
        attempts: attempts.take(observation, edges, nowMs),
        normal,
        strangers: normal === null ? new Map() : strangersOf(sent, normal),
        devices: devices.take(edges),
      });
      baseline?.observe({ observation, nowMs, edges, senders: sent });
      return findings;
    },
    close() {
      const observation = {
        fromMs: nowMs,
        untilMs: nowMs,
        commands: [],
        conversations: [],
        facts: [],
        lostCount: 0,
      };
      return judge({
        observation,
        nowMs,
        edges: [],
        attempts: attempts.close(),
        normal: baseline?.normal() ?? null,
        strangers: new Map(),
        devices: devices.take([]),
      });
    },
    active: () => matters.active(),
    get droppedCount() {
      return matters.droppedCount;
    },
    state: () => ({ matters: matters.state() }),
  };
}

/** A known device's link-local address (RFC 4291 section 2.5.6) is that device, not another. */
function strangersOf(sent: ReadonlyMap<string, Sender>, normal: Normal): Map<string, Sender> {
  const isKnown = ({ address, mac }: Sender) =>
    normal.isAsset(address) ||
    (mac !== undefined && /^fe[89ab]/.test(address) && normal.hasMac(mac));
  return new Map([...sent].filter(([, sender]) => !isKnown(sender)));
}

function* fieldServersOf(baseline: Baseline | null): Generator<string> {
  for (const { server, protocol } of baseline?.normal()?.edges() ?? []) {
    if (isFieldProtocol(protocol)) yield server;
  }
}

/** SHA-256 of what judged, made once for each rule and baseline. */
function createBasis(): (rule: string, baseline: string) => string {
  const known = new Map<string, string>();
  return (rule, baseline) => {
    const key = `plant ${RULES_VERSION} ${rule} ${baseline}`;
    let hash = known.get(key);
    if (hash === undefined) {
      hash = createHash("sha256").update(key).digest("hex");
      known.set(key, hash);
    }
    return hash;
  };
}
