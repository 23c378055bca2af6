/** Captures that others made, and what an independent reader (tshark) found in them: ../shared/pcaps. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { abi } from "../../agent/traffic/abi.ts";
import type { CoreQuery } from "../../agent/traffic/conversations.ts";
import {
  drainCommands,
  drainConversations,
  readCommands,
  readConversations,
} from "../../agent/traffic/conversations.ts";
import { readCaptureFile } from "../../agent/traffic/sources/pcap-file.ts";
import { collectPackets, type KeptPacket } from "../fixtures/packets.ts";
import { batchOf, type Core } from "../wasm/harness.ts";
import { createCommandLedger, createConversationLedger } from "../wasm/ledger.ts";

export const captureFolder = fileURLToPath(new URL("../../../shared/pcaps/", import.meta.url));

export interface TruthConversation {
  proto: "tcp" | "udp";
  src: string;
  sport: number;
  dst: string;
  dport: number;
  packets: [number, number];
  bytes: [number, number];
  payload_bytes?: [number, number];
  syn?: number;
  fin?: number;
  rst?: number;
}

/** See make-truth.py there. */
export interface Truth {
  file: string;
  packets: number;
  bytes: number;
  macs: number;
  macs_unicast: string[];
  ipv4: string[];
  ipv6: string[];
  arp_ipv4: string[];
  l2_pairs: number;
  hierarchy: { depth: number; protocol: string; packets: number; bytes: number }[];
  conversations: TruthConversation[];
  commands: Record<string, Record<string, Record<string, Record<string, number>>>>;
  quality: Record<string, number>;
}

export const truths: readonly Truth[] = existsSync(captureFolder)
  ? readdirSync(`${captureFolder}truth`)
      .sort()
      .map((name) => JSON.parse(readFileSync(`${captureFolder}truth/${name}`, "utf8")))
  : [];

/** Records in one batch: each can evict two conversations, and the ring holds 768. */
const BATCH_RECORDS = 256;

/** Everything the core and the host's ledgers know after a capture. */
export async function observe(core: Core, file: string) {
  const conversations = createConversationLedger();
  const commands = createCommandLedger();
  const query: CoreQuery = (what, a, b) => core.query(what, a, b);
  const problems: string[] = [];
  const { packets, sink } = collectPackets();
  const problem = await readCaptureFile(captureFolder + file, sink);
  if (problem) problems.push(`${problem.kind} at byte ${problem.atByte}`);
  let lastUs = 0;
  for (const packet of packets) lastUs = Math.max(lastUs, packet.timestampUs);
  for (let at = 0; at < packets.length; ) {
    const batch: KeptPacket[] = [];
    for (let bytes = 0; batch.length < BATCH_RECORDS && at < packets.length; at++) {
      bytes += packets[at]!.bytes.length + 20;
      if (bytes > core.exports.io_cap()) break;
      batch.push(packets[at]!);
    }
    const taken = core.ingest(batchOf(batch.map(recordOf)));
    if (taken !== batch.length) throw new Error(`ingest: ${taken} of ${batch.length}`);
    conversations.add(drainConversations(query));
    commands.add(drainCommands(query));
  }
  // Holes at the end are given up once time goes on.
  const second = Math.floor(lastUs / 1e6);
  for (let later = 1; later <= 4; later++) core.tick(second + later);
  return {
    problems,
    conversations: conversations.with(readConversations(query)),
    commands: commands.with(readCommands(query)),
    layers: core.query(abi.QUERY_LAYERS),
    counters: core.query(abi.QUERY_COUNTERS),
  };
}

export type Observation = Awaited<ReturnType<typeof observe>>;

function recordOf(packet: KeptPacket) {
  return {
    us: BigInt(packet.timestampUs),
    flags: abi.RECORD_PACKET | (packet.link << abi.RECORD_LINK_SHIFT),
    iface: packet.interface,
    bytes: packet.bytes,
    wire: Math.min(packet.wireBytes, 65_535),
  };
}
