import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, type Core, createRandom, openCore, sample } from "./harness.ts";
import { createUniform, drainEvents, type Event, sectionOf } from "./stats-traffic.ts";

const test = suite("wasm: tails, and seconds unlike together");

const START = 1_700_000_000;
const RISK = 1e-5;
const gateways = builds.filter(({ name }) => name !== "nano");

/** Values, and the true chance of one above a limit. */
const distributions = [
  { name: "uniform", draw: (u: number) => 1e6 * u, above: (x: number) => 1 - x / 1e6 },
  {
    name: "exponential",
    draw: (u: number) => -1e5 * Math.log(1 - u),
    above: (x: number) => Math.exp(-x / 1e5),
  },
  {
    name: "pareto",
    draw: (u: number) => 1e5 * (1 - u) ** (-1 / 4),
    above: (x: number) => (x / 1e5) ** -4,
  },
  {
    name: "weibull",
    draw: (u: number) => 1e5 * Math.sqrt(-Math.log(1 - u)),
    above: (x: number) => Math.exp(-((x / 1e5) ** 2)),
  },
];

for (const build of gateways) {
  test(`${build.name}: the limit's true risk is within a factor of 10 of the stated one`, () => {
    const streams = build.name === "twin" ? 1 : 3;
    const seconds = build.name === "twin" ? 6000 : 20_000;
    for (let stream = 0; stream < streams; stream++) {
      const uniform = createUniform(createRandom(50 + stream));
      const core = openCore(build.instantiate());
      feed(core, seconds, () => distributions.map(({ draw }) => draw(uniform())));
      for (const [series, { name, above }] of distributions.entries()) {
        const tail = tailOf(core, series);
        const risk = Math.max(above(tail.limit), 1e-12);
        const isBounded = name === "uniform" && tail.limit < 1.05e6;
        assert.ok(risk < 10 * RISK, `${name}: ${risk} above ${tail.limit}`);
        assert.ok(isBounded || risk > RISK / 10, `${name}: ${risk} above ${tail.limit}`);
      }
    }
  });

  test(`${build.name}: a run beyond the limit is told once, and taken as normal after a minute`, () => {
    const uniform = createUniform(createRandom(9));
    const core = openCore(build.instantiate());
    feed(core, 2000, () => [1000 + 100 * uniform()]);
    drainEvents(core);
    let events = feed(core, 30, () => [9000 + 100 * uniform()], 2000);
    const told = tailEvents(events).filter((event) => !isForest(event));
    assert.equal(
      told.map(({ subject }) => subject),
      [0],
    );
    assert.ok(told[0]!.value > 8999);
    events = feed(core, 600, () => [9000 + 100 * uniform()], 2030);
    assert.is(tailOf(core, 0).values < 600, true);
  });

  test(`${build.name}: a second that is unlike in all series together is found`, () => {
    const uniform = createUniform(createRandom(21));
    const core = openCore(build.instantiate());
    // Eight series that go up and down together; then, once, half of them up and half down.
    const together = () => {
      const up = uniform() < 0.5 ? 1.5 : 1;
      return Array.from({ length: 8 }, () => up * (1e5 + 2000 * uniform()));
    };
    const apart = () =>
      Array.from({ length: 8 }, (_, i) => (i % 2 ? 1.5 : 1) * (1e5 + 2000 * uniform()));
    const seconds = build.name === "twin" ? 2400 : 4000;
    const before = feed(core, seconds, together);
    const events = feed(core, 40, (second) => (second % 10 === 0 ? apart() : together()), seconds);
    const surprises = events.filter(isForest);
    const singles = tailEvents(events).filter((event) => !isForest(event));
    assert.ok(surprises.length >= 1, "not found");
    assert.is(singles.length, 0);
    assert.ok(before.filter(isForest).length <= 2, `${before.filter(isForest).length} false`);
  });
}

function isForest({ kind, subject }: Event): boolean {
  return kind === abi.EVENT_TAIL && subject === abi.TAIL_FOREST;
}

function tailEvents(events: readonly Event[]): Event[] {
  return events.filter(({ kind }) => kind === abi.EVENT_TAIL);
}

/** A value for each series and second. @returns what the core noticed, three seconds later */
function feed(core: Core, seconds: number, next: (second: number) => number[], from = 0): Event[] {
  const events: Event[] = [];
  for (let second = 0; second < seconds; second++) {
    const records = next(second).map((value, series) =>
      sample(START + from + second, series, BigInt(Math.round(value))),
    );
    core.ingest(batchOf(records));
    if (second % 50 === 49) events.push(...drainEvents(core));
  }
  return [...events, ...drainEvents(core)];
}

function tailOf(core: Core, metric: number) {
  const table = sectionOf(core, abi.SECTION_TAIL);
  const one = metric * abi.TAIL_BYTES;
  return {
    values: table.getUint32(one + abi.TAIL_VALUES, true),
    limit: table.getFloat64(one + abi.TAIL_LIMIT, true),
    shape: table.getFloat64(one + abi.TAIL_SHAPE, true),
  };
}

test.run();
