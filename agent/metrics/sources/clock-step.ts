/**
 * By how much the wall clock jumped since the last reading: its advance less the monotonic clock's.
 * What NTP slews (at most 0.5 ms a second, adjtimex(8)) is taken off, so that a disciplined clock says 0.
 * A device that slept shows its sleep, since the monotonic clock stands still meanwhile.
 */
import { defineSource } from "../source.ts";

/** Slew of the kernel at its fastest, and as much again for a drifting crystal. */
const SLEW_MAX = 0.001;

export const clockStep = defineSource({
  name: "clock-step",
  help: "Seconds, without sign, by which the wall clock jumped since the last reading.",
  types: ["number"],
  members: {},
  open({ clock }) {
    let base: { wallMs: number; monotonicMs: number } | null = null;
    return async () => {
      const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
      const before = base;
      base = now;
      if (before === null) return null;
      const passedMs = now.monotonicMs - before.monotonicMs;
      const stepMs = Math.abs(now.wallMs - before.wallMs - passedMs);
      // Both clocks are read a moment apart, in whole milliseconds.
      return stepMs <= passedMs * SLEW_MAX + 2 ? 0 : Math.round(stepMs) / 1000;
    };
  },
});
