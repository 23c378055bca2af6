/**
 * The last EVENTS_MAX things that the core noticed by itself, until the host drains them. A newer
 * event pushes out the oldest, and that is counted: an attacker who makes noise cannot hide the loss.
 */
import {
  COUNTER_EVENTS_LOST,
  EVENT_BYTES,
  EVENT_DETAIL,
  EVENT_KIND,
  EVENT_LIMIT,
  EVENT_SECOND,
  EVENT_SUBJECT,
  EVENT_VALUE,
} from "./abi/core";
import { count } from "./counters";
import { EVENTS, OUT } from "./layout";
import { EVENTS_MAX, OUT_BYTES } from "./profile";

const OLDEST: usize = 0;
const PENDING: usize = 4;
const SLOTS: usize = EVENTS + 8;

export function pending(): u32 {
  return load<u32>(EVENTS, PENDING);
}

/** `value` and `limit` must not be NaN: its bits differ between machines, and snapshots are compared. */
export function raise(
  kind: u32,
  second: u32,
  subject: u32,
  detail: u32,
  value: f64,
  limit: f64,
): void {
  let held = pending();
  if (held == EVENTS_MAX) {
    drop(1);
    held -= 1;
    count(COUNTER_EVENTS_LOST);
  }
  const at = slotAt(held);
  store<u32>(at, second, EVENT_SECOND);
  store<u32>(at, kind, EVENT_KIND);
  store<u32>(at, subject, EVENT_SUBJECT);
  store<u32>(at, detail, EVENT_DETAIL);
  store<f64>(at, value, EVENT_VALUE);
  store<f64>(at, limit, EVENT_LIMIT);
  store<u32>(EVENTS, held + 1, PENDING);
}

/** Moves the oldest events, `most` or as many as OUT holds, to OUT. @returns how many */
export function drain(most: u32): u32 {
  const events = min(min(most, pending()), OUT_BYTES / EVENT_BYTES);
  for (let i: u32 = 0; i < events; i++) memory.copy(OUT + i * EVENT_BYTES, slotAt(i), EVENT_BYTES);
  drop(events);
  return events;
}

export function check(): bool {
  return load<u32>(EVENTS, OLDEST) < EVENTS_MAX && pending() <= EVENTS_MAX;
}

function slotAt(age: u32): usize {
  return SLOTS + ((load<u32>(EVENTS, OLDEST) + age) % EVENTS_MAX) * EVENT_BYTES;
}

function drop(events: u32): void {
  store<u32>(EVENTS, (load<u32>(EVENTS, OLDEST) + events) % EVENTS_MAX, OLDEST);
  store<u32>(EVENTS, pending() - events, PENDING);
}
