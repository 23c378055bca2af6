/**
 * HalfSipHash-2-4 with 64 bits of result, keyed by the host (CONFIG_HASH_KEY): whoever does not know
 * the key cannot choose addresses that collide. 32-bit operations only, for Cortex-M.
 *
 * Aumasson, Bernstein: SipHash: a fast short-input PRF (2012), and its reference code's halfsiphash.
 */
import { CONFIG } from "./layout";

/** @param bytes at most 255 matter: the length's low byte is hashed in, as the algorithm says. */
export function keyedHash(from: usize, bytes: u32): u64 {
  const k0 = load<u32>(CONFIG);
  const k1 = load<u32>(CONFIG, 4);
  return halfSipHash(from, bytes, k0, k1);
}

export function halfSipHash(from: usize, bytes: u32, k0: u32, k1: u32): u64 {
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const whole = bytes >> 2;
  let low: u32 = 0;
  // One step for each whole word, one for the tail with the length, two to finish: each two rounds
  // long but the last two, which are four.
  for (let step: u32 = 0; step < whole + 3; step++) {
    let word: u32 = 0;
    let rounds = 2;
    if (step < whole) {
      word = load<u32>(from + (step << 2));
    } else if (step == whole) {
      // The load reaches into what follows; the memory goes on.
      word = (bytes << 24) | (load<u32>(from + (whole << 2)) & ~(-1 << ((bytes & 3) << 3)));
    } else {
      rounds = 4;
      if (step == whole + 1) v2 ^= 0xee;
      else v1 ^= 0xdd;
    }
    v3 ^= word;
    for (let round = 0; round < rounds; round++) {
      v0 += v1;
      v1 = rotl<u32>(v1, 5) ^ v0;
      v0 = rotl<u32>(v0, 16);
      v2 += v3;
      v3 = rotl<u32>(v3, 8) ^ v2;
      v0 += v3;
      v3 = rotl<u32>(v3, 7) ^ v0;
      v2 += v1;
      v1 = rotl<u32>(v1, 13) ^ v2;
      v2 = rotl<u32>(v2, 16);
    }
    v0 ^= word;
    if (step == whole + 1) low = v1 ^ v3;
  }
  return ((<u64>(v1 ^ v3)) << 32) | low;
}

/**
 * Scatters a small number, a port say, by the key. Not a keyed hash by a cryptographer's measure: nobody
 * can choose inputs that collide without the key, but who sees the results may learn it.
 * Finaliser of MurmurHash3 (Appleby 2008).
 */
export function mix(value: u32): u32 {
  let x = value ^ load<u32>(CONFIG);
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}
