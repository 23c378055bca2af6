import type { CounterBases } from "./core/counters.ts";

/**
 * What a report's record carries for the next start: the counters' bases of that very moment, so that
 * no growth is counted twice or lost whenever the power goes, and when the report was made.
 */
export interface Carry {
  wallMs: number;
  bases: CounterBases;
}

/** Bytes whose layout changes get another number; an unknown one is as good as none. */
const CARRY_VERSION = 1;

export function encodeCarry({ wallMs, bases }: Carry): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: CARRY_VERSION, wallMs, bases }));
}

/** The carry of an earlier run, or null where there is none that can be used. */
export function decodeCarry(bytes: Uint8Array | null): Carry | null {
  if (bytes === null) return null;
  try {
    const { version, wallMs, bases } = JSON.parse(new TextDecoder().decode(bytes));
    const usable =
      version === CARRY_VERSION &&
      typeof wallMs === "number" &&
      typeof bases?.bootId === "string" &&
      isNumbers(bases.totals) &&
      isNumbers(bases.identities);
    return usable ? { wallMs, bases } : null;
  } catch {
    return null; // Written by another version, or damaged: growth starts anew.
  }
}

function isNumbers(value: unknown): value is Record<string, number> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((item) => typeof item === "number")
  );
}
