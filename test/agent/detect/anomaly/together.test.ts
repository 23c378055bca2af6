import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createTogether } from "../../../../agent/detect/anomaly/together.ts";
import { createPrng } from "../../../../sim/engine/prng.ts";

const test = suite("detect: anomaly: metrics together");

/** Two metrics that go together: each is around 0, and their difference is small. */
function createPairs(seed: number) {
  const prng = createPrng(seed);
  const unit = () => (prng.u32() + 1) / (2 ** 32 + 1);
  const gaussian = () => Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
  return (): [number, number] => {
    const common = gaussian();
    return [common, common + 0.2 * gaussian()];
  };
}

test("a pair that never was is found, though each of it is ordinary", () => {
  let [alarms, found, reports] = [0, 0, 0];
  for (let seed = 1; seed <= 10; seed++) {
    const together = createTogether([0.01], null);
    const pairs = createPairs(seed);
    let timeMs = 0;
    const isFound = ([a, b]: [number, number]) => {
      timeMs += 300_000;
      together.take("a", timeMs, a);
      together.take("b", timeMs, b);
      // What was unusual is known with the next report.
      timeMs += 300_000;
      const [next, other] = pairs();
      together.take("a", timeMs, next);
      const verdict = together.isUnusual("a", 0) || together.isUnusual("b", 0);
      together.take("b", timeMs, other);
      return verdict;
    };
    for (let report = 0; report < 2000; report++) isFound(pairs());
    for (let report = 0; report < 1000; report++, reports++) if (isFound(pairs())) alarms++;
    if (isFound([1.8, -1.8])) found++;
  }
  assert.ok(alarms / reports < 0.02, `false alarms: ${alarms / reports}`);
  assert.ok(found >= 9, `found ${found} of 10`);
});

test("one metric alone, and a change of metrics, are no finding", () => {
  const together = createTogether([0.5], null);
  for (let timeMs = 0; timeMs < 100; timeMs++) {
    together.take("a", timeMs, timeMs % 3);
    if (timeMs % 2 === 0) together.take("b", timeMs, 1);
    assert.is(together.isUnusual("a", 0), false);
  }
});

test.run();
