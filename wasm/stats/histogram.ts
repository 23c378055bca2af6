/**
 * Counts of u32 values in buckets that widen with the value: 2^BITS linear steps in each octave.
 * Integers only; a value can be taken out again exactly.
 *
 * Error: values below 2^(BITS + 1) are exact; a larger one is told as the middle of its bucket, which is
 * at most value / 2^BITS wide: within 1 / 2^(BITS + 1) of it (nano 3.13 %, gateway 1.57 %). All values
 * are counted, so a quantile's rank is exact. Memory: bucketsOf(bits of the largest value) counts.
 * After G. Tene's HdrHistogram; Masson, Rim, Lee: DDSketch (VLDB 2019) compare it with what else there is.
 */
import { OUT } from "../layout";
import { QUANTILE_BITS as BITS, IS_NANO } from "../profile";
import { sum } from "./panes";

/** Octave and step of a value. */
export function bucketOf(value: u32): u32 {
  const shift = <u32>max(0, 31 - <i32>BITS - <i32>clz(value | 1));
  return (shift << BITS) + (value >> shift);
}

/** The value that a bucket is told as: its middle. */
export function valueOf(bucket: u32): u32 {
  const shift = max(1, bucket >> BITS) - 1;
  // Below 2^(BITS + 1) the shift is 0, and a bucket is its value.
  return ((bucket - (shift << BITS)) << shift) + ((1 << shift) >> 1);
}

/** Counts a value (by 1), or takes it out again (by -1). The caller keeps to what a `T` holds. */
export function change<T>(counts: usize, value: u32, by: i32): void {
  const at = counts + bucketOf(value) * sizeof<T>();
  store<T>(at, <T>(<i32>load<T>(at) + by));
}

/**
 * p50, p90 and p99 as three u32 to OUT + to: each the smallest value that so many of the `values` do not
 * exceed (nearest rank). A bucket's middle may lie above every value in it; `most` (of no values, 0)
 * bounds it. The counts are `width` bytes each; those of 4 lie in a pane and are read as the panes' sum.
 */
export function quantiles(
  to: usize,
  counts: usize,
  width: u32,
  buckets: u32,
  values: u32,
  most: u32,
): void {
  let at = OUT + to;
  let bucket: u32 = 0;
  let seen: u32 = 0;
  for (let above: u32 = 2; above <= 100; above = above == 2 ? 10 : above * 10) {
    const rank = values - values / above;
    for (; seen < rank && bucket < buckets; bucket++) {
      const count = counts + bucket * width;
      // A narrow count's load reads into what follows, and need not be aligned.
      const narrow = load<u32>(count, 0, 1) & (IS_NANO ? 0xff : 0xffff);
      seen += width == 4 ? sum<u32, u32>(count) : narrow;
    }
    store<u32>(at, min(valueOf(bucket - 1), most));
    at += 4;
  }
}
