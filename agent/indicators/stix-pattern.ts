import type { Target } from "./indicator.ts";
import { type Alternative, alternativeOf, joined, type Operator } from "./stix-terms.ts";
import { PATTERN_CHARACTERS_MAX, type Token, tokensOf } from "./stix-tokens.ts";
import { quoted } from "./value.ts";

/** Alternatives that one pattern may unfold to. */
const ALTERNATIVES_MAX = 10_000;
/** Parentheses inside each other. */
const DEPTH_MAX = 32;

/** What can be matched of a pattern, and why the rest cannot. A bad pattern has no targets. */
export interface PatternRead {
  targets: Target[];
  problems: string[];
}

/**
 * The subset of STIX 2.1 patterns (section 9) that names addresses, networks, domains and ports:
 * comparisons of ipv4-addr:value, ipv6-addr:value, domain-name:value, network-traffic:dst_ref.value
 * and :dst_port by =, IN and (addresses) ISSUBSET, with AND and OR, and OR between observations.
 * Of an OR the alternatives that it can match are kept and the others told.
 */
export function readPattern(pattern: string): PatternRead {
  if (pattern.length > PATTERN_CHARACTERS_MAX) {
    return bad(`the pattern is longer than ${PATTERN_CHARACTERS_MAX} characters`);
  }
  const tokens = tokensOf(pattern);
  if ("badAt" in tokens) return bad(`no pattern at character ${tokens.badAt + 1}`);
  const parser = createParser(tokens);
  try {
    return resultOf(parser.pattern());
  } catch (error) {
    if (error instanceof PatternError) return bad(error.message);
    throw error;
  }
}

/** Ends the reading of one pattern; never leaves `readPattern`. */
class PatternError extends Error {}

function bad(problem: string): PatternRead {
  return { targets: [], problems: [problem] };
}

function resultOf(alternatives: readonly Alternative[]): PatternRead {
  const targets: Target[] = [];
  const problems = new Set<string>();
  for (const { target, problem } of alternatives.map(alternativeOf)) {
    if (target !== null) targets.push(target);
    else problems.add(problem);
  }
  return { targets, problems: [...problems] };
}

function createParser(tokens: readonly Token[]) {
  let at = 0;
  const isMark = (text: string) => tokens[at]?.kind === "mark" && textOf(tokens[at]!) === text;
  const isWord = (text: string) => tokens[at]?.kind === "word" && textOf(tokens[at]!) === text;

  function fail(wanted: string): never {
    const found = tokens[at];
    const text = found === undefined ? "its end" : quoted(textOf(found));
    throw new PatternError(`the pattern has ${text} where ${wanted} should be`);
  }

  function expectMark(text: string): void {
    if (!isMark(text)) fail(`"${text}"`);
    at++;
  }

  function bounded(alternatives: Alternative[]): Alternative[] {
    if (alternatives.length <= ALTERNATIVES_MAX) return alternatives;
    throw new PatternError(`the pattern has more than ${ALTERNATIVES_MAX} alternatives`);
  }

  function disjunction(depth: number): Alternative[] {
    let found = conjunction(depth);
    while (isWord("OR")) {
      at++;
      found = bounded([...found, ...conjunction(depth)]);
    }
    return found;
  }

  function conjunction(depth: number): Alternative[] {
    let found = term(depth);
    while (isWord("AND")) {
      at++;
      const others = term(depth);
      if (found.length * others.length > ALTERNATIVES_MAX) {
        throw new PatternError(`the pattern has more than ${ALTERNATIVES_MAX} alternatives`);
      }
      found = found.flatMap((one) => others.map((other) => joined(one, other)));
    }
    return found;
  }

  function term(depth: number): Alternative[] {
    if (!isMark("(")) return comparison();
    if (depth === DEPTH_MAX) throw new PatternError("the pattern has too many parentheses");
    at++;
    const found = disjunction(depth + 1);
    expectMark(")");
    return found;
  }

  function comparison(): Alternative[] {
    const path = tokens[at];
    if (path?.kind !== "path") fail("an object path");
    at++;
    const isNegated = isWord("NOT");
    if (isNegated) at++;
    const operator = tokens[at];
    if (operator?.kind !== "mark" && operator?.kind !== "word") fail("an operator");
    at++;
    const name = textOf(operator);
    const values = name === "IN" ? set() : [literal()];
    const compared = (isNegated ? `NOT ${name}` : name) as Operator;
    return bounded(values.map((value) => [{ path: path.text, operator: compared, value }]));
  }

  function set(): (string | number)[] {
    expectMark("(");
    const values = [literal()];
    while (isMark(",")) {
      at++;
      values.push(literal());
    }
    expectMark(")");
    return values;
  }

  function literal(): string | number {
    const token = tokens[at];
    if (token?.kind !== "string" && token?.kind !== "integer") fail("a string or a whole number");
    at++;
    return token.value;
  }

  function observation(): Alternative[] {
    expectMark("[");
    const found = disjunction(0);
    expectMark("]");
    return found;
  }

  return {
    pattern(): Alternative[] {
      let found = observation();
      while (isWord("OR")) {
        at++;
        found = bounded([...found, ...observation()]);
      }
      if (at < tokens.length) fail('its end or "OR"');
      return found;
    },
  };
}

function textOf(token: Token): string {
  return "text" in token ? token.text : String(token.value);
}
