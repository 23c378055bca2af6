import { nearest } from "../core/nearest.ts";

/** What is wrong with a security profile, and where. */
export interface ProfileProblem {
  /** The behavior's name, or its place ("[3]") when it has none; null: the profile itself. */
  behavior: string | null;
  /** Dotted: "criteria.durationSeconds". */
  member: string;
  /** As ValidateSecurityProfileBehaviors words it: "Behavior X is malformed. …" */
  message: string;
}

/**
 * Collects the problems of one subject. The checks below give the value back when it is what it should
 * be; otherwise they note the problem and give null. An absent member (undefined) is no problem.
 * Members are named by their dotted path, of which a message shows the end.
 */
export class Checker {
  readonly behavior: string | null;
  readonly problems: ProfileProblem[];
  readonly #title: string;

  constructor(behavior: string | null, problems: ProfileProblem[]) {
    this.behavior = behavior;
    this.problems = problems;
    this.#title = behavior === null ? "Security profile" : `Behavior ${behavior}`;
  }

  problem(member: string, text: string): null {
    const message = `${this.#title} is malformed. ${text}`;
    this.problems.push({ behavior: this.behavior, member, message });
    return null;
  }

  /** Says of a member that should be there that it is not. */
  required(value: unknown, member: string): void {
    if (value === undefined) this.problem(member, `${endOf(member)} is missing`);
  }

  /** An object whose members are all known. */
  object(
    value: unknown,
    member: string,
    known: readonly string[],
    ignored: readonly string[] = [],
  ): Members | null {
    if (value === undefined) return null;
    if (!isObject(value)) return this.problem(member, `${endOf(member)} should be an object`);
    for (const name of Object.keys(value)) {
      if (known.includes(name) || ignored.includes(name)) continue;
      const near = nearest(name, known);
      const hint = near === null ? `it has ${known.join(", ")}` : `did you mean ${near}?`;
      this.problem(member === "" ? name : `${member}.${name}`, `${name} is unknown; ${hint}`);
    }
    return value;
  }

  list(value: unknown, member: string, itemsMax: number): readonly unknown[] | null {
    if (value === undefined) return null;
    if (!Array.isArray(value)) return this.problem(member, `${endOf(member)} should be a list`);
    if (value.length > itemsMax) {
      this.problem(
        member,
        `${endOf(member)} has ${value.length} elements, should be in range[0,${itemsMax}]`,
      );
    }
    return value;
  }

  text(value: unknown, member: string, rule: TextRule): string | null {
    if (value === undefined) return null;
    if (typeof value !== "string")
      return this.problem(member, `${endOf(member)} should be a string`);
    const { min = 0, max, pattern } = rule;
    if (value.length < min || value.length > max) {
      return this.problem(
        member,
        `${endOf(member)} has ${value.length} characters, should be in range[${min},${max}]`,
      );
    }
    if (pattern !== undefined && !pattern.test(value)) {
      return this.problem(
        member,
        `${endOf(member)} ${shown(value)} should match ${pattern.source.slice(1, -1)}`,
      );
    }
    return value;
  }

  oneOf<T extends string>(value: unknown, member: string, words: readonly T[]): T | null {
    if (value === undefined) return null;
    if (words.includes(value as T)) return value as T;
    const near = typeof value === "string" ? nearest(value, words) : null;
    const hint = near === null ? "" : `; did you mean ${near}?`;
    return this.problem(
      member,
      `${endOf(member)} ${shown(value)} should be one of [${words.join(", ")}]${hint}`,
    );
  }

  integer(value: unknown, member: string, min: number, max: number): number | null {
    if (value === undefined) return null;
    if (!Number.isSafeInteger(value)) {
      return this.problem(member, `${endOf(member)} ${shown(value)} should be an integer`);
    }
    if ((value as number) < min || (value as number) > max) {
      return this.problem(member, `${endOf(member)} ${value} should be in range[${min},${max}]`);
    }
    return value as number;
  }

  boolean(value: unknown, member: string): void {
    if (value === undefined || typeof value === "boolean") return;
    this.problem(member, `${endOf(member)} ${shown(value)} should be true or false`);
  }
}

export type Members = Readonly<Record<string, unknown>>;

export interface TextRule {
  min?: number;
  max: number;
  /** Anchored at both ends. */
  pattern?: RegExp;
}

export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function endOf(member: string): string {
  return member.slice(member.lastIndexOf(".") + 1);
}

/** Longest value that a message repeats. */
const SHOWN_CHARACTERS_MAX = 64;

/** A value as JSON, cut: a message is one line whatever was given. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/\p{Cc}/gu, "?");
  return line.length > SHOWN_CHARACTERS_MAX ? `${line.slice(0, SHOWN_CHARACTERS_MAX)}…` : line;
}
