import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import { answer, ask, connection, excerptsOf, run, tallyOf } from "./plant-wire.ts";

const test = suite("wasm: MQTT");

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const named = (text: string) => [0, text.length, ...ascii(text)];
function lengthOf(rest: number): number[] {
  return rest < 128 ? [rest] : [(rest & 127) | 128, ...lengthOf(rest >> 7)];
}
const control = (first: number, rest: number[] | Uint8Array = []) =>
  bytesOf(first, lengthOf(rest.length), rest);
const connect = (level: number) =>
  control(0x10, [...named(level === 3 ? "MQIsdp" : "MQTT"), level, 2, 0, 60, ...named("pump")]);
const publish = (payload: number, first = 0x30) =>
  control(first, bytesOf(named("plant/1"), new Uint8Array(payload)));

const pair = "10.0.0.1>10.0.0.2";

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts types each way, in pieces and several at a time`, () => {
    for (const sizes of [[1], [2, 5, 9], [1460]]) {
      const core = openCore(build.instantiate());
      run(
        core,
        connection(
          1883,
          [
            ask(connect(4)),
            answer(control(0x20, [0, 0])),
            ask(bytesOf(control(0x82, [0, 1, ...named("a"), 0]), publish(300), control(0xc0))),
            answer(bytesOf(control(0x90, [0, 1, 0]), control(0xd0), publish(2))),
            ask(control(0xe0)),
          ],
          sizes,
        ),
      );
      assert.equal(tallyOf(core), [
        `mqtt ${pair} type_to_client 13: 1`,
        `mqtt ${pair} type_to_client 2: 1`,
        `mqtt ${pair} type_to_client 3: 1`,
        `mqtt ${pair} type_to_client 9: 1`,
        `mqtt ${pair} type_to_server 12: 1`,
        `mqtt ${pair} type_to_server 14: 1`,
        `mqtt ${pair} type_to_server 1: 1`,
        `mqtt ${pair} type_to_server 3: 1`,
        `mqtt ${pair} type_to_server 8: 1`,
      ]);
    }
  });

  test(`${build.name}: a payload of 300 kilobytes is skipped, whatever is in it`, () => {
    const core = openCore(build.instantiate());
    const large = publish(300_000).fill(0x10, 100);
    run(core, connection(1883, [ask(connect(5)), ask(large), ask(control(0xc0))]));
    assert.equal(tallyOf(core), [
      `mqtt ${pair} type_to_server 12: 1`,
      `mqtt ${pair} type_to_server 1: 1`,
      `mqtt ${pair} type_to_server 3: 1`,
    ]);
  });

  test(`${build.name}: on any port CONNECT tells; nothing else does`, () => {
    for (const level of [3, 4, 5]) {
      const core = openCore(build.instantiate());
      run(core, connection(9001, [ask(connect(level)), answer(control(0x20, [0, 0]))]));
      assert.is(tallyOf(core).length, 2);
      assert.equal(
        excerptsOf(core).map(({ kind }) => kind),
        [abi.EXCERPT_MQTT],
      );
    }
    const core = openCore(build.instantiate());
    run(core, connection(9001, [ask(publish(9)), answer(control(0xd0))]));
    assert.equal(tallyOf(core), []);
  });

  test(`${build.name}: a packet with wrong flags counts where its end is in sight`, () => {
    const core = openCore(build.instantiate());
    const wrong = control(0x6b, [0, 1]);
    run(core, connection(1883, [ask(connect(4)), ask(bytesOf(wrong, control(0xc0))), ask(wrong)]));
    assert.equal(tallyOf(core), [
      `mqtt ${pair} type_to_server 12: 1`,
      `mqtt ${pair} type_to_server 1: 1`,
      `mqtt ${pair} type_to_server 6: 2`,
    ]);
  });

  test(`${build.name}: TLS on its port is not it`, () => {
    const core = openCore(build.instantiate());
    run(core, connection(1883, [ask(bytesOf(0x16, 3, 1, 0, 40, 1, new Uint8Array(39)))]));
    assert.equal(tallyOf(core), []);
  });
}

test.run();
