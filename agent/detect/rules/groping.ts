/** What the rules on scans and sweeps share: a walk over first contacts per subject. */
import type { Attempt } from "../plant/attempts.ts";
import { createBounded } from "../plant/bounded.ts";
import { createFirstContacts, type FirstContacts } from "../plant/first-contacts.ts";
import type { Judge, Sighting, Step } from "./rule.ts";

export interface GropingOptions {
  /** Subjects that are remembered. */
  subjectsMax: number;
  /** Whether the rule is about such tries at all. */
  concerns(attempt: Attempt): boolean;
  subjectOf(attempt: Attempt): string;
  /** What is tried of the subject, once each. */
  targetOf(attempt: Attempt): string;
  /** Whether it is normal, and so no sign of anything. */
  isNormal(attempt: Attempt, step: Step): boolean;
  /** The sentence, of the newest try and the figures so far. */
  whyOf(attempt: Attempt, tally: Tally): string;
}

export interface Tally {
  contacts: FirstContacts;
  sinceMs: number;
}

export function createGropingJudge(options: GropingOptions): Judge {
  const tallies = createBounded<Tally>(options.subjectsMax);
  return (step) => {
    const sightings = new Map<string, Sighting>();
    for (const attempt of step.attempts) {
      // Who only succeeds needs no memory.
      const isFailed = attempt.outcome !== "answered";
      if (!isFailed && tallies.size === 0) continue;
      if (!options.concerns(attempt) || options.isNormal(attempt, step)) continue;
      const subject = options.subjectOf(attempt);
      if (!isFailed && tallies.get(subject) === undefined) continue;
      const tally = tallies.use(subject, () => ({
        contacts: createFirstContacts(),
        sinceMs: attempt.atMs,
      }));
      const { contacts } = tally;
      const isFirst = contacts.add(options.targetOf(attempt), isFailed);
      if (!isFirst || !isFailed || !contacts.isGroping) continue;
      sightings.set(subject, {
        subject,
        groups: [attempt.client],
        why: options.whyOf(attempt, tally),
        numbers: { tried: contacts.tried, failed: contacts.failed },
        sinceMs: tally.sinceMs,
      });
    }
    return [...sightings.values()];
  };
}
