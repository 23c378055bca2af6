/**
 * Sketches cannot forget one second. So they are kept apart for each PANE_S seconds of the window, and
 * a query reads the PANES parts together: what it tells is of the last WINDOW_S - PANE_S + 1 to
 * WINDOW_S seconds. A late packet counts when it comes.
 *
 * Datar, Gionis, Indyk, Motwani: Maintaining stream statistics over sliding windows (2002) §1 tell why
 * no sketch of this size can do better than some slack at the window's end.
 */
import * as clock from "../clock";
import { STATS } from "../layout";
import { IS_NANO, PANE_S, PANES } from "../profile";
import { PANE_BYTES, PANES_AT, PANES_HEADER_BYTES } from "./layout";

/** The first of the panes, which lie one after the other. */
export const FIRST: usize = STATS + PANES_AT + PANES_HEADER_BYTES;

/** Panes since the time base's zero. */
export function number(): u32 {
  return clock.newest() / PANE_S;
}

/** The pane that takes what comes now. */
export function current(): usize {
  return FIRST + (number() % PANES) * PANE_BYTES;
}

/** A pane's first second begins: what it held WINDOW_S ago leaves. */
export function expire(slot: u32): void {
  if (slot % PANE_S != 0) return;
  // memory.fill goes byte by byte where code is to be small.
  const pane = FIRST + (slot / PANE_S) * PANE_BYTES;
  for (let at = pane; at < pane + PANE_BYTES; at += 8) store<u64>(at, 0);
}

/** Of the `T`s at this place in each pane, as an `S`. @param at where it is in the first */
export function sum<T, S>(at: usize): S {
  if (IS_NANO) return <S>load<T>(at) + <S>load<T>(at, PANE_BYTES);
  let sum: S = 0;
  for (let pane: u32 = 0; pane < PANES; pane++) sum += <S>load<T>(at + pane * PANE_BYTES);
  return sum;
}
