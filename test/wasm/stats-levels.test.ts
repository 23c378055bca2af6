import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, type Core, createRandom, openCore, sample } from "./harness.ts";
import { createUniform, drainEvents, sectionOf } from "./stats-traffic.ts";

const test = suite("wasm: level shifts");

const START = 1_700_000_000;
const SERIES = 1;

for (const build of builds) {
  test(`${build.name}: EWMA and CUSUM are the naive ones`, () => {
    const amounts = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3 }), fc.oneof(fc.nat(40), fc.nat(2 ** 31 - 1))),
      { maxLength: 300, size: "max", minLength: 80 },
    );
    fc.assert(
      fc.property(amounts, (steps) => {
        const core = openCore(build.instantiate());
        const expected = { mean: 0, deviation: 0, learned: 0, up: 0, down: 0 };
        let shifts = 0;
        let second = START;
        let told = 0;
        const pending: [number, number][] = [];
        for (const [move, amount] of steps) {
          second += move;
          core.ingest(batchOf([sample(second, SERIES, BigInt(amount))]));
          pending.push([second, amount]);
          // Seconds are judged when the second two after them is over.
          while (pending.length > 0 && pending[0]![0] + 3 <= second) {
            if (judge(expected, pending.shift()![1])) shifts++;
          }
          told += drainEvents(core).filter(({ subject }) => subject === SERIES).length;
        }
        assert.equal(levelOf(core), expected);
        assert.is(told, shifts);
      }),
      { numRuns: build.name === "twin" ? 15 : 60 },
    );
  });

  test(`${build.name}: tells a doubling within seconds, its direction, and then the way back`, () => {
    const core = openCore(build.instantiate());
    const random = createRandom(3);
    const level = (second: number) => (second >= 300 && second < 500 ? 2000 : 1000);
    const events = [];
    for (let second = 0; second < 700; second++) {
      const amount = BigInt(level(second) + (random() % 200));
      core.ingest(batchOf([sample(START + second, SERIES, amount)]));
      events.push(...drainEvents(core).filter(({ kind }) => kind === abi.EVENT_LEVEL_SHIFT));
    }
    assert.equal(
      events.map(({ detail }) => detail),
      [1, 0],
    );
    for (const [i, begin] of [300, 500].entries()) {
      const delay = events[i]!.second - START - begin;
      assert.ok(delay >= 0 && delay <= 8, `told after ${delay} s`);
    }
    assert.ok(events[0]!.value > events[0]!.limit);
  });
}

test("false alarms on steady noise are rare, whatever its distribution", () => {
  const uniform = createUniform(createRandom(11));
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const noises = {
    uniform: () => 1000 + 500 * uniform(),
    normal: () => Math.max(0, 1000 + 100 * normal()),
    exponential: () => -1000 * Math.log(1 - uniform()),
    lognormal: () => 1000 * Math.exp(normal()),
    poisson: () => [...Array(20)].filter(() => uniform() < 0.2).length,
  };
  const core = openCore(builds[0]!.instantiate());
  const alarms = Object.values(noises).map(() => 0);
  for (let second = 0; second < 50_000; second++) {
    const records = Object.values(noises).map((next, id) =>
      sample(START + second, 8 + id, BigInt(Math.round(next()))),
    );
    core.ingest(batchOf(records));
    for (const { kind, subject } of drainEvents(core)) {
      if (kind === abi.EVENT_LEVEL_SHIFT) alarms[subject - 8]!++;
    }
  }
  assert.ok(Math.max(...alarms) <= 2, `in 50,000 s: ${alarms.join(", ")}`);
});

/** One second of levels.ts, in plain numbers. @returns whether the level has shifted */
function judge(one: ReturnType<typeof levelOf>, amount: number): boolean {
  const number = log2Of(1 + amount);
  const weight = Math.min(one.learned, 63) + 1;
  let away = number - one.mean;
  let scales = 0;
  if (one.learned >= 64) {
    const scale = one.deviation + 1024;
    scales = Math.max(-96, Math.min(96, Math.trunc((away * 16) / scale)));
    away = Math.trunc((scales * scale) / 16);
  }
  const step = Math.trunc(away / weight);
  one.mean += step;
  one.deviation += Math.trunc((Math.abs(away - step) - one.deviation) / weight);
  one.learned = weight;
  one.up = Math.max(one.up + scales - 16, 0);
  one.down = Math.max(one.down - scales - 16, 0);
  if (Math.max(one.up, one.down) <= abi.LEVEL_LIMIT) return false;
  Object.assign(one, { mean: 0, deviation: 0, learned: 0, up: 0, down: 0 });
  return true;
}

/** floor(log2(x) * 65,536), by whole numbers: 2^(n / 65,536) <= x is x^65,536 >= 2^n. */
function log2Of(x: number): number {
  let bits = 31 - Math.clz32(x);
  let mantissa = BigInt(x) << BigInt(31 - bits);
  for (let i = 0; i < 16; i++) {
    mantissa = (mantissa * mantissa) >> 31n;
    const carry = mantissa >> 32n;
    bits = bits * 2 + Number(carry);
    mantissa >>= carry;
  }
  assert.ok(Math.abs(bits / 65_536 - Math.log2(x)) < 2 ** -15, `log2(${x})`);
  return bits;
}

function levelOf(core: Core) {
  const table = sectionOf(core, abi.SECTION_LEVELS);
  const i32 = (offset: number) => table.getInt32(SERIES * abi.LEVEL_BYTES + offset, true);
  return {
    mean: i32(abi.LEVEL_MEAN),
    deviation: i32(abi.LEVEL_DEVIATION),
    learned: i32(abi.LEVEL_LEARNED),
    up: i32(abi.LEVEL_UP),
    down: i32(abi.LEVEL_DOWN),
  };
}

test.run();
