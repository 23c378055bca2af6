/** `watch --baseline FILE [--learn]`: what the rules find, and what is learnt. */
import { type ActiveFinding, type Finding, severities } from "../../core/finding.ts";
import type { PlantObservation } from "../../core/plant.ts";
import { createBaseline, newBaselineFile } from "../../detect/baseline/baseline.ts";
import { createPlantDetector } from "../../detect/plant/detector.ts";
import { loadBaseline, needBaseline, saveBaseline } from "../baseline-file.ts";
import type { PlantObserver } from "./observer.ts";

export interface FindingsOptions {
  /** Null: no baseline; the rules that need none judge. */
  path: string | null;
  /** Makes or extends the baseline, and freezes it at the end. */
  isLearning: boolean;
}

/** Findings that are kept to be shown; more are counted. */
const FINDINGS_MAX = 10_000;

/** Who judges: a capture has no device of ours. */
const THING = "watch";

/** Throws FieldwardenError for a baseline that is missing, though not when learning, or none. */
export async function createFindingsObserver(options: FindingsOptions): Promise<PlantObserver> {
  const { path, isLearning } = options;
  const baseline = path === null ? null : await openBaseline(path, isLearning);
  const detector = createPlantDetector({ thing: THING, baseline, saved: null });
  const kept = new Map<string, ActiveFinding & { isOver: boolean }>();
  let leftOut = 0;

  function keep(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const known = kept.get(finding.id);
      if (known !== undefined) {
        known.isOver = finding.event !== "in-alarm";
        known.count = finding.numbers.stretches ?? known.count;
      } else if (kept.size < FINDINGS_MAX)
        kept.set(finding.id, { finding, count: 1, isOver: false });
      else leftOut++;
    }
  }

  /** As they are now: seen last, how often, and in the worst state. */
  function refresh(): void {
    for (const active of detector.active()) {
      const known = kept.get(active.finding.id);
      if (known !== undefined) Object.assign(known, active);
    }
  }

  return {
    observe(observation: PlantObservation) {
      const findings = detector.observe(observation);
      if (findings.length > 0) refresh();
      keep(findings);
    },
    async close() {
      keep(detector.close());
      refresh();
      if (path === null || baseline === null) return;
      if (isLearning) baseline.freeze();
      await saveBaseline(path, baseline.file());
    },
    members: () => ({
      findings: [...kept.values()].map(({ finding, count, isOver }) => ({
        ...finding,
        count,
        is_over: isOver,
      })),
      findings_left_out: leftOut + detector.droppedCount,
    }),
    lines: () => linesOf([...kept.values()]),
    hasFindings: () => kept.size > 0,
  };
}

async function openBaseline(path: string, isLearning: boolean) {
  if (isLearning) {
    const file = await loadBaseline(path);
    const baseline = createBaseline(file ?? newBaselineFile());
    baseline.resume();
    return baseline;
  }
  const baseline = createBaseline(await needBaseline(path));
  // An agent's that still learns: what it learnt so far is normal for this judgement.
  baseline.freeze();
  return baseline;
}

function linesOf(findings: readonly ActiveFinding[]): string[] {
  if (findings.length === 0) return [];
  const rank = ({ finding }: ActiveFinding) => severities.indexOf(finding.severity);
  const sorted = findings.toSorted(
    (one, other) => rank(other) - rank(one) || one.finding.sinceWallMs - other.finding.sinceWallMs,
  );
  return ["", `${findings.length} findings`, ...sorted.map(lineOf)];
}

function lineOf({ finding }: ActiveFinding): string {
  const { severity, source, why, techniques, sinceWallMs } = finding;
  const rule = source.kind === "rule" ? source.rule : source.behaviorName;
  const time = new Date(sinceWallMs).toISOString();
  return `  ${time}  ${severity}  ${rule}: ${why}  [${techniques.join(", ")}]`;
}
