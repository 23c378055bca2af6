import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createMlJudge, mlSettings } from "../../../../agent/detect/anomaly/judge.ts";
import { createPrng } from "../../../../sim/engine/prng.ts";
import {
  createTraffic,
  DAY_MS,
  mlFiguresOf,
  question,
  SLOT_MS,
  START_MS,
} from "../../../fixtures/seasonal.ts";

const test = suite("detect: anomaly: the judge of ML behaviors");

for (const confidence of ["LOW", "MEDIUM", "HIGH"] as const) {
  test(`${confidence}: the stated share of ordinary datapoints alarms, within 30 %; shifts of 4 sigma are found`, () => {
    const { ofStated, shiftsFound } = mlFiguresOf(confidence);
    assert.ok(ofStated > 0.7 && ofStated < 1.3, `false alarms: ${ofStated} of the stated rate`);
    assert.ok(shiftsFound >= 0.95, `found ${shiftsFound} of the shifts`);
  });
}

test("a verdict names the metric, the value and the expected range", () => {
  const prng = createPrng(1);
  const traffic = createTraffic(prng);
  const judge = createMlJudge({ ...mlSettings, trainingMs: 4 * DAY_MS }, null);
  let timeMs = START_MS;
  for (; timeMs < START_MS + 4.5 * DAY_MS; timeMs += SLOT_MS) {
    judge.judge(question("HIGH", timeMs, traffic.at(timeMs)));
  }
  const verdict = judge.judge(question("HIGH", timeMs, 90_000))!;
  assert.is(verdict.conforms, false);
  assert.match(
    verdict.why,
    /^aws:all-bytes-out is 90000, expected [\d.]+ to [\d.]+ at this hour, usually [\d.]+$/,
  );
  assert.is(verdict.numbers.value, 90_000);
});

test("a restored judge goes on as if it had never stopped, and damaged state learns anew", () => {
  const values = createTraffic(createPrng(2));
  const judge = createMlJudge({ ...mlSettings, trainingMs: 4 * DAY_MS }, null);
  let timeMs = START_MS;
  for (; timeMs < START_MS + 6 * DAY_MS; timeMs += SLOT_MS) {
    judge.judge(question("LOW", timeMs, values.at(timeMs)));
  }
  const state = judge.state();
  const restored = createMlJudge({ ...mlSettings, trainingMs: 4 * DAY_MS }, state);
  for (let slot = 0; slot < 100; slot++, timeMs += SLOT_MS) {
    const asked = question("LOW", timeMs, values.at(timeMs));
    assert.equal(restored.judge(asked), judge.judge(asked));
  }
  assert.equal(restored.state(), judge.state());
  for (let cut = 0; cut < state.length; cut += 97) {
    assert.is(
      createMlJudge(mlSettings, state.slice(0, cut)).judge(question("LOW", timeMs, 1)),
      null,
    );
  }
});

test("what was learnt of metrics together outlives a restart as well", () => {
  const [values, others] = [createTraffic(createPrng(4)), createTraffic(createPrng(5))];
  const settings = { ...mlSettings, trainingMs: 4 * DAY_MS };
  let judge = createMlJudge(settings, null);
  const never = createMlJudge(settings, null);
  const why: string[] = [];
  const atRestart = START_MS + 12 * DAY_MS;
  for (let timeMs = START_MS; timeMs < START_MS + 30 * DAY_MS; timeMs += SLOT_MS) {
    if (timeMs === atRestart) judge = createMlJudge(settings, judge.state());
    const one = question("LOW", timeMs, values.at(timeMs));
    const other = { ...one, metric: "aws:all-bytes-in", value: others.at(timeMs) };
    for (const asked of [one, other]) {
      const verdict = judge.judge(asked);
      assert.equal(verdict, never.judge(asked));
      if (timeMs > atRestart) why.push(verdict?.why ?? "");
    }
  }
  assert.ok(why.some((text) => text.includes("with the other metrics")));
});

test("behaviors of one metric share its model: a datapoint is learnt once", () => {
  const values = createTraffic(createPrng(3));
  const settings = { ...mlSettings, trainingMs: 4 * DAY_MS };
  const [one, both] = [createMlJudge(settings, null), createMlJudge(settings, null)];
  for (let timeMs = START_MS; timeMs < START_MS + 6 * DAY_MS; timeMs += SLOT_MS) {
    const value = values.at(timeMs);
    const alone = one.judge(question("HIGH", timeMs, value));
    assert.equal(both.judge(question("HIGH", timeMs, value)), alone);
    both.judge({ ...question("LOW", timeMs, value), behavior: "other" });
  }
  assert.equal(both.state(), one.state());
});

test("there is a bound on models", () => {
  const judge = createMlJudge({ ...mlSettings, modelsMax: 1 }, null);
  judge.judge(question("LOW", START_MS, 1));
  judge.judge({ ...question("LOW", START_MS, 1), thing: "another" });
  const { length } = judge.state();
  judge.judge({ ...question("LOW", START_MS, 1), thing: "a third" });
  assert.is(judge.state().length, length);
});

test.run();
