import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createCounters } from "../../../agent/core/counters.ts";
import type { Reading } from "../../../agent/core/model.ts";

const test = suite("core: counters");
const none = new Map<string, number>();
const total = (value: number, name = "bytes", label: string | null = "eth0"): Reading => ({
  name,
  label,
  value,
});

test("the first reading has no base, so no delta: not zero, and not the total", () => {
  const counters = createCounters("boot-1", null);
  assert.equal(counters.deltasOf([total(5000)], none), []);
  assert.equal(counters.deltasOf([total(5400)], none), [total(400)]);
});

test("bases of an earlier process of this boot go on", () => {
  const first = createCounters("boot-1", null);
  first.deltasOf([total(5000)], none);
  const saved = JSON.parse(JSON.stringify(first.bases()));
  assert.equal(createCounters("boot-1", saved).deltasOf([total(5001)], none), [total(1)]);
});

test("bases of another boot are void: its counters began at zero", () => {
  const first = createCounters("boot-1", null);
  first.deltasOf([total(5000)], none);
  assert.equal(createCounters("boot-2", first.bases()).deltasOf([total(9000)], none), []);
});

test("a counter of 32 bits that wraps goes on counting", () => {
  const counters = createCounters("boot-1", null);
  counters.deltasOf([total(2 ** 32 - 10)], none);
  assert.equal(counters.deltasOf([total(5)], none), [total(15)]);
});

test("a counter that falls from below the upper half of 32 bits was reset", () => {
  const counters = createCounters("boot-1", null);
  counters.deltasOf([total(1_000_000)], none);
  assert.equal(counters.deltasOf([total(500)], none), []);
  assert.equal(counters.deltasOf([total(700)], none), [total(200)]);
});

test("two counters of one interface that fall at once were reset, however high they stood", () => {
  const counters = createCounters("boot-1", null);
  const high = 2 ** 32 - 10;
  counters.deltasOf([total(high), total(high, "packets")], none);
  assert.equal(counters.deltasOf([total(5), total(6, "packets")], none), []);
});

test("an interface made anew under the same name starts anew, even with higher counters", () => {
  const counters = createCounters("boot-1", null);
  counters.deltasOf([total(100), total(7, "bytes", "eth1")], new Map([["eth0", 2]]));
  const deltas = counters.deltasOf(
    [total(9000), total(8, "bytes", "eth1")],
    new Map([["eth0", 9]]),
  );
  assert.equal(deltas, [total(1, "bytes", "eth1")]);
});

test("whatever the totals do, a delta is what they grew by, never negative, never the raw total", () => {
  const steps = fc.array(fc.record({ grow: fc.nat(1e9), reset: fc.boolean() }), { minLength: 1 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 50 }), steps, (start, history) => {
      const counters = createCounters("boot", null);
      counters.deltasOf([total(start), total(start, "packets")], none);
      let value = start;
      for (const { grow, reset } of history) {
        const before = value;
        value = reset ? Math.floor(value / 3) : value + grow;
        const deltas = counters.deltasOf([total(value), total(value, "packets")], none);
        const grown = value - before;
        assert.equal(
          deltas.map((delta) => delta.value),
          grown >= 0 ? [grown, grown] : [],
        );
      }
    }),
  );
});

test.run();
