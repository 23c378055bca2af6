/**
 * The percentile of at least one value, sorted upwards. Nearest rank: the smallest value with at least
 * that percentage of all at or below it; p0 is the least. Linear: between the two values next to
 * `percent` of the way from the first to the last.
 */
export function percentileOf(
  sorted: Float64Array,
  percent: number,
  method: "nearest-rank" | "linear",
): number {
  const { length } = sorted;
  if (method === "nearest-rank") {
    // 99.9 % of 1,000 is 999, whatever the floating point says of it.
    const rank = Math.ceil((percent * length) / 100 - 1e-9);
    return sorted[Math.max(0, rank - 1)]!;
  }
  const at = (percent * (length - 1)) / 100;
  const below = Math.floor(at);
  const lower = sorted[below]!;
  return lower + (sorted[Math.min(below + 1, length - 1)]! - lower) * (at - below);
}
