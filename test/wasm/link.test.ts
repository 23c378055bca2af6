/** Protocols of the plant in frames without IP, also behind VLAN tags. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, ethernet, host, tagged, u16, u32 } from "./frames.ts";
import { builds, openCore } from "./harness.ts";
import { datagram, excerptsOf, meaningsOf, run, tallyOf } from "./plant-wire.ts";
import { conversationsOf } from "./tables.ts";

const test = suite("wasm: frames without IP");
const [engineer, device] = [host(1), host(2)];
const there = "02:00:00:00:00:01>02:00:00:00:00:02";
const back = "02:00:00:00:00:02>02:00:00:00:00:01";

const dcp = (id: number, service: number, type: number, blocks: number[] = [], xid = 1) =>
  bytesOf(u16(id), service, type, u32(xid), u16(0), u16(blocks.length), blocks, new Uint8Array(20));
const setIp = [1, 2, 0, 14, 0, 1, 10, 0, 0, 7, 255, 255, 255, 0, 0, 0, 0, 0];
const reset = [5, 6, 0, 2, 0, 4];
const startTransaction = [5, 1, 0, 2, 0, 0];

/** A datagram with 2 bytes of data; the last of a frame has no bit 15. */
const ecat = (command: number, register: number, isLast: boolean) =>
  bytesOf(
    command,
    0,
    [0, 0, register & 255, register >> 8],
    2,
    isLast ? 0 : 0x80,
    0,
    0,
    1,
    2,
    0,
    0,
  );
const ecatFrame = (...datagrams: Uint8Array[]) => {
  const body = bytesOf(...datagrams);
  return bytesOf(body.length & 255, 0x10 | (body.length >> 8), body, new Uint8Array(12));
};

for (const build of builds.filter(({ name }) => name !== "nano")) {
  test(`${build.name}: PROFINET: frame ids, and DCP by who asks and what is set`, () => {
    const core = openCore(build.instantiate());
    const send = (bytes: Uint8Array) => ethernet(engineer, device, 0x8892, bytes);
    run(core, [
      send(dcp(0xfefd, 4, 0, [...startTransaction, ...setIp])),
      tagged(send(dcp(0xfefd, 4, 0, reset)), 0x8100),
      ethernet(device, engineer, 0x8892, dcp(0xfefd, 4, 1)),
      ethernet(device, engineer, 0x8892, dcp(0xfefd, 4, 5)),
      send(bytesOf(u16(0x8000), new Uint8Array(40))),
      send(bytesOf(0x80)),
    ]);
    assert.equal(
      tallyOf(core),
      [
        `profinet ${there} service=4 type=0: 2`,
        `profinet ${back} service=4 type=1: 1`,
        `profinet ${back} service=4 type=5: 1`,
        "profinet frame_id=32768: 1",
        "profinet frame_id=65277: 4",
      ]
        .map((line) => line.replace(/^profinet (02.*>\S+) /, "profinet $1 $1 "))
        .sort(),
    );
    assert.equal(meaningsOf(core), [
      `${there} cyclic data; other: 1 0 0`,
      `${there} dcp reset to factory; control; factory_reset: 1 0 0`,
      `${there} dcp set ip address; write; address_set: 1 0 0`,
      `${there} dcp set; write: 0 1 0`,
      `${there} dcp set; write; service type 5: 0 0 1`,
    ]);
    assert.is(conversationsOf(core)[0]!.ot, abi.OT_PROFINET);
  });

  test(`${build.name}: EtherCAT: each datagram of a frame, none beyond its end`, () => {
    const core = openCore(build.instantiate());
    const send = (bytes: Uint8Array) => ethernet(engineer, device, 0x88a4, bytes);
    run(core, [
      send(ecatFrame(ecat(7, 0x130, false), ecat(5, 0x120, false), ecat(12, 0, true))),
      tagged(send(ecatFrame(ecat(4, 0, true), ecat(4, 0, true))), 0x8100),
      send(ecatFrame(ecat(1, 0, false)).subarray(0, 16)),
      send(bytesOf(2, 0x40, ecat(7, 0, true))),
    ]);
    assert.equal(tallyOf(core), [
      "ethercat cmd=12: 1",
      "ethercat cmd=1: 1",
      "ethercat cmd=4: 1",
      "ethercat cmd=5: 1",
      "ethercat cmd=7: 1",
    ]);
    assert.ok(
      meaningsOf(core).includes(`${there} change slave state; control; mode_change: 1 0 0`),
    );
  });

  test(`${build.name}: EtherCAT over UDP`, () => {
    const core = openCore(build.instantiate());
    const frame = ecatFrame(ecat(4, 0, false), ecat(5, 0, true));
    run(core, [
      datagram(engineer, device, [34980, 34980], frame),
      datagram(engineer, device, [34980, 34980], frame.fill(0x20, 1, 2)),
    ]);
    assert.equal(tallyOf(core), ["ethercat cmd=4: 1", "ethercat cmd=5: 1"]);
  });

  test(`${build.name}: GOOSE and sampled values: frames by APPID`, () => {
    const core = openCore(build.instantiate());
    const pdu = (tag: number) => bytesOf(u16(0x3fff), u16(20), u32(0), tag, 10, new Uint8Array(10));
    run(core, [
      ethernet(engineer, device, 0x88b8, pdu(0x61)),
      ethernet(engineer, device, 0x88b8, pdu(0x61)),
      ethernet(engineer, device, 0x88b8, pdu(0x60)),
      ethernet(engineer, device, 0x88ba, pdu(0x60)),
    ]);
    assert.equal(meaningsOf(core), [
      `${there} appid 0x3fff; goose; other: 2 0 0`,
      `${there} appid 0x3fff; sampled values; other: 1 0 0`,
    ]);
  });

  test(`${build.name}: keeps DCP answers, LLDP, CDP and ARP; what is said again once`, () => {
    const core = openCore(build.instantiate());
    const station = [2, 2, 0, 6, 0, 0, 0x70, 0x75, 0x6d, 0x70];
    const lldp = bytesOf(2, 7, 4, device.mac, 0, 0);
    const cdp = bytesOf(2, 180, 0, 0, [0, 1, 0, 6, 0x73, 0x77]);
    const snap = bytesOf(0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, cdp);
    const arp = (operation: number, target: number) =>
      bytesOf(0, 1, 8, 0, 6, 4, 0, operation, device.mac, device.ip, Array(6).fill(0), [
        10,
        0,
        0,
        target,
      ]);
    run(core, [
      ethernet(device, engineer, 0x8892, dcp(0xfeff, 5, 1, station, 1)),
      ethernet(device, engineer, 0x8892, dcp(0xfeff, 5, 1, station, 2)),
      ethernet(engineer, device, 0x8892, dcp(0xfefe, 5, 0, [255, 255, 0, 0])),
      ethernet(device, engineer, 0x88cc, lldp),
      ethernet(device, engineer, snap.length, bytesOf(snap, new Uint8Array(30))),
      ethernet(device, engineer, 0x0806, arp(1, 1)),
      ethernet(device, engineer, 0x0806, arp(1, 3)),
    ]);
    assert.equal(excerptsOf(core), [
      { kind: abi.EXCERPT_DCP, bytes: dcp(0xfeff, 5, 1, station, 1) },
      { kind: abi.EXCERPT_LLDP, bytes: lldp },
      { kind: abi.EXCERPT_CDP, bytes: cdp },
      { kind: abi.EXCERPT_ARP, bytes: arp(1, 1).subarray(0, 18) },
    ]);
  });
}

test.run();
