import { type ActiveFinding, type Finding, severities } from "../core/finding.ts";
import type { Notice, NoticeDraft } from "./notice.ts";

/** Matters that last, and ids of ended ones, that are remembered; the oldest of more are forgotten. */
export const MATTERS_MAX = 1024;

/** The longest wait between two reminders; the first wait is configured, each later one doubles. */
export const REMINDER_MS_MAX = 86_400_000;

export interface MattersOptions {
  /** From the first notice of a matter to its first reminder. */
  renotifyMs: number;
}

/**
 * What lasts: all findings of one source about one subject are one matter. It is told when it begins,
 * when it gets worse, now and then while it lasts, and when it ends; what only repeats it counts.
 */
export interface Matters {
  /** Takes up what an earlier run recorded, `agoMs` before now. In the order of recording. */
  replay(notice: Notice, agoMs: number, nowMs: number): void;
  /** What is to be told of this finding; null when it is known. `nowMs` is monotonic. */
  take(finding: Finding, nowMs: number): NoticeDraft | null;
  /** Reminders that are due. */
  due(nowMs: number): NoticeDraft[];
  /** What lasts, worst first, then oldest first. */
  active(): ActiveFinding[];
}

interface Matter {
  finding: Finding;
  count: number;
  reminder: number;
  /** On the monotonic clock. */
  dueMs: number;
}

export function createMatters({ renotifyMs }: MattersOptions): Matters {
  const matters = new Map<string, Matter>();
  /** Of ended matters: when they ended, by id. */
  const ended = new Map<string, number>();
  const waitMs = (reminder: number) =>
    Math.min(renotifyMs * 2 ** reminder, Math.max(renotifyMs, REMINDER_MS_MAX));

  function begin(finding: Finding, nowMs: number): NoticeDraft | null {
    if (finding.wallMs <= (ended.get(finding.id) ?? Number.NEGATIVE_INFINITY)) return null;
    put(matters, keyOf(finding), { finding, count: 1, reminder: 0, dueMs: nowMs + waitMs(0) });
    return { kind: "raised", finding, count: 1, reminder: 0 };
  }

  function goOn(matter: Matter, finding: Finding, nowMs: number): NoticeDraft | null {
    const before = matter.finding;
    // The engine came back from a power cut and says again what it had said before.
    if (finding.id === before.id && finding.wallMs <= before.wallMs) return null;
    matter.count++;
    const { id, sinceWallMs } = before;
    const isWorse = rankOf(finding) > rankOf(before);
    // The worst it was: a severity that goes up and down is told once.
    const severity = isWorse ? finding.severity : before.severity;
    matter.finding = { ...finding, id, sinceWallMs, severity };
    if (!isWorse) return null;
    matter.dueMs = nowMs + waitMs(matter.reminder);
    return draftOf("escalated", matter);
  }

  function end(matter: Matter | undefined, finding: Finding): NoticeDraft | null {
    if (matter === undefined && ended.has(finding.id)) return null;
    matters.delete(keyOf(finding));
    const { id, sinceWallMs } = matter?.finding ?? finding;
    for (const known of [id, finding.id]) put(ended, known, finding.wallMs);
    const { count, reminder } = matter ?? { count: 1, reminder: 0 };
    return { kind: "ended", finding: { ...finding, id, sinceWallMs }, count, reminder };
  }

  return {
    replay({ kind, finding, count, reminder }, agoMs, nowMs) {
      if (kind === "ended") {
        matters.delete(keyOf(finding));
        put(ended, finding.id, finding.wallMs);
        return;
      }
      // A clock that was set back must not postpone a reminder beyond its wait, nor bring all at once.
      const passedMs = Math.min(Math.max(agoMs, 0), waitMs(reminder));
      const dueMs = nowMs + waitMs(reminder) - passedMs;
      put(matters, keyOf(finding), { finding, count, reminder, dueMs });
    },
    take(finding, nowMs) {
      const matter = matters.get(keyOf(finding));
      if (finding.event !== "in-alarm") return end(matter, finding);
      return matter === undefined ? begin(finding, nowMs) : goOn(matter, finding, nowMs);
    },
    due(nowMs) {
      const drafts: NoticeDraft[] = [];
      for (const matter of matters.values()) {
        if (nowMs < matter.dueMs) continue;
        matter.reminder++;
        matter.dueMs = nowMs + waitMs(matter.reminder);
        drafts.push(draftOf("reminder", matter));
      }
      return drafts;
    },
    active: () =>
      [...matters.values()]
        .map(({ finding, count }) => ({ finding, count }))
        .sort(
          ({ finding: one }, { finding: other }) =>
            rankOf(other) - rankOf(one) || one.sinceWallMs - other.sinceWallMs,
        ),
  };
}

function draftOf(kind: NoticeDraft["kind"], { finding, count, reminder }: Matter): NoticeDraft {
  return { kind, finding, count, reminder };
}

/** One matter: the same source about the same subject of the same thing. */
function keyOf({ thing, source, subject }: Finding): string {
  const name =
    source.kind === "rule" ? [source.rule] : [source.securityProfileName, source.behaviorName];
  return JSON.stringify([thing, source.kind, ...name, subject]);
}

const rankOf = ({ severity }: Finding): number => severities.indexOf(severity);

/** Adds as the newest; the oldest goes where there are too many. */
function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MATTERS_MAX) map.delete(map.keys().next().value!);
}
