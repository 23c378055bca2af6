/**
 * What a whole capture held, in the words of tshark's reading of it: `watch --json`. Times in it are epoch
 * seconds, byte counts those on the wire, pairs of counts [from the initiator, to it].
 */
import type { ConversationCount } from "../core/plant.ts";
import { abi } from "./abi.ts";
import { type ConversationTable, createConversationTable } from "./conversation-table.ts";
import type { RecordVisitor } from "./harvest.ts";
import type { PlantTotals } from "./plant.ts";
import { createTally, type Tally } from "./tally.ts";

export interface SummaryConversation {
  proto: "tcp" | "udp";
  src: string;
  sport: number;
  dst: string;
  dport: number;
  packets: readonly [number, number];
  bytes: readonly [number, number];
  /** These four of TCP only. */
  payload_bytes?: readonly [number, number];
  syn?: number;
  fin?: number;
  rst?: number;
  first: number;
  last: number;
}

/** The members and keys are those of the truth files beside public captures; see agent/README.md. */
export interface PlantSummary {
  packets: number;
  bytes: number;
  first: number | null;
  last: number | null;
  /** Of Ethernet frames: sender or receiver. */
  macs_unicast: string[];
  ipv4: string[];
  ipv6: string[];
  arp_ipv4: string[];
  /** By their beginning. Made one by one as they are asked for: there may be many. */
  conversations: Iterable<SummaryConversation>;
  conversationCount: number;
  /** By protocol, "client>server", group and key. */
  commands: Tally;
  profinet: Record<string, number>;
  ethercat: Record<string, number>;
  arp: Record<string, number>;
  /** What was not counted: packets lost on the way here, and rows beyond a bound. */
  lost: { packets: number; conversations: number; commands: number };
}

export interface PlantSummaryBuilder extends Omit<RecordVisitor, "excerpt"> {
  summary(totals: PlantTotals): PlantSummary;
}

const TCP = 6;
const UDP = 17;

/** @param seed secret, 32 bits */
export function createPlantSummary(seed: number): PlantSummaryBuilder {
  const table = createConversationTable(seed);
  const tally = createTally();
  return {
    conversation: table.add,
    command: tally.add,
    summary(totals) {
      const { packets, bytes, firstUs, lastUs, lostCount, counters } = totals;
      const isEmpty = packets === 0;
      return {
        packets,
        bytes,
        first: isEmpty ? null : firstUs / 1e6,
        last: isEmpty ? null : lastUs / 1e6,
        ...endsOf(table),
        conversations: { [Symbol.iterator]: () => conversationsOf(table) },
        conversationCount: table.size,
        ...tally.result(),
        arp: arpOf(counters),
        lost: { packets: lostCount, conversations: table.lostCount, commands: tally.lostCount },
      };
    },
  };
}

function endsOf(table: ConversationTable) {
  const seen = {
    link: new Set<string>(),
    arp: new Set<string>(),
    ipv4: new Set<string>(),
    ipv6: new Set<string>(),
  };
  for (let index = 0; index < table.size; index++) {
    const { kind, initiator, responder } = table.row(index);
    seen[kind].add(initiator.address).add(responder.address);
  }
  const isUnicast = (mac: string) => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
  return {
    macs_unicast: [...seen.link].filter(isUnicast).sort(),
    ipv4: [...seen.ipv4].sort(),
    ipv6: [...seen.ipv6].sort(),
    arp_ipv4: [...seen.arp].filter((address) => address !== "0.0.0.0").sort(),
  };
}

function* conversationsOf(table: ConversationTable): Generator<SummaryConversation> {
  const order = Uint32Array.from({ length: table.size }, (_, index) => index);
  order.sort(
    (a, b) => table.firstUs(a) - table.firstUs(b) || compareRows(table.row(a), table.row(b)),
  );
  for (const index of order) {
    const conversation = conversationOf(table.row(index));
    if (conversation !== null) yield conversation;
  }
}

/** Null without ports: of fragments after the first, none are known. */
function conversationOf(row: ConversationCount): SummaryConversation | null {
  const { kind, protocol, initiator, responder } = row;
  if (kind === "link" || kind === "arp" || (protocol !== TCP && protocol !== UDP)) return null;
  if (initiator.port === 0 && responder.port === 0) return null;
  return {
    proto: protocol === TCP ? "tcp" : "udp",
    src: initiator.address,
    sport: initiator.port,
    dst: responder.address,
    dport: responder.port,
    packets: row.packets,
    bytes: row.bytes,
    ...(protocol === TCP && {
      payload_bytes: row.payloadBytes,
      syn: row.synCount,
      fin: row.finCount,
      rst: row.rstCount,
    }),
    first: secondsOf(row.firstMs),
    last: secondsOf(row.lastMs),
  };
}

/** To the microsecond. */
function secondsOf(ms: number): number {
  return Math.round(ms * 1000) / 1e6;
}

/** Of those that begin at once. */
function compareRows(a: ConversationCount, b: ConversationCount): number {
  return (
    a.protocol - b.protocol ||
    compare(a.initiator.address, b.initiator.address) ||
    a.initiator.port - b.initiator.port ||
    compare(a.responder.address, b.responder.address) ||
    a.responder.port - b.responder.port
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function arpOf(counters: Uint32Array): Record<string, number> {
  const request = counters[abi.COUNTER_ARP_REQUESTS]!;
  const reply = counters[abi.COUNTER_ARP_REPLIES]!;
  return { ...(request > 0 && { request }), ...(reply > 0 && { reply }) };
}
