/**
 * A digest of everything that a target's tool chain can get wrong: contraction of a * b + c to one
 * rounding (GCC's default outside ISO mode), 64-bit arithmetic, rotations, its own tables.
 *
 * The logistic map at 3.9 about doubles an error with every second step, so in 200 steps a single
 * contracted operation changes every bit.
 */
import { crc32c } from "./crc32c";
import { halfSipHash } from "./hash";
import { OUT } from "./layout";

/** Overwrites OUT; leaves the state alone. */
export function selftest(): u32 {
  let chaos: f64 = 0.3;
  for (let step = 0; step < 200; step++) chaos = 3.9 * chaos - 3.9 * chaos * chaos;
  store<f64>(OUT, chaos);
  store<f64>(OUT, sqrt<f64>(chaos) / 3.7, 8);
  store<u64>(OUT, halfSipHash(OUT, 15, 0x03020100, 0x07060504), 16);
  store<f64>(OUT, <f64>(load<u64>(OUT, 16) * load<u64>(OUT)) / 7, 24);
  return crc32c(OUT, 32);
}
