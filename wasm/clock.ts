/**
 * The core's time: the newest second that a tick or a record has reached. It has no clock of its own.
 *
 * Zero bytes are a clock that has not started.
 */
import { TIME_S_MAX } from "./abi/core";
import { CLOCK } from "./layout";
import { WINDOW_S } from "./profile";

const STARTED: usize = 0;
const NEWEST: usize = 4;
const NEWEST_US: usize = 8;

export function started(): bool {
  return load<u32>(CLOCK, STARTED) != 0;
}

export function newest(): u32 {
  return load<u32>(CLOCK, NEWEST);
}

export function setNewest(second: u32): void {
  store<u32>(CLOCK, 1, STARTED);
  store<u32>(CLOCK, second, NEWEST);
  store<u64>(CLOCK, <u64>second * 1_000_000, NEWEST_US);
}

/** The second of a time in microseconds; beyond TIME_S_MAX for a time that the core refuses. */
export function secondOf(us: u64): u32 {
  // Nearly every record lies in the newest second: the compare spares a 64-bit division, which a
  // Cortex-M does in software.
  if (started() && us - load<u64>(CLOCK, NEWEST_US) < 1_000_000) return newest();
  const second = us / 1_000_000;
  return second > TIME_S_MAX ? TIME_S_MAX + 1 : <u32>second;
}

/** Whether a second that is not after the newest is still in the window. */
export function inWindow(second: u32): bool {
  return newest() - second < WINDOW_S;
}

/** After a restore. What follows from the rest is computed anew rather than believed. */
export function check(): bool {
  const begun = load<u32>(CLOCK, STARTED);
  if (begun > 1 || newest() > TIME_S_MAX) return false;
  if (begun) setNewest(newest());
  else memory.fill(CLOCK, 0, 16);
  return true;
}
