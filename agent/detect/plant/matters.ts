/** What lasts: each rule's sightings of one subject are one matter, from in-alarm to its end. */
import { createHash } from "node:crypto";
import { type ActiveFinding, type Finding, severities } from "../../core/finding.ts";
import type { Rule, Sighting } from "../rules/rule.ts";

/** Matters that last at once. More find no room; how many is counted. */
export const MATTERS_MAX = 1024;

/** Matters of one rule and one doer, or one victim, that are told apart; all further ones are one more. */
export const MATTERS_PER_GROUP_MAX = 8;

/** Of one matter: who does it, and to whom. */
const GROUPS_MAX = 2;

/** As long without a sighting, and it is over; scans and members of the baseline take longer. */
export const QUIET_MS_DEFAULT = 600_000;

/** A matter as it is saved: plain JSON. */
export interface Matter {
  groups: readonly string[];
  count: number;
  seenMs: number;
  finding: Finding;
}

export interface Matters {
  /** @returns the finding that is to be told: a new matter, or one that got worse */
  take(rule: Rule, sighting: Sighting, nowMs: number, basis: string): Finding | null;
  /** Those that are over. */
  expire(nowMs: number): Finding[];
  active(): ActiveFinding[];
  state(): Matter[];
  /** Sightings that found no room. */
  readonly droppedCount: number;
}

export function createMatters(
  thing: string,
  rules: readonly Rule[],
  saved: readonly Matter[],
): Matters {
  const quietMs = new Map(rules.map((rule) => [rule.name, rule.quietMs ?? QUIET_MS_DEFAULT]));
  const matters = new Map<string, Matter>();
  const groups = new Map<string, number>();
  let droppedCount = 0;

  function add(key: string, rule: string, matter: Matter): void {
    matters.set(key, matter);
    for (const group of matter.groups) {
      const name = keyOf(rule, group);
      groups.set(name, (groups.get(name) ?? 0) + 1);
    }
  }

  function remove(key: string, rule: string, matter: Matter): void {
    matters.delete(key);
    for (const group of matter.groups) {
      const name = keyOf(rule, group);
      const left = (groups.get(name) ?? 1) - 1;
      if (left > 0) groups.set(name, left);
      else groups.delete(name);
    }
  }

  for (const matter of saved.filter(isMatter).slice(0, MATTERS_MAX)) {
    const rule = ruleOf(matter.finding);
    if (quietMs.has(rule)) add(keyOf(rule, matter.finding.subject), rule, matter);
  }

  return {
    get droppedCount() {
      return droppedCount;
    },
    take(rule, sighting, nowMs, basis) {
      const isFull = (group: string) =>
        (groups.get(keyOf(rule.name, group)) ?? 0) >= MATTERS_PER_GROUP_MAX;
      const isKnown = matters.has(keyOf(rule.name, sighting.subject));
      const full = isKnown ? undefined : sighting.groups.find(isFull);
      const subject = full === undefined ? sighting.subject : `${full} and others`;
      const key = keyOf(rule.name, subject);
      const matter = matters.get(key);
      if (matter === undefined) {
        if (matters.size >= MATTERS_MAX) {
          droppedCount++;
          return null;
        }
        const finding = findingOf({ thing, rule, sighting, subject, nowMs, basis });
        const own = full === undefined ? sighting.groups : [];
        add(key, rule.name, { groups: own, count: 1, seenMs: nowMs, finding });
        return finding;
      }
      matter.count++;
      matter.seenMs = nowMs;
      const { finding } = matter;
      const found = sighting.severity ?? rule.severity;
      const isWorse = severities.indexOf(found) > severities.indexOf(finding.severity);
      const { why, numbers } = sighting;
      const severity = isWorse ? found : finding.severity;
      matter.finding = { ...finding, why, numbers, severity, wallMs: Math.round(nowMs), basis };
      return isWorse ? matter.finding : null;
    },
    expire(nowMs) {
      const over: Finding[] = [];
      for (const [key, matter] of matters) {
        const rule = ruleOf(matter.finding);
        const quiet = quietMs.get(rule) ?? QUIET_MS_DEFAULT;
        if (nowMs - matter.seenMs <= quiet) continue;
        remove(key, rule, matter);
        over.push({
          ...matter.finding,
          event: "alarm-cleared",
          numbers: { ...matter.finding.numbers, stretches: matter.count },
          why: `not seen any more for ${Math.round(quiet / 1000)} s (seen in ${matter.count} stretches): ${matter.finding.why}`,
          wallMs: nowMs,
        });
      }
      return over;
    },
    active: () =>
      [...matters.values()]
        .map(({ finding, count }) => ({ finding, count }))
        .sort(({ finding: one }, { finding: other }) => one.sinceWallMs - other.sinceWallMs),
    state: () => [...matters.values()],
  };
}

/** As it was saved; what is not of that form, or of a finding's, is dropped. */
function isMatter(value: unknown): value is Matter {
  const matter = (value ?? {}) as Partial<Record<keyof Matter, unknown>>;
  const { groups, count, seenMs, finding } = matter;
  if (typeof count !== "number" || typeof seenMs !== "number" || !Array.isArray(groups)) {
    return false;
  }
  if (groups.length > GROUPS_MAX || groups.some((group) => typeof group !== "string")) return false;
  const { id, subject, source, severity, sinceWallMs } = (finding ?? {}) as Partial<Finding>;
  return (
    typeof id === "string" &&
    typeof subject === "string" &&
    source?.kind === "rule" &&
    severities.includes(severity as Finding["severity"]) &&
    typeof sinceWallMs === "number"
  );
}

interface Found {
  thing: string;
  rule: Rule;
  sighting: Sighting;
  subject: string;
  nowMs: number;
  basis: string;
}

function findingOf({ thing, rule, sighting, subject, nowMs, basis }: Found): Finding {
  const sinceWallMs = Math.round(Math.min(sighting.sinceMs ?? nowMs, nowMs));
  return {
    id: idOf(rule.name, thing, subject, sinceWallMs),
    event: "in-alarm",
    thing,
    source: { kind: "rule", rule: rule.name },
    subject,
    why: sighting.why,
    numbers: sighting.numbers,
    severity: sighting.severity ?? rule.severity,
    techniques: sighting.techniques ?? rule.techniques,
    sinceWallMs,
    wallMs: Math.round(nowMs),
    basis,
  };
}

/** Follows from the matter, so that the same capture gives the same ids. */
function idOf(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** Names of rules have no line ends. */
const keyOf = (rule: string, subject: string) => `${rule}\n${subject}`;
const ruleOf = ({ source }: Finding): string => (source.kind === "rule" ? source.rule : "");
