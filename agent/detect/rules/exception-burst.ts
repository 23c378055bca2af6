/**
 * Responses that are errors, in numbers that no configured poll has: somebody asks for functions and
 * addresses that are not there, to learn which ones are.
 */
import { createBounded } from "../plant/bounded.ts";
import { defineRule, type Judge, type Sighting } from "./rule.ts";
import { listed, percent } from "./words.ts";

/** Errors within one window. A wrong tag in an HMI's screen costs one or two when it is opened. */
const ERRORS_MIN = 8;
const WINDOW_MS = 60_000;

/** Who knows the device gets mostly answers; with a baseline, this much more than its share of errors. */
const RATIO_MIN = 0.5;
const RATIO_ABOVE_LEARNT = 0.25;

const EDGES_MAX = 1024;

interface Count {
  sinceMs: number;
  errors: number;
  responses: number;
  names: Set<string>;
}

/** Names of errors that are kept of one interaction. */
const NAMES_MAX = 8;

export const exceptionBurst = defineRule({
  name: "exception_burst",
  summary: "most answers to a client are errors",
  severity: "medium",
  techniques: ["T0888", "T0861"],
  needsNormal: false,
  begin: createJudge,
});

function createJudge(): Judge {
  const counts = createBounded<Count>(EDGES_MAX);
  return ({ edges, normal, nowMs }) =>
    edges.flatMap(({ key, client, server, protocol, commands, firstMs }): Sighting[] => {
      const hasErrors = commands.some(({ errorCount }) => errorCount > 0);
      if (!hasErrors && (counts.size === 0 || counts.get(key) === undefined)) return [];
      const fresh = () => ({ sinceMs: firstMs, errors: 0, responses: 0, names: new Set<string>() });
      let count = counts.use(key, fresh);
      if (nowMs - count.sinceMs > WINDOW_MS) {
        counts.delete(key);
        count = counts.use(key, fresh);
      }
      for (const { errorCount, responseCount, error } of commands) {
        count.errors += errorCount;
        count.responses += Math.max(responseCount, errorCount);
        if (errorCount > 0 && count.names.size < NAMES_MAX) count.names.add(error);
      }
      const learnt = normal?.edgeAt(key)?.errorRatio;
      const limit = learnt === undefined ? RATIO_MIN : learnt + RATIO_ABOVE_LEARNT;
      const ratio = count.errors / Math.max(1, count.responses);
      if (!hasErrors || count.errors < ERRORS_MIN || ratio < limit) return [];
      const names = listed([...count.names].filter((name) => name !== ""));
      return [
        {
          subject: key,
          groups: [client, server],
          why: `${count.errors} of ${count.responses} answers of ${server} to ${client} within ${Math.ceil((nowMs - count.sinceMs) / 1000)} s were errors (${protocol}${names && `: ${names}`})${learnt === undefined ? "" : `; while learning ${percent(learnt)} %`}`,
          numbers: {
            errors: count.errors,
            responses: count.responses,
            error_percent: percent(ratio),
          },
          sinceMs: count.sinceMs,
        },
      ];
    });
}
