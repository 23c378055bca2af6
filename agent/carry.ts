import type { CounterBases } from "./core/counters.ts";
import type { Finding } from "./core/finding.ts";

/**
 * What a report's record carries for the next start, all of that very moment: the counters' bases, so
 * that no growth is counted twice or lost whenever the power goes; the state of Detect, and what it
 * found in this report, so that no alarm is lost or raised anew; and when the report was made.
 */
export interface Carry {
  wallMs: number;
  bases: CounterBases;
  detect: Uint8Array | null;
  findings: readonly Finding[];
}

/** Bytes whose layout changes get another number; an unknown one is as good as none. */
const CARRY_VERSION = 2;

export function encodeCarry({ wallMs, bases, detect, findings }: Carry): Uint8Array {
  const state = detect === null ? null : Buffer.from(detect).toString("base64");
  const text = { version: CARRY_VERSION, wallMs, bases, detect: state, findings };
  return new TextEncoder().encode(JSON.stringify(text));
}

/** The carry of an earlier run, or null where there is none that can be used. */
export function decodeCarry(bytes: Uint8Array | null): Carry | null {
  if (bytes === null) return null;
  try {
    const text = JSON.parse(new TextDecoder().decode(bytes));
    const { version, wallMs, bases, detect, findings } = text;
    const usable =
      version === CARRY_VERSION &&
      typeof wallMs === "number" &&
      typeof bases?.bootId === "string" &&
      isNumbers(bases.totals) &&
      isNumbers(bases.identities) &&
      Array.isArray(findings);
    const state = typeof detect === "string" ? Buffer.from(detect, "base64") : null;
    return usable ? { wallMs, bases, detect: state, findings } : null;
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
