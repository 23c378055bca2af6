import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, host, segment } from "./frames.ts";
import { batchOf, builds, openCore, packet } from "./harness.ts";
import { answer, ask, connection, excerptsOf, meaningsOf, run, tallyOf } from "./plant-wire.ts";

const test = suite("wasm: OPC UA");

const le = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const text = (of: string) => bytesOf(le(of.length), ascii(of));
const chunk = (type: string, body: Uint8Array) => bytesOf(ascii(type), le(8 + body.length), body);
const none = le(-1);

const hello = chunk("HELF", bytesOf(Array(20).fill(0), text("opc.tcp://plc:4840")));
const policy = "http://opcfoundation.org/UA/SecurityPolicy#";
const open = (of: string, body: Uint8Array) =>
  chunk("OPNF", bytesOf(le(7), text(policy + of), none, none, le(1), le(1), body));
/** Channel, token, sequence, request; then what is said. */
const message = (body: Uint8Array, type = "MSGF") =>
  chunk(type, bytesOf(le(7), le(1), le(2), le(2), body));
const id = (of: number) => bytesOf(1, 0, of & 255, of >> 8);
/** A null token, a time and a handle. */
const request = (of: number) => bytesOf(id(of), 0, 0, le(0), le(0x01da0000), le(5));
const response = (of: number, status = 0) =>
  bytesOf(id(of), le(0), le(0x01da0000), le(5), le(status), 0, none, 0, 0, 0);

const pair = "10.0.0.1>10.0.0.2";

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts chunks, and the services of those without encryption`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(
        4840,
        [
          ask(bytesOf(hello, open("None", request(446)))),
          answer(open("None", response(449))),
          ask(message(request(631))),
          answer(message(response(634))),
          ask(bytesOf(message(request(673)), message(request(452), "CLOF"))),
        ],
        [3, 50, 7],
      ),
    );
    assert.equal(tallyOf(core), [
      `opcua ${pair} message_to_client MSG: 1`,
      `opcua ${pair} message_to_client OPN: 1`,
      `opcua ${pair} message_to_server CLO: 1`,
      `opcua ${pair} message_to_server HEL: 1`,
      `opcua ${pair} message_to_server MSG: 2`,
      `opcua ${pair} message_to_server OPN: 1`,
      `opcua ${pair} service_to_client 449: 1`,
      `opcua ${pair} service_to_client 634: 1`,
      `opcua ${pair} service_to_server 446: 1`,
      `opcua ${pair} service_to_server 452: 1`,
      `opcua ${pair} service_to_server 631: 1`,
      `opcua ${pair} service_to_server 673: 1`,
    ]);
  });

  test(`${build.name}: a message in chunks is one service, an aborted one none, an encrypted one unknown`, () => {
    const core = openCore(build.instantiate());
    const secret = bytesOf([0xd4, 8, 0x8b, 0x9d], Array(60).fill(0x5a));
    run(
      core,
      connection(4840, [
        ask(message(request(673), "MSGC")),
        ask(bytesOf(message(request(631), "MSGC"), message(request(631)))),
        ask(open("Basic256Sha256", secret)),
        ask(message(secret)),
        ask(
          bytesOf(
            message(request(712), "MSGC"),
            message(bytesOf(le(1)), "MSGA"),
            message(request(527)),
          ),
        ),
      ]),
    );
    assert.equal(
      tallyOf(core).filter((line) => line.includes("service")),
      [527, 673].map((service) => `opcua ${pair} service_to_server ${service}: 1`),
    );
  });

  test(`${build.name}: a bad status is an error of the service`, () => {
    const core = openCore(build.instantiate());
    run(core, connection(4840, [ask(hello), answer(message(response(676, 0x801f0000)))]));
    assert.equal(meaningsOf(core), [`${pair} write; write; user access denied: 0 0 1`]);
  });

  test(`${build.name}: any port, no handshake: the server's first message tells who it is`, () => {
    const core = openCore(build.instantiate());
    run(core, connection(50_000, [answer(message(response(634)))], [1460], false));
    assert.equal(tallyOf(core), [
      `opcua ${pair} message_to_client MSG: 1`,
      `opcua ${pair} service_to_client 634: 1`,
    ]);
  });

  test(`${build.name}: a message of 200 kilobytes is counted once, and what follows it found`, () => {
    const core = openCore(build.instantiate());
    const long = message(bytesOf(request(673), new Uint8Array(200_000)));
    run(core, connection(4840, [ask(hello), ask(long), ask(message(request(527)))]));
    assert.equal(
      tallyOf(core).filter((line) => line.includes("service")),
      [527, 673].map((service) => `opcua ${pair} service_to_server ${service}: 1`),
    );
  });

  test(`${build.name}: keeps what tells who the ends are, once; not what is only read`, () => {
    const core = openCore(build.instantiate());
    const session = (handle: number) => bytesOf(response(464).subarray(0, 12), le(handle), le(0));
    const value = (type: number) => bytesOf(response(634), le(1), 1, type, id(340));
    run(
      core,
      connection(4840, [
        ask(hello),
        answer(message(bytesOf(session(1), text("urn:plc")))),
        answer(message(bytesOf(session(2), text("urn:plc")))),
        answer(bytesOf(message(value(11)), message(value(22)))),
      ]),
    );
    const kept = excerptsOf(core);
    assert.equal(
      kept.map(({ kind }) => kind),
      Array(3).fill(abi.EXCERPT_OPCUA),
    );
    assert.equal(kept[0]!.bytes, hello);
    assert.equal(kept[2]!.bytes, message(value(22)));
  });

  test(`${build.name}: an OPN that ends with its header has no strings to be followed`, () => {
    const core = openCore(build.instantiate());
    const now = 1_700_000_000_000_000n;
    const from = (seq: number, payload: Uint8Array) =>
      segment(host(1), host(2), { srcPort: 50_000, dstPort: 4840, seq }, payload);
    const frames = [
      from(1, hello),
      from(1 + hello.length, chunk("OPNF", bytesOf())),
      from(9, Uint8Array.from(none)),
    ];
    // What lies behind a frame is the next record's time, which would lead out of the memory.
    assert.is(core.ingest(batchOf(frames.map((frame, i) => packet(now + BigInt(i), frame)))), 3);
    assert.equal(tallyOf(core), [
      `opcua ${pair} message_to_server HEL: 1`,
      `opcua ${pair} message_to_server OPN: 1`,
    ]);
  });
}

test.run();
