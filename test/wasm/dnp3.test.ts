import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import {
  answer,
  ask,
  client,
  connection,
  datagram,
  excerptsOf,
  meaningsOf,
  run,
  server,
  tallyOf,
} from "./plant-wire.ts";

const test = suite("wasm: DNP3");
const pair = "10.0.0.1>10.0.0.2";
const MASTER = 3;
const OUTSTATION = 4;

/** IEEE 1815-2012 annex E: polynomial 0x3d65, bit by bit. */
function crc(bytes: Uint8Array): number[] {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xa6bc : sum >>> 1;
  }
  return [~sum & 0xff, (~sum >>> 8) & 0xff];
}

function frame(fromMaster: boolean, userData: Uint8Array, control = 4): Uint8Array {
  const ends = fromMaster ? [OUTSTATION, 0, MASTER, 0] : [MASTER, 0, OUTSTATION, 0];
  const direction = fromMaster ? 0xc0 : 0x40;
  const header = bytesOf(0x05, 0x64, 5 + userData.length, direction | control, ends);
  const parts = [header, crc(header)];
  for (let at = 0; at < userData.length; at += 16) {
    const block = userData.subarray(at, at + 16);
    parts.push(block, crc(block));
  }
  return bytesOf(...parts);
}

/** A fragment in frames that hold so much of it each, from a transport sequence number on. */
function fragment(
  fromMaster: boolean,
  application: Uint8Array,
  size = 249,
  first = 0,
): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < application.length; at += size) {
    const isLast = at + size >= application.length;
    const transport =
      (isLast ? 0x80 : 0) | (at === 0 ? 0x40 : 0) | ((first + frames.length) & 0x3f);
    frames.push(frame(fromMaster, bytesOf(transport, application.subarray(at, at + size))));
  }
  return frames;
}

const request = (code: number, ...objects: number[]) => bytesOf(0xc1, code, objects);
const response = (indications: [number, number], ...objects: number[]) =>
  bytesOf(0xc1, 129, indications, objects);

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts link frames, and functions once a fragment`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(20_000, [
        ask(bytesOf(...fragment(true, request(1, 60, 2, 6)), frame(true, bytesOf(), 9))),
        answer(bytesOf(...fragment(false, response([0, 0], ...Array<number>(99).fill(1)), 20))),
        ask(bytesOf(...fragment(true, request(13)))),
        answer(bytesOf(...fragment(false, response([0, 1])))),
      ]),
    );
    assert.equal(tallyOf(core), [
      `dnp3 ${pair} al_func_request 13: 1`,
      `dnp3 ${pair} al_func_request 1: 1`,
      `dnp3 ${pair} al_func_response 129: 2`,
      `dnp3 ${pair} link_frames 3->4: 3`,
      `dnp3 ${pair} link_frames 4->3: 7`,
    ]);
    assert.equal(meaningsOf(core), [
      `${pair} address 4; cold restart; control; restart: 1 0 0`,
      `${pair} address 4; read; read: 1 0 0`,
      `${pair} address 4; response; other: 0 1 0`,
      `${pair} address 4; response; other; function not supported: 0 0 1`,
    ]);
  });

  test(`${build.name}: a write says what it writes`, () => {
    const core = openCore(build.instantiate());
    const writes = [request(2, 50, 1, 7, 1), request(2, 80, 1), request(2, 41)];
    run(
      core,
      connection(
        20_000,
        writes.map((each) => ask(bytesOf(...fragment(true, each)))),
      ),
    );
    assert.equal(meaningsOf(core), [
      `${pair} address 4; write internal indications; write: 1 0 0`,
      `${pair} address 4; write time; write; time_set: 1 0 0`,
      `${pair} address 4; write; write: 1 0 0`,
    ]);
  });

  test(`${build.name}: however a fragment is cut into frames and segments, it counts once`, () => {
    const core = openCore(build.instantiate());
    const restart = request(14, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 63 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
        (size, first, sizes) => {
          assert.is(core.exports.init(0), abi.OK);
          const frames = fragment(true, restart, size, first);
          run(core, connection(20_000, [ask(bytesOf(...frames))], sizes));
          assert.equal(meaningsOf(core), [
            `${pair} address 4; warm restart; control; restart: 1 0 0`,
          ]);
        },
      ),
      { numRuns: build.name === "twin" ? 30 : 300 },
    );
  });

  test(`${build.name}: a fragment with a part missing, or that never ends, is none`, () => {
    const core = openCore(build.instantiate());
    const parts = fragment(true, request(13, 1, 2, 3, 4, 5, 6), 3);
    const endless = Array.from({ length: 90 }, (_, i) => frame(true, bytesOf(i & 0x3f, 1, 13)));
    run(core, connection(20_000, [ask(bytesOf(parts[0]!, parts[2]!, ...endless))]));
    assert.equal(tallyOf(core), [`dnp3 ${pair} link_frames 3->4: 92`]);
  });

  test(`${build.name}: finds the next frame behind stray bytes, and none with a wrong checksum`, () => {
    const core = openCore(build.instantiate());
    const [good] = fragment(true, request(1));
    const bad = good!.slice();
    bad[8]! ^= 1;
    run(
      core,
      connection(20_000, [ask(bytesOf(1, 2, 5, good!)), ask(bytesOf(9)), ask(good!), ask(bad)]),
    );
    // What begins with a stray byte is not known for DNP3 yet.
    assert.equal(tallyOf(core), [
      `dnp3 ${pair} al_func_request 1: 1`,
      `dnp3 ${pair} link_frames 3->4: 1`,
    ]);
    const known = openCore(build.instantiate());
    run(
      known,
      connection(20_000, [ask(good!), ask(bytesOf(1, 2, 5, 0x64, good!)), ask(bad), ask(good!)]),
    );
    assert.is(tallyOf(known)[0], `dnp3 ${pair} al_func_request 1: 3`);
  });

  test(`${build.name}: what has a block with a wrong checksum was not said`, () => {
    const core = openCore(build.instantiate());
    const [frame] = fragment(true, request(13, ...Array<number>(30).fill(1)));
    for (const at of [12, 30, 46]) {
      const bad = frame!.slice();
      bad[at]! ^= 1;
      assert.is(core.exports.init(0), abi.OK);
      run(core, connection(20_000, [ask(bad)]));
      assert.equal(tallyOf(core), [`dnp3 ${pair} link_frames 3->4: 1`]);
    }
  });

  test(`${build.name}: over UDP and off its port; who is the master, the direction bit says`, () => {
    const core = openCore(build.instantiate());
    const [reply] = fragment(false, response([0, 0]));
    run(core, [datagram(server, client, [30_001, 30_002], reply!)]);
    assert.equal(meaningsOf(core), [`${pair} address 4; response; other: 0 1 0`]);
  });

  test(`${build.name}: keeps attributes, and indications when they change`, () => {
    const core = openCore(build.instantiate());
    const attributes = [0, 252, 0, 0, 0, 1, 2, 65, 66];
    const said = [response([0, 0], 30), response([0, 0], 31), response([0x80, 0], 30)];
    const frames = [...said, response([0, 0], ...attributes)].map((each) =>
      bytesOf(...fragment(false, each)),
    );
    run(core, connection(20_000, frames.map(answer)));
    assert.equal(
      excerptsOf(core),
      [frames[0]!.subarray(0, 15), frames[2]!.subarray(0, 15), frames[3]!].map((bytes) => ({
        kind: abi.EXCERPT_DNP3,
        bytes,
      })),
    );
  });
}

test.run();
