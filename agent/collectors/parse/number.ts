/**
 * A count of the kernel's, in decimal digits only; null for anything else. Above 2^53 the last digits
 * round: no byte counter of a gateway gets there.
 */
export function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : null;
}

/** A decimal number that is not negative, such as "0.42"; null for anything else. */
export function decimalOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}(?:\.\d{1,15})?$/.test(text) ? Number(text) : null;
}
