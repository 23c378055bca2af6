/** Rates are counted in slots of packet time, which begin where the clock says so, not who counts. */
export const RATE_SLOT_MS = 10_000;

export const rateSlotOf = (ms: number): number => Math.floor(ms / RATE_SLOT_MS);

/** A count within the slot that is open; counting in a later slot starts anew. */
export interface SlotCount {
  slot: number;
  count: number;
}

/** @returns the slot's count so far */
export function addToSlot(into: SlotCount, slot: number, count: number): number {
  if (slot > into.slot) {
    into.slot = slot;
    into.count = 0;
  }
  into.count += count;
  return into.count;
}
