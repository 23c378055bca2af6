/** 97.5 % of a normal distribution lies below this many deviations: 95 % between both signs. */
const DEVIATIONS = 1.96;

/**
 * Between which numbers the true mean of a count lies, 95 times in 100: three alarms in a week say "0.6 to
 * 8.8 a week". Bounds of Garwood (1936), by the cube root approximation of Wilson and Hilferty (1931).
 */
export function rangeOfCount(count: number): [low: number, high: number] {
  const bound = (of: number, deviations: number) =>
    of * (1 - 1 / (9 * of) + deviations / (3 * Math.sqrt(of))) ** 3;
  return [count === 0 ? 0 : bound(count, -DEVIATIONS), bound(count + 1, DEVIATIONS)];
}
