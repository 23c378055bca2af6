import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, u16 } from "./frames.ts";
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

const test = suite("wasm: HART-IP");

const message = (type: number, id: number, body: Uint8Array = bytesOf(), sequence = 1) =>
  bytesOf(1, type, id, 0, u16(sequence), u16(8 + body.length), body);
/** Frame of a master (2) or device (6) with a long address, one byte of expansion, command, data, checksum. */
const frame = (type: number, command: number, data: number[] = []) =>
  bytesOf(0xa0 | type, [0x26, 0x95, 0xeb, 0x27, 0xb8], 0, command, data.length, data, 0);

const there = "10.0.0.1>10.0.0.2";
const back = "10.0.0.2>10.0.0.1";
const said = [
  ask(message(0, 0, bytesOf(1, 0, 0, 0, 0))),
  answer(message(1, 0, bytesOf(1, 0, 0, 0, 0))),
  ask(message(0, 3, frame(2, 0))),
  answer(message(1, 3, frame(6, 0, [0, 0, 254, 0x26]), 2)),
  ask(message(0, 3, frame(2, 42))),
  answer(message(1, 3, frame(6, 42, [16, 0]))),
  ask(message(0, 4, bytesOf(0, 0, [0, 9, 1, 0], [0, 35, 2, 0, 0]))),
];

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts messages by sender, over TCP in pieces and over UDP`, () => {
    const datagrams = said.map(({ fromClient, bytes }) =>
      fromClient
        ? datagram(client, server, [5094, 5094], bytes)
        : datagram(server, client, [5094, 5094], bytes),
    );
    for (const frames of [connection(5094, said, [5, 3]), datagrams]) {
      const core = openCore(build.instantiate());
      run(core, frames);
      assert.equal(tallyOf(core), [
        `hart_ip ${there} message_id_type 0/0: 1`,
        `hart_ip ${there} message_id_type 3/0: 2`,
        `hart_ip ${back} message_id_type 0/1: 1`,
        `hart_ip ${back} message_id_type 3/1: 2`,
      ]);
    }
  });

  test(`${build.name}: names the commands in frames, the device, what was refused`, () => {
    const core = openCore(build.instantiate());
    run(core, connection(5094, said));
    assert.equal(meaningsOf(core), [
      `${there} device 95eb27b8; perform device reset; control; restart: 1 0 0`,
      `${there} device 95eb27b8; perform device reset; control; restart; response code 16: 0 0 1`,
      `${there} device 95eb27b8; read unique identifier; read; identify: 1 1 0`,
      `${there} read device variables; read: 1 0 0`,
      `${there} session initiate; other: 0 1 0`,
      `${there} session initiate; other: 1 0 0`,
      `${there} write range values; write: 1 0 0`,
    ]);
    assert.equal(excerptsOf(core), [{ kind: abi.EXCERPT_HART_IP, bytes: said[3]!.bytes }]);
  });

  test(`${build.name}: off its port, or with another version, it is not taken for it`, () => {
    for (const [port, bytes] of [
      [5000, message(0, 0)],
      [5094, bytesOf(9, message(0, 0).subarray(1))],
    ] as const) {
      const core = openCore(build.instantiate());
      run(core, connection(port, [ask(bytes)]));
      assert.equal(tallyOf(core), []);
    }
  });
}

test.run();
