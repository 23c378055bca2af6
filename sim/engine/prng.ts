/**
 * Chance from a seed: the same seed gives the same run on every machine and Node version. Integers
 * only, because a float in the interface invites rounding that differs from one formula to the next;
 * a probability is a ratio of two integers.
 *
 * The generator is xoshiro128** 1.1 (Blackman and Vigna, 2018), its state filled by splitmix32, so
 * that neighbouring seeds have nothing in common.
 */
export interface Prng {
  /** Uniform over 0 … 2^32 - 1. */
  u32(): number;
  /** Uniform over 0 … `bound` - 1, for a bound of 1 … 2^32. */
  below(bound: number): number;
  /** Uniform over `min` … `max`, both inclusive. */
  between(min: number, max: number): number;
  /** True in `n` of `d` draws. */
  chance(n: number, d: number): boolean;
  /** One of the items, of which there is at least one. */
  pick<Item>(items: readonly Item[]): Item;
  bytes(length: number): Uint8Array;
  /** A generator of its own for a part, so that a new draw in one part does not shift the others. */
  fork(): Prng;
}

export function createPrng(seed: number): Prng {
  const next = xoshiro128(splitmix32(seed));

  function below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`prng bound ${bound} is not in 1 to 2^32`);
    }
    // The draws above the last whole multiple of the bound would favour the small numbers.
    const fair = 2 ** 32 - (2 ** 32 % bound);
    let drawn = next();
    while (drawn >= fair) drawn = next();
    return drawn % bound;
  }

  return {
    u32: next,
    below,
    between: (min, max) => min + below(max - min + 1),
    chance: (n, d) => below(d) < n,
    pick: (items) => items[below(items.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
    fork: () => createPrng(next()),
  };
}

function xoshiro128(fill: () => number): () => number {
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
