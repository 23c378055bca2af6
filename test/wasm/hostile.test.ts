/** Nothing that comes in traps the core, and framing errors say how far it got. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, counterOf, openCore, packet, sample } from "./harness.ts";

const test = suite("wasm: hostile input");

for (const build of builds) {
  const numRuns = build.name === "twin" ? 300 : 3000;

  test(`${build.name}: random bytes never trap ingest`, () => {
    const core = openCore(build.instantiate());
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600, size: "max" }), (bytes) => {
        const taken = core.ingest(bytes);
        assert.ok(taken >= 0 || taken === abi.ERR_TRUNCATED, `${taken}`);
      }),
      { numRuns },
    );
    assert.ok(core.snapshot().length > 0);
  });

  test(`${build.name}: well framed records with random fields never trap`, () => {
    const core = openCore(build.instantiate());
    const record = fc.record({
      us: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      flags: fc.oneof(fc.nat(2), fc.nat(0xffff)),
      iface: fc.oneof(fc.nat(8), fc.nat(0xffff)),
      bytes: fc.uint8Array({ maxLength: 60 }),
      wire: fc.nat(0xffff),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        assert.is(core.ingest(batchOf(records)), records.length);
      }),
      { numRuns },
    );
  });

  test(`${build.name}: any argument to any call is answered`, () => {
    const { exports } = openCore(build.instantiate());
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), (a, b, c) => {
        exports.query(a & 0xff, b, c);
        exports.query(a, b, c);
        exports.tick(a, b);
        exports.events(a);
        exports.section_export(a & 0xff);
        exports.section_import(a & 0xff);
        if (a >>> 0 > exports.io_cap()) assert.is(exports.ingest(a), abi.ERR_CAP);
      }),
      { numRuns: 300 },
    );
  });

  test(`${build.name}: a cut record stops the batch and says where`, () => {
    const core = openCore(build.instantiate());
    const batch = batchOf([sample(9, 0, 1n), sample(9, 0, 2n), sample(9, 0, 3n)]);
    assert.is(core.ingest(batch.subarray(0, 68)), abi.ERR_TRUNCATED);
    const progress = new DataView(core.out(8).buffer);
    assert.is(progress.getUint32(abi.INGEST_RECORDS, true), 2);
    assert.is(progress.getUint32(abi.INGEST_BYTES, true), 48);
    assert.is(counterOf(core, abi.COUNTER_SAMPLES), 2);
  });

  test(`${build.name}: refuses to work before init, and a configuration it cannot read`, () => {
    const exports = build.instantiate();
    assert.is(exports.ingest(0), abi.ERR_STATE);
    assert.is(exports.tick(0, 0), abi.ERR_STATE);
    assert.is(exports.query(abi.QUERY_COUNTERS, 0, 0), abi.ERR_STATE);
    const config = (...bytes: number[]) => {
      new Uint8Array(exports.memory.buffer).set(bytes, exports.io_ptr());
      return exports.init(bytes.length);
    };
    assert.is(config(1, 0, 8, 0, 1, 2), abi.ERR_ARG);
    assert.is(config(1, 0, 4, 0, 1, 2, 3, 4), abi.ERR_ARG);
    assert.is(config(77, 0, 0, 0), abi.ERR_UNSUPPORTED);
    assert.is(exports.ingest(0), abi.ERR_STATE);
    assert.is(config(1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8), abi.OK);
    assert.is(exports.init(exports.io_cap() + 1), abi.ERR_CAP);
  });

  test(`${build.name}: a stamp far ahead is mended by the next tick`, () => {
    const core = openCore(build.instantiate());
    core.ingest(
      batchOf([packet(10n ** 9n * 10n ** 6n, new Uint8Array(60)), sample(2_000_000_000, 0, 1n)]),
    );
    assert.is(core.tick(1_000_000_001), 1);
    core.ingest(batchOf([sample(1_000_000_001, 0, 5n)]));
    assert.is(counterOf(core, abi.COUNTER_LATE), 0);
    assert.is(counterOf(core, abi.COUNTER_CLOCK_RESTARTS), 1);
    assert.is(core.exports.events(9), 1);
    const event = new DataView(core.out(abi.EVENT_BYTES).buffer);
    assert.is(event.getUint32(abi.EVENT_KIND, true), abi.EVENT_CLOCK_RESTART);
    assert.is(event.getUint32(abi.EVENT_DETAIL, true), 2_000_000_000);
  });
}

test.run();
