import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../../agent/traffic/abi.ts";
import { coreModuleOf, createTrafficCore, instantiateCore } from "../../../agent/traffic/core.ts";
import type { CoreExports } from "../../../agent/traffic/core-exports.ts";
import { builds, seal, wasmBytes } from "../../wasm/harness.ts";

const test = suite("traffic: core");
const open = () => createTrafficCore({ exports: builds[0]!.instantiate() });

for (const build of builds) {
  test(`${build.name}: samples come back as statistics`, () => {
    const core = createTrafficCore({ exports: build.instantiate() });
    for (let second = 0; second < 10; second++) core.addSample(0, second * 1000 + 300.5, 100);
    core.addSample(0, 12_000, 2 ** 33);
    core.tick(12_999);
    const { variance, p50, p90, p99, burstThreshold, ...exact } = core.seriesStatistics(0);
    assert.equal(exact, {
      seconds: 11,
      sum: 1000 + 2 ** 32 - 2,
      ratePerS: (1000 + 2 ** 32 - 2) / 11,
      max: 2 ** 32 - 2,
      // The nano has no bursts and no gaps.
      ...(build.name === "nano"
        ? { burstCount: 0, burstSecondsMax: 0, missingSeconds: 0, gapCount: 0 }
        : { burstCount: 1, burstSecondsMax: 1, missingSeconds: 2, gapCount: 1 }),
      saturatedCount: 1,
    });
    assert.ok(Math.abs(p50 - 100) <= 100 / 32);
    assert.is(p90, p50);
    assert.ok(Math.abs(p99 - 2 ** 32) <= 2 ** 32 / 32);
    if (build.name !== "nano") {
      assert.ok(burstThreshold > 2 ** 30 && burstThreshold < 2 ** 31);
    }
    assert.ok(variance > 0);
  });
}

test("more records than the buffer holds go in as several batches", () => {
  const core = open();
  for (let i = 0; i < 10_000; i++) core.addSample(i % 3, 5000, 1);
  assert.is(core.seriesStatistics(1).sum, 3333);
  assert.is(core.counters()[abi.COUNTER_SAMPLES], 10_000);
});

test("packets longer than the buffer are cut, and counted at their length on the wire", () => {
  const core = open();
  for (const bytes of [100_000, 61]) {
    const view = new DataView(new ArrayBuffer(bytes));
    core.putPacket(5e6, view, 0, bytes, 9000, 1, abi.LINK_ETHERNET);
  }
  core.tick(6000);
  assert.is(core.seriesStatistics(abi.SERIES_FRAMES).sum, 2);
  assert.is(core.seriesStatistics(abi.SERIES_OCTETS).sum, 65_520 + 9000);
});

test("a watched second without packets counts as zero, a silent host's as missing", () => {
  const core = open();
  const view = new DataView(new ArrayBuffer(60));
  for (const second of [100, 104, 150]) {
    core.putPacket(second * 1e6, view, 0, 60, 60, 0, abi.LINK_ETHERNET);
  }
  core.tick(151_000);
  const frames = core.seriesStatistics(abi.SERIES_FRAMES);
  assert.is(frames.seconds, 6);
  assert.is(frames.sum, 3);
  assert.is(frames.missingSeconds, 45);
});

test("a snapshot taken back gives the same answers", () => {
  const core = open();
  for (let second = 0; second < 400; second++) core.addSample(2, second * 1000, second * 7);
  const snapshot = core.snapshot();
  const other = open();
  assert.equal(other.restore(snapshot), { outcome: "restored" });
  assert.equal(other.seriesStatistics(2), core.seriesStatistics(2));
});

test("of a snapshot of another build, the sections that still fit are carried over", () => {
  const core = open();
  for (let second = 0; second < 50; second++) core.addSample(2, second * 1000, second);
  const before = core.seriesStatistics(2);
  const older = core.snapshot();
  // As if the event log's format had been another.
  const versionAt =
    abi.SNAPSHOT_HEADER_BYTES + 3 * abi.SECTION_ENTRY_BYTES + abi.SECTION_VERSION_AT;
  older[versionAt] = 99;
  older[abi.SNAPSHOT_LAYOUT_HASH_AT]! ^= 1;
  seal(older);
  const other = open();
  const restored = other.restore(older);
  const sections = restored.outcome === "carried" ? restored.sections : [];
  for (const id of [abi.SECTION_CONFIG, abi.SECTION_SERIES, abi.SECTION_CONVERSATIONS]) {
    assert.ok(sections.includes(id), `section ${id}`);
  }
  assert.not.ok(sections.includes(abi.SECTION_EVENTS));
  assert.equal(other.seriesStatistics(2), before);
});

test("a snapshot that is no snapshot is refused, and the core works on", () => {
  const core = open();
  const good = core.snapshot();
  const torn = good.slice();
  torn[5000]! ^= 1;
  const foreign = good.slice();
  foreign[abi.SNAPSHOT_LAYOUT_HASH_AT]! ^= 1;
  foreign[5000]! ^= 1;
  for (const [bytes, reason] of [
    [new Uint8Array(), "too short"],
    [new Uint8Array(good.length), "not a snapshot"],
    [good.subarray(0, 2000), "cut off"],
    [torn, "wrong checksum"],
    [foreign, "wrong checksum"],
  ] as const) {
    assert.equal(core.restore(bytes), { outcome: "refused", reason });
    core.addSample(0, 1000, 3);
    assert.is(core.seriesStatistics(0).sum, 3);
  }
});

test("events are drained", () => {
  const core = open();
  core.tick(9_000_000);
  assert.is(core.tick(1_000_000), 1);
  assert.equal(core.events(), [
    { kind: abi.EVENT_CLOCK_RESTART, second: 1000, subject: 0, detail: 9000, value: 0, limit: 0 },
  ]);
  assert.equal(core.events(), []);
});

test("the host's own mistakes throw", () => {
  const core = open();
  assert.throws(() => core.addSample(core.seriesMax, 0, 1), /no series/);
  assert.throws(() => core.addSample(0, 0, -1), /amount/);
  assert.throws(() => core.tick(Number.NaN), /time/);
  const hashKey = new Uint8Array(3);
  assert.throws(() => createTrafficCore(instantiateCore(wasmBytes.nano), { hashKey }), /init/);
});

test("a core of another major, or that computes wrongly, is not used", () => {
  const exports = builds[0]!.instantiate();
  const other: CoreExports = { ...exports, abi_version: () => 2 << 16 };
  assert.throws(() => coreModuleOf(other), /ABI 2/);
  assert.throws(() => coreModuleOf({ ...exports, selftest: () => 1 }), /selftest/);
});

test.run();
