import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, u16 } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import { answer, ask, connection, excerptsOf, meaningsOf, run, tallyOf } from "./plant-wire.ts";
import { conversationsOf } from "./tables.ts";

const test = suite("wasm: S7comm");
const pair = "10.0.0.1>10.0.0.2";
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const tpkt = (tpdu: Uint8Array) => bytesOf(3, 0, u16(4 + tpdu.length), tpdu);
const data = (body: Uint8Array, isLast = true) => tpkt(bytesOf(2, 0xf0, isLast ? 0x80 : 0, body));
const connect = (code: number) => tpkt(bytesOf(6, code << 4, 0, 0, 0, 1, 0));

function s7(rosctr: number, parameters: number[], more: number[] = [], error = 0): Uint8Array {
  const lengths = [...u16(parameters.length), ...u16(more.length)];
  const answered = rosctr === 2 || rosctr === 3 ? [error, 0] : [];
  return bytesOf(0x32, rosctr, 0, 0, 0, 7, lengths, answered, parameters, more);
}

const stop = s7(1, [0x29, 0, 0, 0, 0, 0, 9, ...ascii("P_PROGRAM")]);
const start = s7(1, [0x28, 0, 0, 0, 0, 0, 0, 0xfd, 0, 0, 9, ...ascii("P_PROGRAM")]);
const insert = s7(1, [0x28, 0, 0, 0, 0, 0, 0, 0xfd, 0, 2, 1, 2, 5, ...ascii("_INSE")]);
/** Userdata: type and group in one byte, subfunction. */
const userdata = (typeAndGroup: number, sub: number, sequence = 0, more: number[] = []) =>
  s7(7, [0, 1, 0x12, 8, 0x12, typeAndGroup, sub, sequence, 0, 0, 0, 0], more);

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts TPDUs, ROSCTR, functions, userdata`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(102, [
        ask(connect(0xe)),
        answer(connect(0xd)),
        ask(data(s7(1, [0xf0, 0]))),
        answer(data(s7(3, [0xf0, 0]))),
        ask(data(s7(1, [5, 1]))),
        answer(data(s7(3, [5, 1], [], 0x85))),
        ask(data(userdata(0x47, 2))),
        answer(data(userdata(0x87, 2))),
        answer(data(userdata(0x00, 2))),
        answer(data(s7(2, []))),
      ]),
    );
    assert.equal(tallyOf(core), [
      `cotp ${pair} type 0x0d: 1`,
      `cotp ${pair} type 0x0e: 1`,
      `cotp ${pair} type 0x0f: 8`,
      `s7comm ${pair} func_to_client 0x05: 1`,
      `s7comm ${pair} func_to_client 0xf0: 1`,
      `s7comm ${pair} func_to_server 0x05: 1`,
      `s7comm ${pair} func_to_server 0xf0: 1`,
      `s7comm ${pair} rosctr 1: 2`,
      `s7comm ${pair} rosctr 2: 1`,
      `s7comm ${pair} rosctr 3: 2`,
      `s7comm ${pair} rosctr 7: 3`,
      `s7comm ${pair} userdata_type_group 0/0/: 1`,
      `s7comm ${pair} userdata_type_group 4/7/2: 1`,
      `s7comm ${pair} userdata_type_group 8/7/2: 1`,
    ]);
    assert.ok(meaningsOf(core).includes(`${pair} write variable; write; error on supplies: 0 0 1`));
    assert.ok(meaningsOf(core).includes(`${pair} set clock; write; time_set: 1 0 0`));
    assert.is(conversationsOf(core).find(({ kind }) => kind === "ipv4")!.ot, abi.OT_S7COMM);
  });

  test(`${build.name}: names what starts, stops and loads`, () => {
    const core = openCore(build.instantiate());
    const done = s7(3, [0x28]);
    run(
      core,
      connection(102, [
        ask(data(stop)),
        ask(data(start)),
        answer(data(done)),
        ask(data(insert)),
        answer(data(done)),
      ]),
    );
    assert.equal(meaningsOf(core), [
      `${pair} activate block; write; program_download: 0 1 0`,
      `${pair} activate block; write; program_download: 1 0 0`,
      `${pair} plc start; control; start: 0 1 0`,
      `${pair} plc start; control; start: 1 0 0`,
      `${pair} plc stop; control; stop: 1 0 0`,
    ]);
  });

  test(`${build.name}: a stop cut into fragments and segments is a stop`, () => {
    const core = openCore(build.instantiate());
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 }),
        (parts, sizes) => {
          const fragments: Uint8Array[] = [];
          let at = 0;
          for (const part of parts) {
            fragments.push(data(stop.subarray(at, at + part), false));
            at += part;
          }
          fragments.push(data(stop.subarray(at)));
          assert.is(core.exports.init(0), abi.OK);
          run(core, connection(102, [ask(bytesOf(...fragments)), ask(data(start))], sizes));
          assert.equal(meaningsOf(core), [
            `${pair} plc start; control; start: 1 0 0`,
            `${pair} plc stop; control; stop: 1 0 0`,
          ]);
        },
      ),
      { numRuns: build.name === "twin" ? 30 : 300 },
    );
  });

  test(`${build.name}: while blocks are loaded the server asks; the client is the same`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(102, [answer(data(s7(1, [0x1b, 0]))), ask(data(s7(3, [0x1b, 0])))], [1460], false),
    );
    assert.equal(tallyOf(core).slice(1), [
      `s7comm ${pair} func_to_client 0x1b: 1`,
      `s7comm ${pair} func_to_server 0x1b: 1`,
      `s7comm ${pair} rosctr 1: 1`,
      `s7comm ${pair} rosctr 3: 1`,
    ]);
  });

  test(`${build.name}: off its port it is known by its lengths; another's TPKT is not`, () => {
    const core = openCore(build.instantiate());
    run(core, connection(10_102, [ask(data(stop))]));
    assert.equal(meaningsOf(core), [`${pair} plc stop; control; stop: 1 0 0`]);
    const other = openCore(build.instantiate());
    // RDP's first message is a TPKT with a connection request.
    run(other, connection(3389, [ask(connect(0xe)), ask(data(new Uint8Array(40)))]));
    assert.equal(tallyOf(other), []);
  });

  test(`${build.name}: keeps a system status list once, whatever its sequence`, () => {
    const core = openCore(build.instantiate());
    const list = (sequence: number, index: number) =>
      data(userdata(0x84, 1, sequence, [0xff, 9, 0, 8, 0, 0x11, 0, index, 0, 28, 0, 0]));
    run(core, connection(102, [answer(list(1, 1)), answer(list(2, 1)), answer(list(3, 6))]));
    assert.equal(
      excerptsOf(core),
      [list(1, 1), list(3, 6)].map((bytes) => ({ kind: abi.EXCERPT_S7COMM, bytes })),
    );
  });

  test(`${build.name}: S7comm-plus is counted, and named as far as it can be read`, () => {
    const core = openCore(build.instantiate());
    const plus = bytesOf(0x72, 1, 0, 9, 0x31, 0, 0, 0x04, 0xf2, 0, 0, 0, 0);
    const digest = bytesOf(0x72, 3, 0, 40, 32, new Uint8Array(32), 0x32, 0, 0, 0x05, 0x6b, 0, 0);
    run(core, connection(102, [ask(data(plus)), answer(data(digest)), ask(data(bytesOf(0x72)))]));
    assert.equal(tallyOf(core), [`cotp ${pair} type 0x0f: 3`, `s7comm-plus ${pair} pdu any: 3`]);
    assert.equal(meaningsOf(core), [
      `${pair} invoke; control: 0 1 0`,
      `${pair} message; other: 1 0 0`,
      `${pair} set variable; write: 1 0 0`,
    ]);
  });
}

test.run();
