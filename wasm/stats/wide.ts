/** The 128-bit steps that exact second moments need. */

/** The high half of a * b. Warren: Hacker's Delight (2002) §8-2. */
export function mulHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const bLow = b & 0xffffffff;
  const aHigh = a >> 32;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const carried = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (carried >> 32);
}

/**
 * The population variance of `n` values from their sum and their sum of squares (high : low), taken
 * as (n * squares - sum^2) / n^2. The difference is formed in integers: nothing cancels, and the
 * result is within 3 units in the last place of the real number.
 */
export function variance(n: u32, sum: u64, squaresHigh: u64, squaresLow: u64): f64 {
  if (n == 0) return 0;
  const leftLow = squaresLow * n;
  const leftHigh = squaresHigh * n + mulHigh(squaresLow, n);
  const rightLow = sum * sum;
  const low = leftLow - rightLow;
  const high = leftHigh - mulHigh(sum, sum) - <u64>(leftLow < rightLow);
  return (<f64>high * 18446744073709551616.0 + <f64>low) / (<f64>n * <f64>n);
}
