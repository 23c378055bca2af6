import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { host, modbus, segment } from "./frames.ts";
import {
  batchOf,
  builds,
  type Core,
  createRandom,
  limitsOf,
  openCore,
  packet,
  sample,
  seal,
} from "./harness.ts";
import { hostileFrames } from "./hostile-frames.ts";
import { datagram } from "./stats-traffic.ts";

const test = suite("wasm: snapshot");

/** Some minutes of traffic of every kind, different for each seed. */
function feed(core: Core, seed: number, from: number, seconds: number): void {
  const random = createRandom(seed);
  for (let second = from; second < from + seconds; second++) {
    const records = [sample(second, random() % 6, BigInt(random()))];
    for (let left = random() % 4; left > 0; left--) {
      const us = BigInt(second) * 1_000_000n + BigInt(random() % 1_000_000);
      records.push(packet(us, Uint8Array.from({ length: random() % 90 }, random)));
      records.push(packet(us + 1n, modbusFrame(random)));
      records.push(...hostileFrames(random, 2).map((frame) => packet(us + 2n, frame)));
      records.push(
        datagram({ us: Number(us), src: random() % 500, dst: 1, dstPort: random() % 9 }),
      );
    }
    assert.is(core.ingest(batchOf(records)), records.length);
    if (random() % 3 === 0) core.tick(second);
  }
}

/** Requests of a few hosts, some of them cut, so that conversations, commands and buffers are in use. */
function modbusFrame(random: () => number): Uint8Array {
  const fields = { srcPort: 1024 + (random() % 9), dstPort: 502, seq: random() % 64 };
  const message = modbus(random() % 9, random() % 3, 1 + (random() % 6), [0, 1, 0, 1]);
  const from = random() % 3;
  return segment(host(1), host(2), fields, message.subarray(from, 13 - (random() % 5)));
}

for (const build of builds) {
  test(`${build.name}: a restored run goes on byte for byte`, () => {
    const one = openCore(build.instantiate());
    feed(one, 7, 5000, 200);
    const snapshot = one.snapshot();
    const other = openCore(build.instantiate());
    feed(other, 9, 90_000, 30);
    assert.is(other.restore(snapshot), abi.OK);
    for (const core of [one, other]) {
      feed(core, 8, 5200, 150);
      core.tick(4000);
    }
    assert.equal(other.snapshot(), one.snapshot());
  });

  test(`${build.name}: every bit flipped is refused, and the core is then unready`, () => {
    const one = openCore(build.instantiate());
    feed(one, 7, 5000, 100);
    const snapshot = one.snapshot();
    const random = createRandom(3);
    for (let round = 0; round < 40; round++) {
      const bad = snapshot.slice();
      bad[random() % bad.length]! ^= 1 << (random() % 8);
      assert.ok(one.restore(bad) < 0);
      assert.is(one.exports.ingest(0), abi.ERR_STATE);
      assert.is(one.exports.snapshot(), abi.ERR_STATE);
    }
    assert.is(one.restore(snapshot), abi.OK);
  });

  test(`${build.name}: refuses the wrong length, an empty state, another layout`, () => {
    const one = openCore(build.instantiate());
    const snapshot = one.snapshot();
    assert.is(one.restore(snapshot.subarray(4)), abi.ERR_ARG);
    assert.is(one.restore(new Uint8Array(snapshot.length)), abi.ERR_VERSION);
    const other = snapshot.slice();
    other[abi.SNAPSHOT_LAYOUT_HASH_AT]! ^= 1;
    assert.is(one.restore(other), abi.ERR_VERSION);
  });

  test(`${build.name}: forged states with a right checksum are sound or refused`, () => {
    const one = openCore(build.instantiate());
    feed(one, 7, 5000, 100);
    const snapshot = one.snapshot();
    let sound = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(snapshot.length - 33), fc.nat(255)), { minLength: 1 }),
        fc.integer(),
        (changes, seed) => {
          const forged = snapshot.slice();
          for (const [at, byte] of changes) forged[32 + at] = byte;
          // Half of them in the small sections at the front, where the indices are.
          for (const [at, byte] of changes.slice(1)) forged[32 + (at % 900)] = byte;
          seal(forged);
          const code = one.restore(forged);
          assert.ok(code === abi.OK || code === abi.ERR_RANGE, `${code}`);
          if (code !== abi.OK) return;
          sound++;
          use(one, seed);
        },
      ),
      { numRuns: build.name === "nano" ? 2000 : 150 },
    );
    assert.ok(sound > 20, "too few forged states were let through to prove anything");
  });

  test(`${build.name}: a section goes over to another core`, () => {
    const one = openCore(build.instantiate());
    feed(one, 7, 5000, 100);
    const other = openCore(build.instantiate());
    for (const id of [abi.SECTION_CLOCK, abi.SECTION_SERIES]) {
      const from = sectionOf(one, id);
      const to = sectionOf(other, id);
      new Uint8Array(other.exports.memory.buffer).set(from.bytes, to.at);
      assert.is(other.exports.section_import(id), abi.OK);
    }
    assert.equal(other.query(abi.QUERY_SERIES, 1), one.query(abi.QUERY_SERIES, 1));
    assert.is(one.exports.section_export(99), abi.ERR_UNSUPPORTED);
  });
}

/** Everything a host may do to a core. Whatever it does with a forged past, it must not trap. */
function use(core: Core, seed: number): void {
  const newest = core.exports.tick(0, 0);
  assert.ok(newest >= 0);
  feed(core, seed, Math.abs(seed), 5);
  for (let series = 0; series < limitsOf(core).series; series++)
    core.query(abi.QUERY_SERIES, series);
  const tables = [abi.QUERY_CONVERSATIONS, abi.QUERY_COMMANDS, abi.QUERY_CONVERSATIONS_EVICTED];
  for (const what of tables) core.exports.query(what, Math.abs(seed) % 99, 0);
  for (const what of [abi.QUERY_TRAFFIC, abi.QUERY_EDGES]) core.exports.query(what, 0, 0);
  core.exports.query(abi.QUERY_HEAVY, -1, seed);
  assert.ok(core.exports.events(1000) >= 0);
  assert.is(core.exports.snapshot(), core.exports.state_len());
}

function sectionOf(core: Core, id: number): { at: number; bytes: Uint8Array } {
  assert.is(core.exports.section_export(id), abi.SECTION_EXPORT_BYTES);
  const entry = new DataView(core.out(abi.SECTION_EXPORT_BYTES).buffer);
  const at = entry.getUint32(abi.SECTION_PTR_AT, true);
  const length = entry.getUint32(abi.SECTION_LEN_AT, true);
  return { at, bytes: new Uint8Array(core.exports.memory.buffer).slice(at, at + length) };
}

test.run();
