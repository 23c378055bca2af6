import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import {
  type Build,
  batchOf,
  builds,
  type Core,
  counterOf,
  limitsOf,
  openCore,
  sample,
} from "./harness.ts";
import { createReference, type Expected } from "./series-reference.ts";

const test = suite("wasm: series");

type Step =
  | { do: "sample"; move: number; series: number; amount: bigint }
  | { do: "tick"; move: number };

/** Mostly a second on, often the same, sometimes back or far away: as hosts and clocks behave. */
const move = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: -8, max: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: -700, max: 700 }) },
);
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 200n }),
  fc.bigInt({ min: 0n, max: 2n ** 33n }),
  fc.bigInt({ min: 2n ** 32n - 4n, max: 2n ** 32n }),
  fc.constant(2n ** 64n - 1n),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("sample" as const),
      move,
      series: fc.constantFrom(0, 1, 7),
      amount,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("tick" as const), move }) },
);
const start = fc.integer({ min: 0, max: 2 ** 32 - 200_000 });

for (const build of builds) {
  test(`${build.name}: every window is what sorting and counting gives`, () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 400, size: "max" }), (begin, steps) => {
        const core = openCore(build.instantiate());
        const { windowS, quantileBits } = limitsOf(core);
        const reference = createReference(windowS);
        let now = begin;
        for (const each of steps) {
          now = Math.max(0, now + each.move);
          if (each.do === "tick") {
            core.tick(now);
            reference.tick(now);
          } else {
            assert.is(core.ingest(batchOf([sample(now, each.series, each.amount)])), 1);
            reference.sample(now, each.series, each.amount);
          }
          // A host's time goes on from where the core's is, not from one refused sample.
          now = Math.max(now, reference.newest() - windowS - 2);
        }
        for (const series of [0, 1, 7]) {
          check(build, statisticsOf(core, series), reference.expected(series), quantileBits);
        }
      }),
      { numRuns: build.name === "twin" ? 30 : 150 },
    );
  });

  test(`${build.name}: a full window of the largest amounts does not overflow`, () => {
    const core = openCore(build.instantiate());
    const { windowS, quantileBits } = limitsOf(core);
    const reference = createReference(windowS);
    for (let second = 0; second < windowS * 2; second++) {
      const value = second % 2 === 0 ? 2n ** 32n - 2n : 2n ** 32n - 3n;
      core.ingest(batchOf([sample(1000 + second, 0, value)]));
      reference.sample(1000 + second, 0, value);
    }
    check(build, statisticsOf(core, 0), reference.expected(0), quantileBits);
  });

  test(`${build.name}: bursts that fill a third of the window are still told from the rest`, () => {
    const core = openCore(build.instantiate());
    const { windowS } = limitsOf(core);
    for (let second = 0; second < windowS; second++) {
      const burst = second % 30 >= 10 && second % 30 < 20;
      core.ingest(
        batchOf([sample(1000 + second, 2, burst ? 90_000n : 1_000n + BigInt(second % 7))]),
      );
    }
    const statistics = statisticsOf(core, 2);
    assert.is(statistics.bursts, build.name === "nano" ? 0 : windowS / 30);
    assert.is(statistics.burstSecondsMax, build.name === "nano" ? 0 : 10);
  });

  test(`${build.name}: a missing second is not a zero`, () => {
    const core = openCore(build.instantiate());
    core.ingest(batchOf([sample(100, 0, 8n), sample(101, 0, 0n), sample(105, 0, 4n)]));
    core.tick(106);
    const statistics = statisticsOf(core, 0);
    assert.is(statistics.seconds, 3);
    assert.is(statistics.missing, build.name === "nano" ? 0 : 3);
    assert.is(statistics.gaps, build.name === "nano" ? 0 : 1);
  });

  test(`${build.name}: samples it cannot place are counted, not taken`, () => {
    const core = openCore(build.instantiate());
    const { windowS, series } = limitsOf(core);
    const short = { ...sample(5000, 0, 1n), bytes: new Uint8Array(4) };
    core.ingest(batchOf([sample(5000, series, 1n), short, sample(5000 - windowS, 0, 1n)]));
    core.ingest(batchOf([{ ...sample(0, 0, 1n), us: 2n ** 64n - 1n }]));
    assert.is(counterOf(core, abi.COUNTER_SAMPLE_BAD), 2);
    assert.is(counterOf(core, abi.COUNTER_LATE), 1);
    assert.is(counterOf(core, abi.COUNTER_CLOCK), 1);
    assert.is(counterOf(core, abi.COUNTER_SAMPLES), 0);
    assert.is(counterOf(core, abi.COUNTER_RECORDS), 4);
  });
}

function check(
  build: Build,
  actual: ReturnType<typeof statisticsOf>,
  expected: Expected,
  bits: number,
): void {
  assert.is(actual.seconds, expected.seconds);
  assert.is(actual.sum, expected.sum);
  assert.is(actual.max, expected.max);
  assert.is(actual.saturated, expected.saturated);
  near(actual.variance, expected.variance, "variance");
  for (const [value, permille] of [
    [actual.p50, 500],
    [actual.p90, 900],
    [actual.p99, 990],
  ] as const) {
    const exact = expected.quantile(permille);
    const error = Math.abs(value - exact);
    assert.ok(error <= exact / 2 ** (bits + 1), `p${permille / 10}: ${value} for ${exact}`);
  }
  if (build.name === "nano") return; // It has no gaps and no bursts.
  assert.is(actual.missing, expected.missing);
  assert.is(actual.gaps, expected.gaps);
  const mean = expected.seconds === 0 ? 0 : Number(expected.sum) / expected.seconds;
  const threshold = Math.max(3 * actual.p50, mean + Math.sqrt(expected.variance));
  near(actual.burstThreshold, threshold, "burst threshold");
  const bursts = expected.bursts(actual.burstThreshold);
  assert.is(actual.bursts, bursts.count);
  assert.is(actual.burstSecondsMax, bursts.longest);
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= expected * 2 ** -44, `${what}: ${actual}, ${expected}`);
}

function statisticsOf(core: Core, series: number) {
  const at = core.query(abi.QUERY_SERIES, series);
  const u32 = (offset: number) => at.getUint32(offset, true);
  return {
    seconds: u32(abi.SERIES_STATS_SECONDS),
    missing: u32(abi.SERIES_STATS_MISSING),
    gaps: u32(abi.SERIES_STATS_GAPS),
    saturated: u32(abi.SERIES_STATS_SATURATED),
    sum: at.getBigUint64(abi.SERIES_STATS_SUM, true),
    variance: at.getFloat64(abi.SERIES_STATS_VARIANCE, true),
    burstThreshold: at.getFloat64(abi.SERIES_STATS_BURST_THRESHOLD, true),
    max: u32(abi.SERIES_STATS_MAX),
    p50: u32(abi.SERIES_STATS_P50),
    p90: u32(abi.SERIES_STATS_P90),
    p99: u32(abi.SERIES_STATS_P99),
    bursts: u32(abi.SERIES_STATS_BURSTS),
    burstSecondsMax: u32(abi.SERIES_STATS_BURST_SECONDS_MAX),
  };
}

test.run();
