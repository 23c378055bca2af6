/**
 * Counts of whole numbers from 1 on by their size, two buckets a doubling: a quantile is at most 41 %
 * too high, in 64 numbers at most.
 */
export type Histogram = number[];

export const HISTOGRAM_BUCKETS_MAX = 64;

export function addToHistogram(histogram: Histogram, value: number): void {
  if (value < 1) return;
  const bucket = Math.min(Math.floor(2 * Math.log2(value)), HISTOGRAM_BUCKETS_MAX - 1);
  while (histogram.length <= bucket) histogram.push(0);
  histogram[bucket]!++;
}

/** The upper end of the bucket that the quantile is in; 0 of nothing. */
export function quantileOf(histogram: Histogram, quantile: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bucket, count] of histogram.entries()) {
    below += count;
    if (count > 0 && below >= total * quantile) return Math.ceil(2 ** ((bucket + 1) / 2)) - 1;
  }
  return 0;
}
