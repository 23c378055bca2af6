/**
 * What the network does to a stream must not change what is counted in it: segments split at any byte,
 * repeated by the sender, out of order, doubled by a mirror port, tagged for a VLAN. Twenty captures and more of
 * ../shared/pcaps, chosen by what is in them, and each of these done to all of their TCP segments.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { createPlantTraffic } from "../../agent/traffic/plant.ts";
import { readCaptureFile } from "../../agent/traffic/sources/pcap-file.ts";
import { createPlantSummary } from "../../agent/traffic/summary.ts";
import { collectPackets, type KeptPacket } from "../fixtures/packets.ts";
import { builds } from "../wasm/harness.ts";
import { captureFolder, type Truth, truths } from "./captures.ts";
import { segmentOf, split, tagged } from "./segments.ts";

const test = suite("vectors: what the network does to plant traffic");

const OVER_TCP = ["modbus", "s7comm", "cip", "dnp3", "iec104", "opcua", "mqtt"];
const CAPTURES_MIN = 20;
const CAPTURES_PER_PROTOCOL = 4;
const PROTOCOLS_MIN = 6;
const PACKETS_MAX = 5000;

type Variant = (packets: readonly KeptPacket[]) => KeptPacket[];

const variants: Record<string, Variant> = {
  "split at the first byte": each((packet) => split(packet, [1])),
  "split in the middle and before the last byte": each((packet) => {
    const { bytes } = segmentOf(packet)!;
    return split(packet, [bytes >> 1, bytes - 1]);
  }),
  "split in three that come last first": lastFirst,
  "doubled by a mirror port": each((packet) => [packet, packet]),
  "sent again after the next packet": sentAgain,
  "sent again in other pieces": each((packet) => [
    packet,
    ...split(packet, [segmentOf(packet)!.bytes >> 1]),
  ]),
  "tagged for a VLAN": (packets) => packets.map((packet) => tagged(packet, 1)),
  "tagged twice and split": (packets) =>
    each((packet) => split(packet, [segmentOf(packet)!.bytes >> 1]))(packets).map((packet) =>
      tagged(packet, 2),
    ),
};

/** Does something to each packet with a TCP segment that carries bytes. */
function each(change: (packet: KeptPacket) => KeptPacket[]): Variant {
  return (packets) =>
    packets.flatMap((packet) => ((segmentOf(packet)?.bytes ?? 0) > 0 ? change(packet) : [packet]));
}

/** Before a direction's beginning was seen, nobody can know that its first bytes are not the first. */
function lastFirst(packets: readonly KeptPacket[]): KeptPacket[] {
  const begun = new Set<string>();
  return packets.flatMap((packet) => {
    const segment = segmentOf(packet);
    if (segment === undefined) return [packet];
    const { direction, bytes, isFirst } = segment;
    const isBegun = begun.has(direction);
    if (isFirst || bytes > 0) begun.add(direction);
    if (!isBegun || bytes === 0) return [packet];
    return split(packet, [Math.ceil(bytes / 3), Math.ceil((bytes * 2) / 3)]).reverse();
  });
}

function sentAgain(packets: readonly KeptPacket[]): KeptPacket[] {
  const again = packets.map((packet) => ((segmentOf(packet)?.bytes ?? 0) > 0 ? [packet] : []));
  return packets.flatMap((packet, i) => [packet, ...(again[i - 1] ?? [])]);
}

function chosen(): Truth[] {
  const taken = new Map<string, number>();
  const isWanted = ({ packets, quality, commands, macs }: Truth): boolean => {
    // Segments are cut in Ethernet frames.
    if (macs === 0 || packets > PACKETS_MAX || Object.keys(quality).length > 0) return false;
    const protocol = OVER_TCP.find((name) => name in commands);
    if (protocol === undefined) return false;
    taken.set(protocol, (taken.get(protocol) ?? 0) + 1);
    return taken.get(protocol)! <= CAPTURES_PER_PROTOCOL;
  };
  return truths.filter(isWanted);
}

function commandsOf(packets: readonly KeptPacket[]) {
  const summary = createPlantSummary(1);
  const traffic = createPlantTraffic(
    { exports: builds[0]!.instantiate() },
    { hashKey: new Uint8Array(8), onObservation: () => {}, visitor: summary },
  );
  for (const { timestampUs, bytes, wireBytes, interface: iface, link } of packets) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    traffic.putPacket(timestampUs, view, 0, bytes.length, wireBytes, iface, link);
  }
  traffic.finish();
  const { commands, lost } = summary.summary(traffic.totals);
  assert.equal(lost, { packets: 0, conversations: 0, commands: 0 });
  return Object.entries(commands)
    .flatMap(([protocol, pairs]) =>
      Object.entries(pairs).flatMap(([pair, groups]) =>
        Object.entries(groups).flatMap(([group, keys]) =>
          Object.entries(keys).map(
            ([key, count]) => `${protocol} ${pair} ${group} ${key}: ${count}`,
          ),
        ),
      ),
    )
    .sort();
}

const captures = chosen();

test("there are at least twenty captures, of six protocols over TCP", () => {
  if (truths.length === 0) return;
  assert.ok(captures.length >= CAPTURES_MIN, `${captures.length}`);
  const seen = OVER_TCP.filter((name) => captures.some(({ commands }) => name in commands));
  assert.ok(seen.length >= PROTOCOLS_MIN, seen.join());
});

for (const { file } of captures) {
  test(`${file}: the same commands, whatever happens on the way`, async () => {
    const { packets, sink } = collectPackets();
    await readCaptureFile(captureFolder + file, sink);
    const ethernet = packets.filter(({ link }) => link === abi.LINK_ETHERNET);
    const plain = commandsOf(ethernet);
    assert.ok(plain.length > 0);
    const different = Object.entries(variants).flatMap(([name, variant]) => {
      const lines = commandsOf(variant(ethernet));
      return [
        ...lines.filter((line) => !plain.includes(line)).map((line) => `${name}: + ${line}`),
        ...plain.filter((line) => !lines.includes(line)).map((line) => `${name}: - ${line}`),
      ];
    });
    assert.equal(different, []);
  });
}

test.run();
