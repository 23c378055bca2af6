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

const test = suite("wasm: EtherNet/IP and CIP");
const pair = "10.0.0.1>10.0.0.2";
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const le16 = (value: number) => [value & 0xff, value >>> 8];
const le32 = (value: number) => [...le16(value & 0xffff), ...le16(value >>> 16)];

function encapsulated(command: number, data: Uint8Array, context = 0, status = 0): Uint8Array {
  const header = [...le16(command), ...le16(data.length), ...le32(7), ...le32(status)];
  return bytesOf(header, le32(context), le32(0), le32(0), data);
}

/** SendRRData with an unconnected message; SendUnitData with one of a connection. */
const unconnected = (cip: Uint8Array, context: number) =>
  encapsulated(
    0x6f,
    bytesOf(le32(0), le16(0), le16(2), le32(0), le16(0xb2), le16(cip.length), cip),
    context,
  );
function connected(cip: Uint8Array, sequence: number): Uint8Array {
  const address = [...le16(0xa1), ...le16(4), ...le32(5)];
  const data = bytesOf(le16(0xb1), le16(cip.length + 2), le16(sequence), cip);
  return encapsulated(0x70, bytesOf(le32(0), le16(0), le16(2), address, data));
}

/** To instance 1 of a class. */
const request = (service: number, classId: number, data: Uint8Array = bytesOf()) =>
  classId < 256
    ? bytesOf(service, 2, 0x20, classId, 0x24, 1, data)
    : bytesOf(service, 3, 0x21, 0, le16(classId), 0x24, 1, data);
const response = (service: number, status = 0, data: Uint8Array = bytesOf()) =>
  bytesOf(service | 0x80, 0, status, 0, data);

function multiple(parts: readonly Uint8Array[]): Uint8Array {
  let offset = 2 + parts.length * 2;
  const offsets = parts.map((part) => {
    offset += part.length;
    return offset - part.length;
  });
  return bytesOf(le16(parts.length), offsets.flatMap(le16), ...parts);
}

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: a response has its request's class, by context or by sequence`, () => {
    const core = openCore(build.instantiate());
    run(
      core,
      connection(44_818, [
        ask(unconnected(request(0x07, 0x01), 11)),
        ask(connected(request(0x0e, 0x300), 12)),
        answer(unconnected(response(0x07), 11)),
        answer(connected(response(0x0e, 5), 12)),
        answer(connected(response(0x0e), 99)),
      ]),
    );
    assert.equal(meaningsOf(core), [
      `${pair} class 0x300; get attribute single; read: 1 0 0`,
      `${pair} class 0x300; get attribute single; read; path destination unknown: 0 0 1`,
      `${pair} get attribute single; read: 0 1 0`,
      `${pair} identity; stop; control; stop: 1 1 0`,
    ]);
    assert.equal(tallyOf(core), [
      `cip ${pair} general_status 0: 2`,
      `cip ${pair} general_status 5: 1`,
      `cip ${pair} service_request 0x07: 1`,
      `cip ${pair} service_request 0x0e: 1`,
      `cip ${pair} service_response 0x07: 1`,
      `cip ${pair} service_response 0x0e: 2`,
      `enip ${pair} command_to_client 0x006f: 1`,
      `enip ${pair} command_to_client 0x0070: 2`,
      `enip ${pair} command_to_server 0x006f: 1`,
      `enip ${pair} command_to_server 0x0070: 1`,
    ]);
  });

  test(`${build.name}: what a packet of services and an unconnected send carry counts too`, () => {
    const core = openCore(build.instantiate());
    const write = bytesOf(0x4d, 2, 0x91, 2, ascii("ab"), 1, 0);
    const parts = request(0x0a, 0x02, multiple([write, write]));
    const sent = bytesOf(request(0x52, 0x06), 7, 0xf9, le16(parts.length), parts, 1, 0, 1, 0);
    const answers = response(0x0a, 0x1e, multiple([response(0x4d), response(0x4d, 0x0f)]));
    run(core, connection(44_818, [ask(unconnected(sent, 1)), answer(unconnected(answers, 1))]));
    assert.equal(meaningsOf(core), [
      `${pair} connection manager; unconnected send; other: 1 0 0`,
      `${pair} message router; multiple service packet; other: 1 0 0`,
      `${pair} tag; multiple service packet; other; embedded service error: 0 0 1`,
      `${pair} tag; write tag; write: 2 1 0`,
      `${pair} tag; write tag; write; privilege violation: 0 0 1`,
    ]);
  });

  test(`${build.name}: PCCC is told by its function, also in the response`, () => {
    const core = openCore(build.instantiate());
    const requester = [7, 1, 0, 1, 2, 3, 4];
    const mode = request(0x4b, 0x67, bytesOf(requester, 0x0f, 0, 5, 0, 0x80, 6));
    const done = response(0x4b, 0, bytesOf(requester, 0x4f, 0, 5, 0));
    run(core, connection(44_818, [ask(unconnected(mode, 3)), answer(unconnected(done, 3))]));
    assert.equal(meaningsOf(core), [`${pair} pccc change mode; control; mode_change: 1 1 0`]);
    assert.ok(tallyOf(core).includes(`cip ${pair} service_response 0x4b: 1`));
  });

  test(`${build.name}: however it is cut, a stop is a stop`, () => {
    const core = openCore(build.instantiate());
    const said = [ask(unconnected(request(0x07, 0x01), 1)), answer(unconnected(response(0x07), 1))];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 }),
        (sizes) => {
          assert.is(core.exports.init(0), abi.OK);
          run(core, connection(44_818, said, sizes));
          assert.equal(meaningsOf(core), [`${pair} identity; stop; control; stop: 1 1 0`]);
        },
      ),
      { numRuns: build.name === "twin" ? 30 : 200 },
    );
  });

  test(`${build.name}: of parts that lie over each other, or over their offsets, none is read twice`, () => {
    const three = [request(0x0e, 1), request(0x0e, 1), request(0x0e, 1)];
    const table = 2 + 2 * three.length;
    for (const [offsets, read] of [
      [[table, table + 6, table + 12], 3],
      [[table, table + 6, table], 1],
      [[table, table, table + 12], 0],
      [[2, table + 6, table + 12], 0],
    ] as const) {
      const core = openCore(build.instantiate());
      const parts = bytesOf(le16(three.length), offsets.flatMap(le16), ...three);
      run(core, connection(44_818, [ask(connected(request(0x0a, 2, parts), 1))]));
      const services = tallyOf(core).filter((line) => line.includes("service_request 0x0e"));
      assert.equal(services, read === 0 ? [] : [`cip ${pair} service_request 0x0e: ${read}`]);
    }
  });

  test(`${build.name}: keeps identities, of responses those of class 1, once`, () => {
    const core = openCore(build.instantiate());
    const identity = encapsulated(0x63, bytesOf(le16(1), le16(0x0c), le16(4), le32(1)));
    const attributes = unconnected(response(0x01, 0, bytesOf(1, 0, 14, 0)), 4);
    const again = unconnected(response(0x01, 0, bytesOf(1, 0, 14, 0)), 5);
    run(core, [
      datagram(client, server, [40_000, 44_818], encapsulated(0x63, bytesOf())),
      datagram(server, client, [44_818, 40_000], identity),
      ...connection(44_818, [
        ask(unconnected(request(0x01, 0x01), 4)),
        answer(attributes),
        ask(unconnected(request(0x01, 0x01), 5)),
        answer(again),
        ask(unconnected(request(0x01, 0xf5), 6)),
        answer(unconnected(response(0x01, 0, bytesOf(9)), 6)),
      ]),
    ]);
    assert.equal(excerptsOf(core), [
      { kind: abi.EXCERPT_ENIP, bytes: identity },
      { kind: abi.EXCERPT_CIP_IDENTITY, bytes: attributes },
    ]);
    assert.ok(meaningsOf(core).includes(`${pair} list identity; read; identify: 1 1 0`));
  });

  test(`${build.name}: implicit data of each end is its own; other protocols are not ENIP`, () => {
    const core = openCore(build.instantiate());
    const io = bytesOf(le16(2), le16(0x8002), le16(8), Array(8).fill(0), le16(0xb1), le16(2), 0, 0);
    run(core, [
      datagram(client, server, [2222, 2222], io),
      datagram(server, client, [2222, 2222], io),
      datagram(server, client, [2222, 53], new Uint8Array(40)),
      ...connection(44_818, [ask(ascii("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"))]),
    ]);
    assert.equal(tallyOf(core), [
      `cipio ${pair} packets implicit: 1`,
      `cipio 10.0.0.2>10.0.0.1 packets implicit: 1`,
    ]);
  });
}

test.run();
