/**
 * Device Defender counts in slots of 300 s of the wall clock: every captured violationEventTime of a
 * cloud-side metric is a multiple of 300 s. A behavior's durationSeconds is a window of such slots.
 */
export const SLOT_MS = 300_000;

/** The longest durationSeconds, 3600 s, in slots. */
export const SLOTS_MAX = 12;

export const slotOf = (timeMs: number): number => Math.floor(timeMs / SLOT_MS);

/** How the datapoints of one slot, and the slots of one window, become one number. */
export type Aggregate = "sum" | "max" | "last";

/** The last slots of one metric of one thing. What had no datapoint is NaN. */
export interface SlotWindow {
  /** The slot of the last value. */
  newest: number;
  /** By slot modulo its length. */
  values: number[];
}

export function createWindow(slots: number, slot: number): SlotWindow {
  return { newest: slot, values: new Array<number>(slots).fill(Number.NaN) };
}

/** Moves the window on to `slot`; that slot and those in between hold `fill`. */
export function moveWindow(window: SlotWindow, slot: number, fill: number): void {
  const { values } = window;
  const from = Math.max(window.newest, slot - values.length);
  for (let one = from + 1; one <= slot; one++) values[one % values.length] = fill;
  window.newest = slot;
}

/** Puts a datapoint into the newest slot. */
export function putInto({ newest, values }: SlotWindow, value: number, aggregate: Aggregate): void {
  const at = newest % values.length;
  values[at] = combined(values[at]!, value, aggregate);
}

/** The window's number, or NaN when no slot of it had a datapoint. */
export function windowValueOf({ newest, values }: SlotWindow, aggregate: Aggregate): number {
  let value = Number.NaN;
  for (let slot = Math.max(0, newest - values.length + 1); slot <= newest; slot++) {
    const one = values[slot % values.length]!;
    if (!Number.isNaN(one)) value = combined(value, one, aggregate);
  }
  return value;
}

/** Begins the window anew at `slot`. */
export function restartWindow(window: SlotWindow, slot: number): void {
  window.newest = slot;
  window.values.fill(Number.NaN);
}

/** Whether the newest slot had a datapoint. */
export function hasNewest({ newest, values }: SlotWindow): boolean {
  return !Number.isNaN(values[newest % values.length]!);
}

function combined(before: number, value: number, aggregate: Aggregate): number {
  if (Number.isNaN(before)) return value;
  if (aggregate === "sum") return before + value;
  return aggregate === "max" ? Math.max(before, value) : value;
}
