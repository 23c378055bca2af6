import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clockStep } from "../../../../agent/metrics/sources/clock-step.ts";
import { openSource, testMetricSource } from "../../../contracts/metric-source.ts";

testMetricSource(clockStep, { members: { number: {} }, readings: 2, readsHost: false });

const test = suite("metrics: clock step: details");

test("a step shows once, in either direction; slewing does not", async () => {
  let [wallMs, monotonicMs] = [1_780_000_000_000, 5000];
  const clock = { wallMs: () => wallMs, monotonicMs: () => monotonicMs };
  const read = openSource(clockStep, "number", {}, { clock });
  assert.is(await read(), null);
  const after = (wall: number) => {
    wallMs += wall;
    monotonicMs += 300_000;
    return read();
  };
  assert.is(await after(300_000), 0);
  // 500 ppm, the kernel's fastest slew, over 300 s.
  assert.is(await after(300_150), 0);
  assert.is(await after(300_000 + 3_600_000), 3600);
  assert.is(await after(300_000), 0);
  assert.is(await after(300_000 - 1500), 1.5);
});

test.run();
