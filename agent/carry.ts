import type { CounterBases } from "./core/counters.ts";
import type { Finding } from "./core/finding.ts";
import type { WatchState } from "./watch.ts";

/**
 * What a report's record carries for the next start, all of that very moment: the counters' bases, so
 * that no growth is counted twice or lost whenever the power goes; what the watch knows, and what it
 * found in this report, so that no alarm is lost or raised anew; and when the report was made.
 */
export interface Carry {
  wallMs: number;
  bases: CounterBases;
  watch: WatchState;
  findings: readonly Finding[];
}

/** Bytes whose layout changes get another number; an unknown one is as good as none. */
const CARRY_VERSION = 1;

export function encodeCarry(carry: Carry): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: CARRY_VERSION, ...carry }));
}

/** The carry of an earlier run, or null where there is none that can be used. */
export function decodeCarry(bytes: Uint8Array | null): Carry | null {
  if (bytes === null) return null;
  try {
    const carry = JSON.parse(new TextDecoder().decode(bytes));
    const usable =
      carry.version === CARRY_VERSION &&
      typeof carry.wallMs === "number" &&
      typeof carry.bases?.bootId === "string" &&
      isNumbers(carry.bases.totals) &&
      isNumbers(carry.bases.identities) &&
      typeof carry.watch?.detect === "string" &&
      Array.isArray(carry.watch.contacts) &&
      Array.isArray(carry.findings);
    return usable ? carry : null;
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
