import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rangeOfCount } from "../../../../agent/detect/learning/chance.ts";

const test = suite("detect: learning: chance");

test("the ranges are those of the tables of Poisson's distribution, within a few hundredths", () => {
  for (const [count, low, high] of [
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [3, 0.619, 8.767],
    [10, 4.795, 18.39],
    [100, 81.36, 121.6],
  ] as const) {
    const range = rangeOfCount(count);
    assert.ok(Math.abs(range[0] - low) < 0.06, `${count}: ${range[0]}`);
    assert.ok(Math.abs(range[1] - high) < 0.06, `${count}: ${range[1]}`);
  }
});

test.run();
