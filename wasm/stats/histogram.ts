/**
 * Counts of u32 values in buckets that widen with the value: 2^bits linear steps in each octave.
 * Integers only; a value can be taken out again exactly.
 *
 * Error: values below 2^(bits + 1) are exact; a larger one is told as the middle of its bucket, which is
 * at most value / 2^bits wide: within 1 / 2^(bits + 1) of it (3.13 % for 4 bits, 1.57 % for 5). All values
 * are counted, so a quantile's rank is exact. Memory: (33 - bits) << bits counts.
 * After G. Tene's HdrHistogram; Masson, Rim, Lee: DDSketch (VLDB 2019) compare it with what else there is.
 *
 * `T` is the count's type. The caller keeps the number of values below its maximum.
 */

/** Octave and step of a value. `bits` should be a constant: all folds to a few shifts. */
export function bucketOf(value: u32, bits: u32): u32 {
  const shift = <u32>max(0, 31 - <i32>bits - <i32>clz(value | 1));
  return (shift << bits) + (value >> shift);
}

/** The value that a bucket is told as: its middle. */
export function valueOf(bucket: u32, bits: u32): u32 {
  if (bucket < 2 << bits) return bucket;
  const shift = (bucket >> bits) - 1;
  const low = ((bucket & ((1 << bits) - 1)) + (1 << bits)) << shift;
  return low + ((1 << shift) >> 1);
}

/** Counts a value (by 1), or takes it out again (by -1). */
export function change<T>(counts: usize, value: u32, bits: u32, by: i32): void {
  const at = counts + bucketOf(value, bits) * sizeof<T>();
  store<T>(at, <T>(<i32>load<T>(at) + by));
}

/**
 * The smallest value that at least permille / 1000 of the `values` do not exceed (nearest rank).
 * Zero when there are none.
 */
export function quantile<T>(counts: usize, values: u32, permille: u32, bits: u32): u32 {
  const rank = <u32>((<u64>values * permille + 999) / 1000);
  const buckets: u32 = (33 - bits) << bits;
  let seen: u32 = 0;
  for (let bucket: u32 = 0; bucket < buckets; bucket++) {
    seen += <u32>load<T>(counts + bucket * sizeof<T>());
    if (seen >= rank && seen > 0) return valueOf(bucket, bits);
  }
  return 0;
}
