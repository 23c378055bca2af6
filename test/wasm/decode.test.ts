/** Each layer alone, and the nano's one-piece decoder against the layers' own files. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import {
  ACK,
  bytesOf,
  ethernet,
  host,
  ipv4,
  ipv6,
  modbus,
  segment,
  tagged,
  tcp,
  u16,
  u32,
  udp,
} from "./frames.ts";
import { batchOf, builds, type Core, counterOf, openCore, packet } from "./harness.ts";
import { conversationsOf, layerOf } from "./tables.ts";

const test = suite("wasm: decoding");
const [a, b] = [host(1), host(2)];
const [a6, b6] = [host(1, 6), host(2, 6)];
const ports = { srcPort: 40_000, dstPort: 502 };
const gateways = builds.filter(({ name }) => name !== "nano");

function feed(
  core: Core,
  bytes: Uint8Array,
  link: number = abi.LINK_ETHERNET,
  wire = bytes.length,
): void {
  const flags = link << abi.RECORD_LINK_SHIFT;
  assert.is(core.ingest(batchOf([{ ...packet(10n ** 12n, bytes, wire), flags }])), 1);
}

/** Layers and conversations (kind protocol initiator responder payload) that a frame leaves. */
function seen(core: Core, bytes: Uint8Array, link?: number) {
  feed(core, bytes, link);
  const layers = Object.entries(abi)
    .filter(([name]) => name.startsWith("LAYER_"))
    .filter(([, layer]) => layerOf(core, layer).packets > 0)
    .map(([name]) => name.slice(6).toLowerCase());
  const conversations = conversationsOf(core)
    .filter(({ kind }) => kind !== "link")
    .map(({ kind, protocol, initiator, responder, payloadBytes }) =>
      [
        kind,
        protocol,
        `${initiator.address} ${initiator.port}`,
        `${responder.address} ${responder.port}`,
        payloadBytes[0],
      ].join(" "),
    );
  return { layers, conversations };
}

const data = bytesOf([1, 2, 3, 4, 5]);
const tcpFrame = segment(a, b, { ...ports, seq: 0x01020304 }, data);
const tcpLine = "ipv4 6 10.0.0.1 40000 10.0.0.2 502 5";
const arp = bytesOf([0, 1, 8, 0, 6, 4, 0, 1], a.mac, a.ip, [0, 0, 0, 0, 0, 0], b.ip);
const arpLine = "arp 0 10.0.0.1 0 10.0.0.2 0 0";
const packet4 = ipv4(a, b, { protocol: 6 }, tcp(ports, data));
const llcSnap = (inner: Uint8Array, organisation = [0, 0, 0]) => {
  const llc = bytesOf([0xaa, 0xaa, 3], organisation, [8, 0], inner);
  return ethernet(a, b, llc.length, llc);
};
const tcp6 = tcp(ports, data);
const tcp6Line = "ipv6 6 fd00::1 40000 fd00::2 502 5";
const vxlan = bytesOf([8, 0, 0, 0, 0, 0, 9, 0], ethernet(a, b, 0x0806, arp));
const [outer, tunnel] = [host(8), host(9)];

const cases: [string, Uint8Array, number, string[], string[]][] = [
  ["Ethernet", tcpFrame, 0, ["ethernet", "ipv4", "tcp"], [tcpLine]],
  ["802.1Q", tagged(tcpFrame, 0x8100), 0, ["ethernet", "vlan", "ipv4", "tcp"], [tcpLine]],
  ["QinQ", tagged(tcpFrame, 0x88a8, 0x8100), 0, ["ethernet", "vlan", "ipv4", "tcp"], [tcpLine]],
  ["SNAP", llcSnap(packet4), 0, ["ethernet", "llc", "snap", "ipv4", "tcp"], [tcpLine]],
  ["CDP's SNAP", llcSnap(data, [0, 0, 12]), 0, ["ethernet", "llc", "snap"], []],
  ["LLC", ethernet(a, b, 3, bytesOf([0x42, 0x42, 3])), 0, ["ethernet", "llc"], []],
  [
    "ISL",
    bytesOf([1, 0, 12, 0, 0], Array(21).fill(0), tcpFrame),
    0,
    ["ethernet", "ipv4", "tcp"],
    [tcpLine],
  ],
  ["raw IPv4", packet4, 1, ["ipv4", "tcp"], [tcpLine]],
  ["raw IPv6", ipv6(a6, b6, 6, tcp6), 1, ["ipv6", "tcp"], [tcp6Line]],
  ["SLL", bytesOf(Array(14).fill(0), [8, 0], packet4), 2, ["sll", "ipv4", "tcp"], [tcpLine]],
  ["SLL2", bytesOf([8, 0], Array(18).fill(0), packet4), 3, ["sll", "ipv4", "tcp"], [tcpLine]],
  ["loopback", bytesOf([2, 0, 0, 0], packet4), 4, ["ipv4", "tcp"], [tcpLine]],
  ["loopback, big endian", bytesOf([0, 0, 0, 2], packet4), 4, ["ipv4", "tcp"], [tcpLine]],
  [
    "Darwin's loopback",
    bytesOf([30, 0, 0, 0], ipv6(a6, b6, 6, tcp6)),
    4,
    ["ipv6", "tcp"],
    [tcp6Line],
  ],
  ["ARP", ethernet(a, b, 0x0806, arp), 0, ["ethernet", "arp"], [arpLine]],
  ["PROFINET", ethernet(a, b, 0x8892, data), 0, ["ethernet", "other"], []],
  [
    "UDP",
    ethernet(a, b, 0x0800, ipv4(a, b, { protocol: 17 }, udp(7, 9, data))),
    0,
    ["ethernet", "ipv4", "udp"],
    ["ipv4 17 10.0.0.1 7 10.0.0.2 9 5"],
  ],
  [
    "ICMP",
    ethernet(a, b, 0x0800, ipv4(a, b, { protocol: 1 }, bytesOf([8, 0, 0, 0, 1, 1, 1, 1]))),
    0,
    ["ethernet", "ipv4", "icmp"],
    ["ipv4 1 10.0.0.1 0 10.0.0.2 0 0"],
  ],
  [
    "options of IPv4",
    ipv4(a, b, { protocol: 6, options: [1, 1, 1, 1] }, tcp(ports, data)),
    1,
    ["ipv4", "tcp"],
    [tcpLine],
  ],
  [
    "TSO's length 0",
    ipv4(a, b, { protocol: 6, total: 0 }, tcp(ports, data)),
    1,
    ["ipv4", "tcp"],
    [tcpLine],
  ],
  [
    "a length beyond the wire",
    ipv4(a, b, { protocol: 6, total: 9999 }, tcp(ports, data)),
    1,
    ["ipv4", "tcp"],
    [tcpLine],
  ],
  [
    "padding",
    bytesOf(ipv4(a, b, { protocol: 6 }, tcp(ports)), [0, 0, 0, 0, 0, 0]),
    1,
    ["ipv4", "tcp"],
    [tcpLine.replace(/5$/, "0")],
  ],
  [
    "a first fragment",
    ipv4(a, b, { protocol: 6, fragment: 0x2000 }, tcp(ports, data)),
    1,
    ["ipv4", "fragment", "tcp"],
    [tcpLine],
  ],
  [
    "a later fragment",
    ipv4(a, b, { protocol: 6, fragment: 3 }, data),
    1,
    ["ipv4", "fragment"],
    ["ipv4 6 10.0.0.1 0 10.0.0.2 0 0"],
  ],
  [
    "IPv6 with extension headers",
    ipv6(a6, b6, 0, bytesOf([60, 0, 1, 4, 0, 0, 0, 0, 6, 1], Array(14).fill(0), tcp6)),
    1,
    ["ipv6", "tcp"],
    [tcp6Line],
  ],
  [
    "IPv6 with an authentication header",
    ipv6(a6, b6, 51, bytesOf([6, 4], Array(22).fill(0), tcp6)),
    1,
    ["ipv6", "tcp"],
    [tcp6Line],
  ],
  [
    "a later fragment of IPv6",
    ipv6(a6, b6, 44, bytesOf([17, 0], u16(8), u32(1), data)),
    1,
    ["ipv6", "fragment"],
    ["ipv6 17 fd00::1 0 fd00::2 0 0"],
  ],
  [
    "ARP in VXLAN",
    ethernet(outer, tunnel, 0x0800, ipv4(outer, tunnel, { protocol: 17 }, udp(9, 4789, vxlan))),
    0,
    ["ethernet", "ipv4", "udp", "vxlan"],
    [`ipv4 17 10.0.0.8 9 10.0.0.9 4789 ${vxlan.length}`, arpLine.replace(/0$/, `${vxlan.length}`)],
  ],
];

for (const build of gateways) {
  for (const [name, bytes, link, layers, conversations] of cases) {
    test(`${build.name}: ${name}`, () => {
      const found = seen(openCore(build.instantiate()), bytes, link);
      assert.equal(found.layers.sort(), ["frame", ...layers].sort());
      assert.equal(found.conversations.sort(), conversations.sort());
    });
  }
}

const broken: [string, Uint8Array, number][] = [
  ["a cut Ethernet header", tcpFrame.subarray(0, 13), abi.COUNTER_LINK_SHORT],
  ["a cut IPv4 header", tcpFrame.subarray(0, 33), abi.COUNTER_IPV4_BAD],
  [
    "version 5",
    bytesOf(tcpFrame.subarray(0, 14), 0x55, tcpFrame.subarray(15)),
    abi.COUNTER_IPV4_BAD,
  ],
  [
    "a header of 16 bytes",
    bytesOf(tcpFrame.subarray(0, 14), 0x44, tcpFrame.subarray(15)),
    abi.COUNTER_IPV4_BAD,
  ],
  ["a cut TCP header", tcpFrame.subarray(0, 50), abi.COUNTER_TCP_BAD],
  [
    "a TCP header of 16 bytes",
    bytesOf(tcpFrame.subarray(0, 46), 0x40, tcpFrame.subarray(47)),
    abi.COUNTER_TCP_BAD,
  ],
  [
    "a cut IPv6 header",
    ethernet(a6, b6, 0x86dd, ipv6(a6, b6, 6, tcp6)).subarray(0, 53),
    abi.COUNTER_IPV6_BAD,
  ],
];

for (const build of builds) {
  for (const [name, bytes, counter] of broken) {
    test(`${build.name}: counts ${name}`, () => {
      const core = openCore(build.instantiate());
      feed(core, bytes);
      assert.is(counterOf(core, counter), 1);
    });
  }

  test(`${build.name}: counts a link type that it cannot read`, () => {
    const core = openCore(build.instantiate());
    feed(core, tcpFrame, 9);
    assert.is(counterOf(core, abi.COUNTER_LINK_UNSUPPORTED), 1);
  });

  test(`${build.name}: counts the wire's bytes, and parses those captured`, () => {
    const core = openCore(build.instantiate());
    const whole = segment(a, b, ports, new Uint8Array(900));
    feed(core, whole.subarray(0, 70), abi.LINK_ETHERNET, whole.length);
    const own = conversationsOf(core).find(({ kind }) => kind === "ipv4")!;
    assert.equal(own.bytes, [whole.length, 0]);
    assert.equal(own.payloadBytes, [build.name === "nano" ? 0 : 900, 0]);
  });
}

const isCutOff: number[] = [abi.COUNTER_TCP_BAD, abi.COUNTER_UDP_BAD];

test("nano: its decoder and the layers agree on any bytes", () => {
  const nano = openCore(builds[1]!.instantiate());
  const gateway = openCore(builds[0]!.instantiate());
  const frame = fc.constantFrom(
    tcpFrame,
    segment(a6, b6, { ...ports, seq: 0x10001, flags: ACK | 2 }, modbus(1, 1, 3, [0, 0, 0, 1])),
    tagged(tcpFrame, 0x8100),
    ethernet(a, b, 0x0800, ipv4(a, b, { protocol: 17 }, udp(1, 2, data))),
    ethernet(a6, b6, 0x86dd, ipv6(a6, b6, 17, udp(1, 2, data))),
    ethernet(a, b, 0x8892, data),
  );
  const change = fc.tuple(fc.nat(80), fc.nat(255));
  let compared = 0;
  fc.assert(
    fc.property(frame, fc.array(change, { maxLength: 3 }), fc.nat(90), (bytes, changes, cut) => {
      const changed = bytes.slice(0, cut < 60 ? cut + 30 : bytes.length);
      for (const [at, value] of changes) if (at < changed.length) changed[at] = value;
      if (nanoCannotRead(changed)) return;
      compared++;
      for (const core of [nano, gateway]) {
        assert.is(core.exports.init(0), abi.OK);
        feed(core, changed);
      }
      const counters = Array.from({ length: 16 }, (_, i) => abi.COUNTER_LINK_SHORT + i);
      const bad = (core: Core) => counters.filter((counter) => counterOf(core, counter) > 0);
      assert.equal(bad(nano), bad(gateway));
      // Of a header that is cut only the layers keep the ports.
      if (!isCutOff.some((counter) => bad(nano).includes(counter))) {
        assert.equal(ipConversations(nano), ipConversations(gateway));
      }
    }),
    { numRuns: 3000 },
  );
  assert.ok(compared > 2000);
});

/** What only the gateway reads: other EtherTypes, ISL, extension headers of IPv6, lengths of 0. */
function nanoCannotRead(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16At = (at: number) => (at + 2 <= bytes.length ? view.getUint16(at) : 1);
  let at = 12;
  while (at + 6 <= bytes.length && [0x8100, 0x88a8].includes(u16At(at))) at += 4;
  const type = u16At(at);
  if (![0x0800, 0x86dd, 0x8892].includes(type) || (bytes[0]! & 0xfd) === 1) return true;
  const ip = at + 2;
  const isV4 = type === 0x0800;
  const payload = ip + (isV4 ? ((bytes[ip] ?? 0) & 15) * 4 : 40);
  const hasNoLength = u16At(ip + (isV4 ? 2 : 4)) === 0 || u16At(payload + 4) === 0;
  if (hasNoLength && type !== 0x8892) return true;
  return type === 0x86dd && [0, 43, 44, 51, 60].includes(bytes[at + 8] ?? 0);
}

/** What both count, whoever began. */
function ipConversations(core: Core) {
  return conversationsOf(core)
    .filter(({ kind }) => kind.startsWith("ip"))
    .map(({ initiator, responder, ...own }) => ({
      what: [own.kind, own.protocol, own.firstUs, own.lastUs, own.synCount],
      packets: own.packets[0] + own.packets[1],
      bytes: own.bytes[0] + own.bytes[1],
      ends: [initiator, responder].map(({ address, port }) => `${address} ${port}`).sort(),
    }));
}

test.run();
