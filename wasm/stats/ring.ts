/**
 * One amount for each second of the window, in the slot second % WINDOW_S. A missing second is not a
 * zero: a slot holds amount + 1, and zero says that nothing was ever added.
 */
import { WINDOW_S } from "../profile";

export function slotAt(ring: usize, second: u32): usize {
  return ring + ((second % WINDOW_S) << 2);
}

export function isMissing(slot: usize): bool {
  return load<u32>(slot) == 0;
}

/** Only for a slot that is not missing. */
export function amountIn(slot: usize): u32 {
  return load<u32>(slot) - 1;
}

/** @param amount at most SERIES_AMOUNT_MAX, so that the one more fits. */
export function setAmount(slot: usize, amount: u32): void {
  store<u32>(slot, amount + 1);
}

export function clear(slot: usize): void {
  store<u32>(slot, 0);
}
