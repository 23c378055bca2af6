/**
 * Random mutation of a plant's frames, on every build: a few seconds of what `npm run fuzz` does for
 * hours with a compiler's help. Nothing traps (a trap would throw), counts add up, and the core takes
 * back, unchanged, whatever state it has come to.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { batchesOf, plantRecords } from "../../scripts/wasm/plant-trace.ts";
import { builds, counterOf, createRandom, openCore, type RawRecord } from "./harness.ts";

const ROUNDS = 24;
const PACKETS = 400;

const test = suite("wasm: fuzz");

for (const build of builds) {
  test(`${build.name}: mutated frames`, () => {
    const random = createRandom(0x5eed);
    const core = openCore(build.instantiate());
    const room = core.exports.io_cap();
    let sent = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const frames = plantRecords(PACKETS, round + 1).map((frame) => mutated(frame, random, room));
      for (const batch of batchesOf(frames, room)) {
        const taken = core.ingest(batch);
        assert.ok(taken > 0, `ingest: ${taken}`);
        sent += taken;
      }
      askEverything(core, random);
    }
    assert.is(counterOf(core, abi.COUNTER_RECORDS), sent);
    const snapshot = core.snapshot();
    assert.is(core.restore(snapshot), abi.OK);
    assert.equal(Buffer.from(core.snapshot().subarray(32)), Buffer.from(snapshot.subarray(32)));
  });

  test(`${build.name}: batches of noise`, () => {
    const random = createRandom(0xbad);
    const core = openCore(build.instantiate());
    for (let round = 0; round < 400; round++) {
      const batch = Uint8Array.from({ length: (random() % core.exports.io_cap()) % 2048 }, random);
      // Headers that claim little make many records of a batch.
      for (let at = 8; at < batch.length; at += 24) batch[at + 1] = 0;
      const taken = core.ingest(batch);
      assert.ok(taken >= 0 || taken === abi.ERR_TRUNCATED, `ingest: ${taken}`);
    }
    askEverything(core, random);
  });
}

test("the gateway and its twin come to the same state, byte for byte", () => {
  const states = builds
    .filter(({ name }) => name !== "nano")
    .map((build) => {
      const random = createRandom(0x7717);
      const core = openCore(build.instantiate());
      const frames = plantRecords(4 * PACKETS, 5).map((frame) => mutated(frame, random, 4096));
      for (const batch of batchesOf(frames, 4096)) core.ingest(batch);
      return Buffer.from(core.snapshot());
    });
  assert.ok(states[0]!.equals(states[1]!));
});

/** Bytes flipped, cut off, repeated; links, interfaces and times that nobody meant. */
function mutated(frame: RawRecord, random: () => number, room: number): RawRecord {
  let bytes = frame.bytes.slice();
  for (let edits = random() % 4; edits > 0 && bytes.length > 0; edits--) {
    bytes[random() % Math.min(bytes.length, 96)] = random() % 3 === 0 ? 0xff : random();
  }
  if (random() % 8 === 0) bytes = bytes.subarray(0, random() % (bytes.length + 1));
  if (random() % 64 === 0) bytes = Uint8Array.from({ length: Math.min(1500, room - 20) }, random);
  const jump = random() % 200 === 0 ? BigInt(random()) * 1000n : 0n;
  return {
    us: frame.us + jump,
    flags: (random() % 4 === 0 ? random() % 4 : 0) << abi.RECORD_LINK_SHIFT,
    iface: random() % 50 === 0 ? random() & 0xffff : 0,
    bytes,
    wire: random() % 20 === 0 ? random() & 0xffff : bytes.length,
  };
}

function askEverything({ exports }: ReturnType<typeof openCore>, random: () => number): void {
  for (let what = 0; what < 256; what++) {
    const bytes = exports.query(what, random() % 70, random() % 5);
    assert.ok(bytes <= exports.out_cap(), `query ${what}: ${bytes}`);
  }
  assert.ok(exports.events(random() % 20) >= 0);
}

test.run();
