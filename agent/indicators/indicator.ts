import type { Network } from "../core/address.ts";

/** Indicators in one set, so that its memory has a bound: about 5 MB from STIX. */
export const INDICATORS_MAX = 100_000;
/** Characters of one source. A list of so many indicators, or a bundle of 50,000, fits. */
export const SOURCE_CHARACTERS_MAX = 64 * 1024 * 1024;
/** Problems of one source that are told; of the others only the number. */
export const PROBLEMS_MAX = 20;

/** Which names a domain stands for: the name, all names below it, or both. */
export const domainScopes = ["self", "below", "both"] as const;
export type DomainScope = (typeof domainScopes)[number];

/** What an indicator names. A network's port, when it has one, must be met as well. */
export type Target =
  | ({ kind: "network"; port: number | null } & Network)
  | { kind: "domain"; name: string; scope: DomainScope }
  | { kind: "port"; port: number };

export interface Indicator {
  target: Target;
  /** Where it comes from: the name of the file. */
  source: string;
  /** Which one of it: "line 12", or a STIX id. */
  id: string;
  /** Epoch milliseconds from which on, and before which, it holds; null for always. */
  validFromMs: number | null;
  validUntilMs: number | null;
}

export interface IndicatorProblem {
  /** "line 12", or the STIX id or place of the object. */
  where: string;
  reason: string;
}

/** What a source had: all that could be read, and what could not. */
export interface ParsedIndicators {
  indicators: Indicator[];
  problems: IndicatorProblem[];
  /** Problems beyond the first `PROBLEMS_MAX`. */
  moreProblems: number;
}

/** Collects what a parser finds, within the bounds. */
export interface Gathering {
  /** False when no more is taken. */
  add(id: string, target: Target, validity?: Validity): boolean;
  problem(where: string, reason: string): void;
  result(): ParsedIndicators;
}

export type Validity = Pick<Indicator, "validFromMs" | "validUntilMs">;

const always: Validity = { validFromMs: null, validUntilMs: null };

export function createGathering(source: string): Gathering {
  const indicators: Indicator[] = [];
  const problems: IndicatorProblem[] = [];
  let moreProblems = 0;
  let isFull = false;
  const problem = (where: string, reason: string) => {
    if (problems.length < PROBLEMS_MAX) problems.push({ where, reason });
    else moreProblems++;
  };
  return {
    add(id, target, validity = always) {
      if (indicators.length < INDICATORS_MAX) {
        indicators.push({ target, source, id, ...validity });
        return true;
      }
      if (!isFull) problem(id, `more than ${INDICATORS_MAX} indicators: the rest is not read`);
      isFull = true;
      return false;
    },
    problem,
    result: () => ({ indicators, problems, moreProblems }),
  };
}
