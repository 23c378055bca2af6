import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createPrng } from "../../../sim/engine/prng.ts";

const test = suite("sim: prng");

const draws = (seed: number, count: number): number[] => {
  const prng = createPrng(seed);
  return Array.from({ length: count }, () => prng.u32());
};

test("one seed, one run; another seed, another run", () => {
  assert.equal(draws(7, 20), draws(7, 20));
  assert.not.equal(draws(7, 20), draws(8, 20));
});

test("the numbers are the same on every machine and for ever", () => {
  assert.equal(draws(1, 4), [393_288_148, 2_174_103_013, 3_814_759_091, 2_092_745_082]);
});

test("below and between stay in their ranges and reach both ends", () => {
  const prng = createPrng(3);
  const below = new Set(Array.from({ length: 500 }, () => prng.below(5)));
  assert.equal([...below].sort(), [0, 1, 2, 3, 4]);
  const between = new Set(Array.from({ length: 500 }, () => prng.between(-1, 1)));
  assert.equal([...between].sort(), [-1, 0, 1]);
  assert.throws(() => prng.below(0), /bound/);
});

test("chance is a ratio", () => {
  const prng = createPrng(4);
  const hits = Array.from({ length: 30_000 }, () => prng.chance(1, 3)).filter(Boolean).length;
  assert.ok(hits > 9_600 && hits < 10_400, `${hits} of 30000`);
  assert.is(prng.chance(0, 5), false);
  assert.is(prng.chance(5, 5), true);
});

test("a fork draws on its own: the parent's next draw does not depend on it", () => {
  const one = createPrng(5);
  const other = createPrng(5);
  const fork = one.fork();
  other.fork();
  fork.bytes(100);
  assert.is(one.u32(), other.u32());
});

test("bits are even", () => {
  const prng = createPrng(6);
  const ones = new Array<number>(32).fill(0);
  for (let draw = 0; draw < 10_000; draw++) {
    const value = prng.u32();
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (value >>> bit) & 1;
  }
  assert.ok(
    ones.every((count) => Math.abs(count - 5_000) < 250),
    ones.join(" "),
  );
});

test.run();
