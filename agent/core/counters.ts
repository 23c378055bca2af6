import type { Reading } from "./model.ts";

/**
 * The last totals of every counter, and the boot they belong to. `identities` tell a counter's
 * instance (an interface's index) so that one deleted and made again is not taken for the same.
 */
export interface CounterBases {
  bootId: string;
  totals: Record<string, number>;
  identities: Record<string, number>;
}

/**
 * Turns totals into growth: the one place where that happens. Without a base of the same boot and the
 * same instance there is no delta: not zero, and not the total.
 */
export interface Counters {
  /** Growth since the previous call, of those counters that have a base; keeps the totals as new base. */
  deltasOf(totals: readonly Reading[], identities: ReadonlyMap<string, number>): Reading[];
  bases(): CounterBases;
}

/** Counters of 32-bit drivers wrap here. */
const WRAP = 2 ** 32;

/** A drop is a wrap only from the upper half of 32 bits: from below it, it is a reset. */
const WRAP_FROM = 2 ** 31;

export function createCounters(bootId: string, saved: CounterBases | null): Counters {
  let bases: CounterBases =
    saved !== null && saved.bootId === bootId ? saved : { bootId, totals: {}, identities: {} };

  return {
    deltasOf(totals, identities) {
      const reset = labelsReset(totals, identities, bases);
      const deltas: Reading[] = [];
      const next: Record<string, number> = {};
      for (const { name, label, value } of totals) {
        const key = keyOf(name, label);
        next[key] = value;
        const base = bases.totals[key];
        if (base === undefined || (label !== null && reset.has(label))) continue;
        const delta = deltaOf(base, value);
        if (delta !== null) deltas.push({ name, label, value: delta });
      }
      bases = { bootId, totals: next, identities: Object.fromEntries(identities) };
      return deltas;
    },
    bases: () => bases,
  };
}

/**
 * Labels whose counters started anew: another instance, or two of its counters went down at once. A
 * wrap moves one counter; a reset moves them all.
 */
function labelsReset(
  totals: readonly Reading[],
  identities: ReadonlyMap<string, number>,
  bases: CounterBases,
): Set<string> {
  const reset = new Set<string>();
  for (const [label, identity] of identities) {
    const before = bases.identities[label];
    if (before !== undefined && before !== identity) reset.add(label);
  }
  const fallen = new Set<string>();
  for (const { name, label, value } of totals) {
    if (label === null || value >= (bases.totals[keyOf(name, label)] ?? 0)) continue;
    if (fallen.has(label)) reset.add(label);
    fallen.add(label);
  }
  return reset;
}

function deltaOf(base: number, value: number): number | null {
  if (value >= base) return value - base;
  return base >= WRAP_FROM && base < WRAP ? value + WRAP - base : null;
}

function keyOf(name: string, label: string | null): string {
  return label === null ? name : `${name}{${label}}`;
}
