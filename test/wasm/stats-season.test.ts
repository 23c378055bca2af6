import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, type Core, createRandom, openCore, sample } from "./harness.ts";
import { drainEvents, sectionOf } from "./stats-traffic.ts";

const test = suite("wasm: seasons");

const WEEK_S = 7 * 86_400;
const SERIES = 3;
/** The nano's code has no room for it. */
const gateways = builds.filter(({ name }) => name !== "nano");

for (const build of gateways) {
  test(`${build.name}: an hour is held against the same hour of past weeks`, () => {
    const core = openCore(build.instantiate());
    const random = createRandom(2);
    const means: number[] = [];
    for (let week = 2800; week < 2806; week++) {
      means.push(hour(core, week * WEEK_S + 30 * 3600, () => 1000 + (random() % 100)));
      hour(core, week * WEEK_S + 31 * 3600, () => 90_000 + (random() % 9000));
    }
    assert.is(seasonsOf(core).length, 0);
    const { mean, learned } = slotOf(core, 30);
    assert.is(learned, 4);
    // The first four weeks' mean, then a quarter of each week's distance.
    let expected = 0;
    means.forEach((level, week) => {
      expected += (level - expected) / Math.min(week + 1, 4);
    });
    assert.ok(Math.abs(mean - expected) < 2 ** -10, `${mean}, ${expected}`);
    // What is usual at 31 h is not at 30 h.
    hour(core, 2806 * WEEK_S + 30 * 3600, () => 90_000);
    hour(core, 2806 * WEEK_S + 31 * 3600, () => 90_000 + (random() % 9000));
    hour(core, 2806 * WEEK_S + 32 * 3600, () => 1);
    const events = seasonsOf(core);
    assert.equal(
      events.map(({ subject, detail }) => [subject, detail]),
      [[SERIES, 30]],
    );
    assert.ok(events[0]!.value > events[0]!.limit);
  });

  test(`${build.name}: an hour of which little is known teaches nothing`, () => {
    const core = openCore(build.instantiate());
    hour(core, 2800 * WEEK_S, () => 50, 1700);
    hour(core, 2800 * WEEK_S + 3600, () => 50, 1900);
    hour(core, 2800 * WEEK_S + 7200, () => 50, 10);
    assert.is(slotOf(core, 0).learned, 0);
    assert.is(slotOf(core, 1).learned, 1);
  });
}

/** Samples of so many seconds of an hour. @returns the mean of log2(1 + amount) */
function hour(core: Core, from: number, next: () => number, seconds = 1900): number {
  let sum = 0;
  for (let second = 0; second < seconds; second++) {
    const amount = next();
    sum += Math.log2(1 + amount);
    core.ingest(batchOf([sample(from + second, SERIES, BigInt(amount))]));
  }
  // The last seconds are judged when later ones come.
  for (let second = seconds; second < seconds + 3; second++) core.tick(from + second);
  return sum / seconds;
}

function seasonsOf(core: Core) {
  return drainEvents(core).filter(({ kind }) => kind === abi.EVENT_SEASON);
}

function slotOf(core: Core, slot: number) {
  const table = sectionOf(core, abi.SECTION_SEASON);
  const at = abi.SEASON_TABLE + (SERIES * 168 + slot) * abi.SEASON_BYTES;
  return {
    mean: table.getInt32(at + abi.SEASON_MEAN, true) / 65_536,
    learned: table.getUint32(at + abi.SEASON_LEARNED, true),
  };
}

test.run();
