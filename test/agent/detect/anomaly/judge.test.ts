import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createMlJudge,
  falseAlarmRates,
  mlSettings,
} from "../../../../agent/detect/anomaly/judge.ts";
import type { ConfidenceLevel } from "../../../../agent/detect/profile.ts";
import { createPrng, type Prng } from "../../../../sim/engine/prng.ts";

const test = suite("detect: anomaly: the judge of ML behaviors");
const DAY_MS = 86_400_000;
const SLOT_MS = 300_000;
const START_MS = Date.UTC(2026, 0, 5);
const THINGS = 40;

/** Standard normal (Box and Muller). */
function gaussian(prng: Prng): number {
  const unit = () => (prng.u32() + 1) / (2 ** 32 + 1);
  return Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit());
}

/** Traffic with a daily rhythm, quieter at weekends; each thing has its own amounts and phase. */
function createTraffic(prng: Prng) {
  const amplitude = 300 + (prng.u32() % 1000);
  const sigma = 50 + (prng.u32() % 100);
  const phase = prng.u32() % 24;
  return {
    sigma,
    at(timeMs: number) {
      const day = new Date(timeMs).getUTCDay();
      const share = day === 0 || day === 6 ? 0.5 : 1;
      const turn = ((timeMs / 3_600_000 + phase) / 24) * 2 * Math.PI;
      return 3000 + amplitude * share * Math.sin(turn) + sigma * gaussian(prng);
    },
  };
}

const question = (confidence: ConfidenceLevel, timeMs: number, value: number) => ({
  thing: "gw",
  profile: "p",
  behavior: "b",
  metric: "aws:all-bytes-out",
  confidence,
  value,
  timeMs,
});

for (const confidence of ["LOW", "MEDIUM", "HIGH"] as const) {
  test(`${confidence}: the stated share of ordinary datapoints alarms, within 30 %; shifts of 4 sigma are found`, () => {
    const prng = createPrng(7);
    let [alarms, datapoints, found, shifts] = [0, 0, 0, 0];
    for (let thing = 0; thing < THINGS; thing++) {
      const traffic = createTraffic(prng);
      const judge = createMlJudge(mlSettings, null);
      let timeMs = START_MS;
      for (; timeMs < START_MS + 14 * DAY_MS; timeMs += SLOT_MS) {
        assert.is(judge.judge(question(confidence, timeMs, traffic.at(timeMs))), null);
      }
      for (; timeMs < START_MS + 28 * DAY_MS; timeMs += SLOT_MS) {
        const verdict = judge.judge(question(confidence, timeMs, traffic.at(timeMs)));
        datapoints++;
        if (verdict?.conforms === false) alarms++;
      }
      // Shifts come at any hour, each on a judge of its own, so that none learns from another.
      for (let shift = 0; shift < 10; shift++) {
        for (let slot = 0; slot < 61; slot++, timeMs += SLOT_MS) {
          judge.judge(question(confidence, timeMs, traffic.at(timeMs)));
        }
        const shifted = createMlJudge(mlSettings, judge.state());
        const by = (prng.chance(1, 2) ? 4 : -4) * traffic.sigma;
        const verdicts = [0, 1, 2].map((slot) => {
          const atMs = timeMs + slot * SLOT_MS;
          return shifted.judge(question(confidence, atMs, traffic.at(atMs) + by));
        });
        shifts++;
        if (verdicts.some((verdict) => verdict?.conforms === false)) found++;
      }
    }
    const ratio = alarms / datapoints / falseAlarmRates[confidence];
    assert.ok(ratio > 0.7 && ratio < 1.3, `false alarms: ${ratio} of the stated rate`);
    assert.ok(found / shifts >= 0.95, `found ${found} of ${shifts} shifts`);
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
