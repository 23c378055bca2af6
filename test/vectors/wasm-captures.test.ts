/**
 * Every capture in ../shared/pcaps through core.wasm: packets, bytes, MAC and IP addresses and conversations
 * must be those that tshark found, and so must the commands where tshark saw the streams without loss.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { protocolOfKind } from "../../agent/traffic/protocols/index.ts";
import { builds, type Core, openCore } from "../wasm/harness.ts";
import {
  type Observation,
  observe,
  type Truth,
  type TruthConversation,
  truths,
} from "./captures.ts";

const test = suite("vectors: captures");
const gateways = builds.filter(({ name }) => name !== "nano");

/** What is compared, by name: what the core says, and what the truth says, as sorted lines or a number. */
const fields: Record<string, (seen: Observation, truth: Truth) => [unknown, unknown]> = {
  packets: ({ layers }, truth) => [layerOf(layers, abi.LAYER_FRAME).packets, truth.packets],
  bytes: ({ layers }, truth) => [layerOf(layers, abi.LAYER_FRAME).bytes, truth.bytes],
  macs: (seen, truth) => [macsOf(seen).length, truth.macs],
  macsUnicast: (seen, truth) => [macsOf(seen).filter(isUnicast), truth.macs_unicast.toSorted()],
  ipv4: (seen, truth) => [addressesOf(seen, "ipv4"), truth.ipv4.toSorted()],
  ipv6: (seen, truth) => [addressesOf(seen, "ipv6"), truth.ipv6.toSorted()],
  arpIpv4: (seen, truth) => [
    addressesOf(seen, "arp").filter((address) => address !== "0.0.0.0"),
    truth.arp_ipv4.toSorted(),
  ],
  conversations: (seen, truth) => [
    conversationLines(seen),
    truth.conversations.map(lineOfTruth).toSorted(),
  ],
};

/**
 * Those with a dissector in tshark 4.0. DNP3 is held to the second bound everywhere: tshark takes the transport
 * function's sequence number 0 behind 63 for another fragment (IEEE 1815-2012 clause 8.2.1.3 counts on modulo
 * 64), and puts such orphans before later messages, whose function it then misreads.
 */
const exact = [
  "modbus",
  "s7comm",
  "cotp",
  "enip",
  "cip",
  "cipio",
  "iec104",
  "opcua",
  "bacnet",
  "mqtt",
  "hart_ip",
];
const SAME_MIN = 0.99;

for (const build of gateways) {
  const core = openCore(build.instantiate());
  const sums = new Map<string, Sum>();
  for (const truth of truths) {
    test(`${build.name}: ${truth.file} equals its truth`, () => compare(core, truth, sums));
  }
  test(`${build.name}: of each protocol's messages 99 % are those that tshark counts`, () => {
    for (const [name, { same, all }] of sums)
      assert.ok(same >= all * SAME_MIN, `${name}: ${same} of ${all}`);
  });
}

interface Sum {
  same: number;
  all: number;
}

async function compare(core: Core, truth: Truth, sums: Map<string, Sum>): Promise<void> {
  assert.is(core.exports.init(0), abi.OK);
  const seen = await observe(core, truth.file);
  assert.equal(seen.problems, []);
  const different = Object.keys(fields).filter((name) => {
    const [own, theirs] = fields[name]!(seen, truth);
    return !report(truth.file, name, own, theirs);
  });
  const own = countsOf(seen);
  for (const name of [...exact, "dnp3"]) {
    const theirs = countsOfTruth(truth, name);
    sum(sums, name, own[name] ?? {}, theirs);
    const isExact = exact.includes(name) && Object.keys(truth.quality).length === 0;
    if (isExact && !report(truth.file, name, linesOf(own[name] ?? {}), linesOf(theirs)))
      different.push(name);
  }
  assert.equal(different, []);
}

function sum(sums: Map<string, Sum>, name: string, own: Counts, theirs: Counts): void {
  const { same, all } = sums.get(name) ?? { same: 0, all: 0 };
  const keys = [...new Set([...Object.keys(own), ...Object.keys(theirs)])];
  const of = (pick: (...counts: number[]) => number) =>
    keys.reduce((total, key) => total + pick(own[key] ?? 0, theirs[key] ?? 0), 0);
  sums.set(name, { same: same + of(Math.min), all: all + of(Math.max) });
}

/** Prints what differs. @returns whether nothing does */
function report(file: string, field: string, own: unknown, theirs: unknown): boolean {
  if (JSON.stringify(own) === JSON.stringify(theirs)) return true;
  if (Array.isArray(own) && Array.isArray(theirs)) {
    for (const line of own.filter((each) => !theirs.includes(each)))
      process.stdout.write(`${file} ${field}: only the core has ${line}\n`);
    for (const line of theirs.filter((each) => !own.includes(each)))
      process.stdout.write(`${file} ${field}: only the truth has ${line}\n`);
  } else {
    process.stdout.write(`${file} ${field}: the core says ${own}, the truth ${theirs}\n`);
  }
  return false;
}

function layerOf(layers: DataView, layer: number) {
  return {
    packets: Number(layers.getBigUint64(layer * 16, true)),
    bytes: Number(layers.getBigUint64(layer * 16 + 8, true)),
  };
}

function macsOf({ conversations }: Observation): string[] {
  const macs = conversations
    .filter(({ kind }) => kind === "link")
    .flatMap(({ initiator, responder }) => [initiator.address, responder.address]);
  return [...new Set(macs)].filter((mac) => mac !== "ff:ff:ff:ff:ff:ff").toSorted();
}

function isUnicast(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
}

function addressesOf({ conversations }: Observation, kind: string): string[] {
  const addresses = conversations
    .filter((each) => each.kind === kind)
    .flatMap(({ initiator, responder }) => [initiator.address, responder.address]);
  return [...new Set(addresses)].toSorted();
}

function conversationLines({ conversations }: Observation): string[] {
  return conversations
    .filter(({ kind, protocol, initiator, responder }) => {
      const hasPorts = initiator.port !== 0 || responder.port !== 0;
      return kind.startsWith("ip") && hasPorts && (protocol === 6 || protocol === 17);
    })
    .map((each) =>
      lineOf({
        proto: each.protocol === 6 ? "tcp" : "udp",
        src: each.initiator.address,
        sport: each.initiator.port,
        dst: each.responder.address,
        dport: each.responder.port,
        packets: each.packets,
        bytes: each.bytes,
        payload_bytes: each.payloadBytes,
        syn: each.synCount,
        fin: each.finCount,
        rst: each.rstCount,
      }),
    )
    .toSorted();
}

function lineOfTruth(truth: TruthConversation): string {
  return lineOf(truth);
}

function lineOf(of: TruthConversation): string {
  const ends = `${of.proto} ${of.src} ${of.sport} ${of.dst} ${of.dport} ${of.packets} ${of.bytes}`;
  return of.proto === "tcp" ? `${ends} ${of.payload_bytes} ${of.syn} ${of.fin} ${of.rst}` : ends;
}

/** By "pair group key". */
type Counts = Record<string, number>;

function countsOf({ commands }: Observation): Record<string, Counts> {
  const counts: Record<string, Counts> = {};
  for (const command of commands) {
    const protocol = protocolOfKind(command.kind);
    assert.ok(protocol, `no protocol has kind ${command.kind}`);
    protocol.tally(command, (pair, group, key, count) => {
      const own = counts[protocol.name] ?? {};
      counts[protocol.name] = own;
      const line = `${pair} ${group} ${key}`;
      own[line] = (own[line] ?? 0) + count;
    });
  }
  return counts;
}

function countsOfTruth({ commands }: Truth, name: string): Counts {
  return Object.fromEntries(
    Object.entries(commands[name] ?? {}).flatMap(([pair, groups]) =>
      Object.entries(groups).flatMap(([group, keys]) =>
        Object.entries(keys).map(([key, count]) => [`${pair} ${group} ${key}`, count]),
      ),
    ),
  );
}

function linesOf(counts: Counts): string[] {
  const counted = Object.entries(counts).filter(([, count]) => count > 0);
  return counted.map(([key, count]) => `${key}: ${count}`).toSorted();
}

test.run();
