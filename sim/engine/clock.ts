import type { Clock } from "../../agent/core/clock.ts";

/** The twin of the system's clock: time passes when it is told to. */
export interface ManualClock extends Clock {
  /** Lets time pass on both clocks. */
  advance(ms: number): void;
  /** Sets the wall clock forward, or back with a negative number, as NTP or an operator does. */
  jumpWall(ms: number): void;
}

export function createManualClock({ wallMs }: { wallMs: number }): ManualClock {
  let wall = wallMs;
  let monotonic = 0;
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    advance(ms) {
      if (ms < 0) throw new RangeError(`time does not pass by ${ms} ms`);
      wall += ms;
      monotonic += ms;
    },
    jumpWall(ms) {
      wall += ms;
    },
  };
}
