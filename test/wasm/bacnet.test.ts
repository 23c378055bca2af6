import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, ethernet, u16, u32 } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import { client, datagram, excerptsOf, meaningsOf, run, server, tallyOf } from "./plant-wire.ts";

const test = suite("wasm: BACnet");

const bvlc = (code: number, body: Uint8Array) => bytesOf(0x81, code, u16(4 + body.length), body);
const npdu = (apdu: number[]) => bytesOf(1, 4, apdu);
const unicast = (apdu: number[]) => bvlc(0x0a, npdu(apdu));
/** To network 5, address 7, by a router. */
const routed = (apdu: number[]) => bvlc(0x0a, bytesOf(1, 0x24, u16(5), 1, 7, 255, apdu));
const device = [0x0c, ...u32((8 << 22) | 123)];
const iAm = [0x10, 0, 0xc4, ...u32((8 << 22) | 123), 0x22, 4, 0, 0x91, 0, 0x21, 15];

const there = "10.0.0.1>10.0.0.2";
const back = "10.0.0.2>10.0.0.1";
const ask = (bytes: Uint8Array, ports: [number, number] = [47808, 47808]) =>
  datagram(client, server, ports, bytes);
const answer = (bytes: Uint8Array, ports: [number, number] = [47808, 47808]) =>
  datagram(server, client, ports, bytes);

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: counts by sender; who asks is the client, at equal ports too`, () => {
    const core = openCore(build.instantiate());
    run(core, [
      ask(unicast([0, 5, 1, 15, ...device])),
      answer(unicast([0x20, 1, 15])),
      ask(unicast([0, 5, 2, 12, ...device])),
      answer(unicast([0x50, 2, 12, 0x91, 2, 0x91, 32])),
      // Segmented: sequence number and window stand before the service.
      answer(unicast([0x3c, 3, 0, 1, 14, ...device])),
      ask(unicast([0x40, 3, 0, 1])),
      // The server asks too.
      answer(unicast([0, 5, 9, 20, 9, 0])),
      ask(unicast([0x60, 9, 4])),
      ask(bvlc(5, bytesOf(0, 60))),
      answer(bvlc(0, bytesOf(0, 0))),
    ]);
    assert.equal(tallyOf(core), [
      `bacnet ${there} apdu 0: 2`,
      `bacnet ${there} apdu 4: 1`,
      `bacnet ${there} apdu 6: 1`,
      `bacnet ${there} bvlc 0x05: 1`,
      `bacnet ${there} bvlc 0x0a: 4`,
      `bacnet ${there} confirmed apdu=0 service=12: 1`,
      `bacnet ${there} confirmed apdu=0 service=15: 1`,
      `bacnet ${back} apdu 0: 1`,
      `bacnet ${back} apdu 2: 1`,
      `bacnet ${back} apdu 3: 1`,
      `bacnet ${back} apdu 5: 1`,
      `bacnet ${back} bvlc 0x00: 1`,
      `bacnet ${back} bvlc 0x0a: 4`,
      `bacnet ${back} confirmed apdu=0 service=20: 1`,
      `bacnet ${back} confirmed apdu=2 service=15: 1`,
      `bacnet ${back} confirmed apdu=3 service=14: 1`,
      `bacnet ${back} confirmed apdu=5 service=12: 1`,
    ]);
    assert.equal(meaningsOf(core), [
      `${there} read property multiple; read: 0 1 0`,
      `${there} read property; read: 1 0 0`,
      `${there} read property; read; unknown property: 0 0 1`,
      `${there} write property; write: 0 1 0`,
      `${there} write property; write: 1 0 0`,
      `${back} reinitialize device; control; restart: 1 0 0`,
      `${back} reject; other; reason 4: 0 0 1`,
    ]);
  });

  test(`${build.name}: a device behind a router, a forwarded broadcast, a network message`, () => {
    const core = openCore(build.instantiate());
    run(core, [
      ask(routed([0, 5, 1, 17, 0x19, 1])),
      answer(bvlc(4, bytesOf([10, 0, 0, 9], u16(47808), npdu([0x10, 8])))),
      ask(bvlc(0x0b, bytesOf(1, 0x80, 0))),
    ]);
    assert.equal(meaningsOf(core), [
      `${there} network 5 address 7; device communication control; control; communication_control: 1 0 0`,
      `${back} who-is; read; identify: 1 0 0`,
    ]);
    assert.ok(tallyOf(core).includes(`bacnet ${there} bvlc 0x0b: 1`));
  });

  test(`${build.name}: a datagram is one message, and no more of it than its length says`, () => {
    const core = openCore(build.instantiate());
    const whoIs = unicast([0x10, 8]);
    run(core, [
      ask(bytesOf(whoIs, whoIs)),
      ask(bytesOf(bvlc(0x0a, bytesOf(1, 4, 0x10)), 8)),
      ask(unicast([0x90, 8])),
    ]);
    assert.equal(tallyOf(core), [
      `bacnet ${there} apdu 1: 2`,
      `bacnet ${there} bvlc 0x0a: 3`,
      `bacnet ${there} unconfirmed 8: 1`,
    ]);
  });

  test(`${build.name}: off its port it must be the whole datagram`, () => {
    const ports: [number, number] = [5000, 6000];
    for (const [bytes, counted] of [
      [unicast([0x10, 8]), 3],
      [bytesOf(unicast([0x10, 8]), 0), 0],
      [bvlc(0x0a, bytesOf(2, 4, 0x10, 8)), 0],
      [bvlc(5, bytesOf(0, 60)), 0],
    ] as const) {
      const core = openCore(build.instantiate());
      run(core, [ask(bytes, ports)]);
      assert.is(tallyOf(core).length, counted);
    }
  });

  test(`${build.name}: without IP it is the same behind an LLC header`, () => {
    const core = openCore(build.instantiate());
    const inner = bytesOf(0x82, 0x82, 3, npdu(iAm), new Uint8Array(20));
    run(core, [ethernet(client, server, inner.length - 20, inner)]);
    assert.equal(tallyOf(core), ["bacnet > apdu 1: 1", "bacnet > unconfirmed 0: 1"]);
    assert.equal(meaningsOf(core), ["02:00:00:00:00:01>02:00:00:00:00:02 i-am; other: 1 0 0"]);
    assert.equal(excerptsOf(core), [{ kind: abi.EXCERPT_BACNET, bytes: npdu(iAm) }]);
  });

  test(`${build.name}: keeps what devices say of themselves, the same once`, () => {
    const core = openCore(build.instantiate());
    const property = (invoke: number, object: number[]) => [0x30, invoke, 12, ...object, 0x19, 77];
    const analog = [0x0c, ...u32(123)];
    run(core, [
      answer(unicast(iAm)),
      answer(unicast(iAm)),
      answer(unicast(property(1, device))),
      answer(unicast(property(2, device))),
      answer(unicast(property(3, analog))),
    ]);
    assert.equal(
      excerptsOf(core).map(({ bytes }) => bytes),
      [unicast(iAm), unicast(property(1, device))],
    );
  });
}

test.run();
