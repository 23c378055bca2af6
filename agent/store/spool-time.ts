/**
 * The time by which records age. A wall clock alone must not decide it: one that starts in 1970, or
 * that a spoofed time server sets to 2060, would throw the whole spool away. So spool time is the
 * time that agents saw pass: the monotonic clock's while one runs, and from one agent to the next
 * the wall clock's difference where it is plausible, that is not negative and at most a quarter of
 * the age bound. A device that was off for longer keeps its records for that much longer.
 */
import type { Clock } from "../core/clock.ts";

/** The newest stamp in the log, from which a start goes on. */
export interface SpoolStamp {
  wallMs: number;
  spoolMs: number;
}

/** The spool time now, in milliseconds; it never goes back. */
export function createSpoolTime(clock: Clock, ageMsMax: number, newest: SpoolStamp | null) {
  const startedMs = clock.monotonicMs();
  const offMs = newest === null ? 0 : clock.wallMs() - newest.wallMs;
  const plausibleMs = Math.min(Math.max(offMs, 0), Math.floor(ageMsMax / 4)) || 0;
  const baseMs = (newest?.spoolMs ?? 0) + plausibleMs;
  return (): number => baseMs + clock.monotonicMs() - startedMs;
}
