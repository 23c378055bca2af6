/** Streams that mean harm: nothing traps, nothing grows, and a restored core goes on as if nothing had been. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, host, modbus, segment } from "./frames.ts";
import { batchOf, builds, openCore, packet, type RawRecord } from "./harness.ts";
import { commandsOf, conversationsOf, evictedCommandsOf, evictedOf } from "./tables.ts";

const test = suite("wasm: reassembly");
const [client, server] = [host(1), host(2)];

/** Near each other and far apart, also around the wrap of 2^32. */
const seq = fc.oneof(
  fc.integer({ min: 1000, max: 1100 }),
  fc.integer({ min: 0, max: 20_000 }),
  fc.constantFrom(0, 0xffff_ffff, 0x7fff_ffff, 0x8000_0000, 131_072, 4096, 8191),
  fc.integer({ min: 0, max: 0xffff_ffff }),
);
const payload = fc.oneof(
  fc.constantFrom(
    modbus(1, 1, 3, [0, 0, 0, 1]),
    modbus(1, 1, 0x83, [2]),
    modbus(1, 1, 90, Array(1022).fill(3)),
    bytesOf(modbus(1, 1, 6, [0, 0, 0, 1]), modbus(2, 1, 6, [0, 0, 0, 2])),
  ),
  fc.uint8Array({ maxLength: 12 }),
  fc.nat(3000).map((length) => new Uint8Array(length)),
);
const hostile = fc.record({
  seq,
  payload,
  cutFrom: fc.nat(12),
  snap: fc.oneof(fc.constant(65_535), fc.nat(80)),
  flags: fc.constantFrom(16, 16, 16, 24, 2, 18, 17, 4, 63, 0),
  port: fc.constantFrom(502, 5020, 44_818),
  fromClient: fc.boolean(),
  later: fc.constantFrom(0, 0, 0, 1, 3),
});
type Hostile = typeof hostile extends fc.Arbitrary<infer Value> ? Value : never;

function recordsOf(all: readonly Hostile[]): RawRecord[] {
  let us = 10n ** 12n;
  return all.map(({ seq, payload, cutFrom, snap, flags, port, fromClient, later }) => {
    us += BigInt(later) * 1_000_000n + 1n;
    const data = payload.subarray(Math.min(cutFrom, payload.length));
    const frame = fromClient
      ? segment(client, server, { srcPort: 40_000, dstPort: port, seq, flags }, data)
      : segment(server, client, { srcPort: port, dstPort: 40_000, seq, flags }, data);
    return packet(us, frame.subarray(0, snap), frame.length);
  });
}

for (const build of builds) {
  const core = openCore(build.instantiate());
  const other = openCore(build.instantiate());
  const isNano = build.name === "nano";

  test(`${build.name}: any segments in any order; a snapshot in between changes nothing`, () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 40 }), fc.nat(40), (all, cut) => {
        assert.is(core.exports.init(0), abi.OK);
        const records = recordsOf(all).filter(({ bytes }) => bytes.length < 1900);
        for (const each of records.slice(0, cut)) core.ingest(batchOf([each]));
        assert.is(other.restore(core.snapshot()), abi.OK);
        for (const each of records.slice(cut)) {
          assert.is(core.ingest(batchOf([each])), 1);
          assert.is(other.ingest(batchOf([each])), 1);
        }
        assert.is(Buffer.compare(other.snapshot().subarray(32), core.snapshot().subarray(32)), 0);
        const seen = conversationsOf(core).length;
        assert.ok(seen <= 5);
        if (!isNano) assert.ok(commandsOf(core).length <= records.length * 4);
      }),
      { numRuns: build.name === "twin" ? 10 : 100 },
    );
  });
}

test("gateway: forged tables are mended or refused, and a host may read whatever they say", () => {
  const core = openCore(builds[0]!.instantiate());
  core.ingest(batchOf(recordsOf(fc.sample(hostile, { seed: 5, numRuns: 60 }))));
  assert.is(core.exports.section_export(abi.SECTION_STREAMS), abi.SECTION_EXPORT_BYTES);
  const sections = [abi.SECTION_CONVERSATIONS, abi.SECTION_COMMANDS, abi.SECTION_STREAMS];
  const memory = new Uint8Array(core.exports.memory.buffer);
  fc.assert(
    fc.property(
      fc.constantFrom(...sections),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 400 }),
      fc.array(hostile, { minLength: 1, maxLength: 12 }),
      (id, changes, after) => {
        core.exports.section_export(id);
        const entry = new DataView(core.out(abi.SECTION_EXPORT_BYTES).buffer);
        const at = entry.getUint32(abi.SECTION_PTR_AT, true);
        const length = entry.getUint32(abi.SECTION_LEN_AT, true);
        // Headers of buffers and the first records are where it hurts.
        for (const [where, value] of changes)
          memory[at + (where % Math.min(length, 40_000))] = value;
        const verdict = core.exports.section_import(id);
        assert.ok(verdict === abi.OK || verdict === abi.ERR_RANGE);
        core.ingest(batchOf(recordsOf(after)));
        core.tick(10 ** 6 + 500);
        conversationsOf(core);
        commandsOf(core);
        evictedOf(core);
        evictedCommandsOf(core);
      },
    ),
    { numRuns: 150 },
  );
});

test.run();
