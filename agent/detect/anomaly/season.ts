/**
 * What is usual at this hour: a level and a spread for every hour of working days and of weekends, with
 * straight lines between the hours' middles.
 *
 * Levels follow by normalised least mean squares on those lines (Widrow and Hoff 1960), with residuals
 * clipped as Huber (1964) does, so that a burst moves them little. After warming up a level remembers
 * some 60 visits. State: 48 hours of three floats, 576 bytes.
 */
const HOURS = 24;
const BUCKETS = 2 * HOURS;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** Visits that a level remembers; fewer follow faster and are noisier. */
const MEMORY = 60;

/** Residuals beyond this many spreads count as this many. */
const CLIP = 3;

/** Visits after which an hour's level and spread are worth judging by. */
const VISITS_MIN = 6;

/** Visits after which they have settled: two days of reports every five minutes. */
const VISITS_SETTLED = 24;

export const SEASON_FLOATS = 3 * BUCKETS;

export interface Usual {
  level: number;
  spread: number;
  /** Whether the hour is well known: what is scored before must not shape the tail. */
  isSettled: boolean;
}

export interface Season {
  /** Null while the hour is hardly known. */
  usualAt(timeMs: number): Usual | null;
  /** Learns from a value; `weight` below 1 for values that were judged unusual. */
  learn(timeMs: number, value: number, weight: number): void;
}

/** Over the given floats, which are all of its state. Zeros are the empty state. */
export function createSeason(floats: Float32Array): Season {
  const levels = floats.subarray(0, BUCKETS);
  const spreads = floats.subarray(BUCKETS, 2 * BUCKETS);
  const visits = floats.subarray(2 * BUCKETS, SEASON_FLOATS);

  const mixed = (of: Float32Array, { near, far, share }: Place) =>
    of[near]! * (1 - share) + of[far]! * share;

  /** An hour that was never visited starts at its neighbour's, or at the value itself. */
  function open(bucket: number, neighbour: number, value: number): void {
    if (visits[bucket]! > 0) return;
    levels[bucket] = visits[neighbour]! > 0 ? levels[neighbour]! : value;
    spreads[bucket] = spreads[neighbour]!;
  }

  return {
    usualAt(timeMs) {
      const place = placeOf(timeMs);
      if (visits[place.near]! < VISITS_MIN) return null;
      // The far hour may not have been visited yet: then the near one speaks for both.
      const known = visits[place.far]! < VISITS_MIN ? { ...place, share: 0 } : place;
      const isSettled = visits[place.near]! >= VISITS_SETTLED;
      return { level: mixed(levels, known), spread: mixed(spreads, known), isSettled };
    },
    learn(timeMs, value, weight) {
      const place = placeOf(timeMs);
      const { near, far, share } = place;
      open(near, far, value);
      open(far, near, value);
      const spread = mixed(spreads, place);
      const residual = value - mixed(levels, place);
      const limit = visits[near]! < VISITS_MIN ? Number.POSITIVE_INFINITY : CLIP * spread;
      const clipped = Math.max(-limit, Math.min(limit, residual));
      const norm = (1 - share) ** 2 + share ** 2;
      for (const [bucket, part] of [
        [near, 1 - share],
        [far, share],
      ] as const) {
        if (part === 0) continue;
        visits[bucket] = Math.min(MEMORY, visits[bucket]! + part);
        const step = (weight * part) / Math.max(1, visits[bucket]!);
        levels[bucket] = levels[bucket]! + (step * clipped) / norm;
        spreads[bucket] = spreads[bucket]! + step * (Math.abs(clipped) - spreads[bucket]!);
      }
    },
  };
}

/** The hour whose middle is nearest, the next nearest, and how far on the way to that: 0 to 0.5. */
interface Place {
  near: number;
  far: number;
  share: number;
}

function placeOf(timeMs: number): Place {
  const intoHour = (((timeMs % HOUR_MS) + HOUR_MS) % HOUR_MS) / HOUR_MS;
  const aside = intoHour - 0.5;
  const near = bucketOf(timeMs);
  const far = bucketOf(timeMs + Math.sign(aside || 1) * HOUR_MS);
  // A weekend begins at midnight, not by degrees.
  const isOneDay = near < HOURS === far < HOURS;
  return { near, far, share: isOneDay ? Math.abs(aside) : 0 };
}

function bucketOf(timeMs: number): number {
  const weekday = (((Math.floor(timeMs / DAY_MS) + FIRST_WEEKDAY) % 7) + 7) % 7;
  const hour = (((Math.floor(timeMs / HOUR_MS) % HOURS) + HOURS) % HOURS) | 0;
  return (weekday === 0 || weekday === 6 ? HOURS : 0) + hour;
}
