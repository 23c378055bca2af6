/**
 * Every capture in ../shared/pcaps through core.wasm: packets, bytes, MAC and IP addresses and conversations
 * must be those that tshark found, and so must Modbus' commands where tshark saw the streams without loss.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
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
  modbus: (seen, truth) => [modbusLines(seen), modbusLinesOfTruth(truth)],
};

for (const build of gateways) {
  const core = openCore(build.instantiate());
  for (const truth of truths) {
    test(`${build.name}: ${truth.file} equals its truth`, () => compare(core, truth));
  }
}

async function compare(core: Core, truth: Truth): Promise<void> {
  assert.is(core.exports.init(0), abi.OK);
  const seen = await observe(core, truth.file);
  assert.equal(seen.problems, []);
  const different = Object.keys(fields).filter((name) => {
    if (name === "modbus" && Object.keys(truth.quality).length > 0) return false;
    const [own, theirs] = fields[name]!(seen, truth);
    return !report(truth.file, name, own, theirs);
  });
  assert.equal(different, []);
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

function modbusLines({ commands }: Observation): string[] {
  const counts = new Map<string, number>();
  for (const each of commands.filter(({ kind }) => kind === abi.KIND_MODBUS)) {
    const pair = `${each.client}>${each.server}`;
    const key = `unit=${each.object} fc=${each.functionCode}`;
    add(counts, `${pair} request ${key}`, each.requestCount);
    add(counts, `${pair} response ${key}`, each.responseCount);
    add(counts, `${pair} exception ${key}`, each.errorCount);
    if (each.error !== 0) add(counts, `${pair} exception_codes ${each.error}`, each.errorCount);
  }
  return [...counts].map(([key, count]) => `${key}: ${count}`).toSorted();
}

function add(counts: Map<string, number>, key: string, count: number): void {
  if (count > 0) counts.set(key, (counts.get(key) ?? 0) + count);
}

function modbusLinesOfTruth({ commands }: Truth): string[] {
  return Object.entries(commands.modbus ?? {})
    .flatMap(([pair, kinds]) =>
      Object.entries(kinds).flatMap(([kind, keys]) =>
        Object.entries(keys).map(([key, count]) => `${pair} ${kind} ${key}: ${count}`),
      ),
    )
    .toSorted();
}

test.run();
