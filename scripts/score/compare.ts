/**
 * One capture's counts against its truth. What the oracle is known not to see is left out for every
 * capture alike: protocols that it has no dissector for are not in its counts at all.
 */

/** Pairs, groups, keys. */
type Counts = Record<string, Record<string, Record<string, number>>>;

interface Conversation {
  proto: string;
  src: string;
  sport: number;
  dst: string;
  dport: number;
  packets: readonly number[];
  bytes: readonly number[];
  payload_bytes?: readonly number[];
  syn?: number;
  fin?: number;
  rst?: number;
  first: number;
  last: number;
}

/** What `watch --json` and a truth file have in common. */
export interface Seen {
  packets: number;
  bytes: number;
  first: number | null;
  last: number | null;
  macs_unicast: string[];
  ipv4: string[];
  ipv6: string[];
  arp_ipv4: string[];
  conversations: Conversation[];
  commands: Record<string, Counts>;
  profinet: Record<string, number>;
  ethercat: Record<string, number>;
  arp: Record<string, number>;
}

export interface Truth extends Seen {
  file: string;
  /** Retransmissions, lost segments, malformed packets; empty where the oracle had no doubt. */
  quality: Record<string, number>;
}

export interface Comparison {
  name: string;
  /** A field is equal or not; of a protocol, messages are counted. */
  isProtocol: boolean;
  /** Messages counted alike, and all that either of them counted. */
  matched: number;
  total: number;
  /** "request unit=1 fc=3: 12, the truth 13" */
  differences: string[];
}

export interface Verdict {
  file: string;
  isClean: boolean;
  comparisons: Comparison[];
}

/** Those that the truth files count; others of ours have nothing to be held to. */
const PROTOCOLS = [
  "modbus",
  "s7comm",
  "cotp",
  "enip",
  "cip",
  "cipio",
  "dnp3",
  "iec104",
  "opcua",
  "bacnet",
  "mqtt",
  "hart_ip",
] as const;

export function compare(seen: Seen, truth: Truth): Verdict {
  const comparisons: Comparison[] = [
    field("packets", [seen.packets], [truth.packets]),
    field("bytes", [seen.bytes], [truth.bytes]),
    field("first", [timeOf(seen.first, truth.first)], [String(truth.first)]),
    field("last", [timeOf(seen.last, truth.last)], [String(truth.last)]),
    field("macs_unicast", seen.macs_unicast, truth.macs_unicast),
    field("ipv4", seen.ipv4, truth.ipv4),
    field("ipv6", seen.ipv6, truth.ipv6),
    field("arp_ipv4", seen.arp_ipv4, truth.arp_ipv4),
    field("arp", entriesOf(seen.arp), entriesOf(truth.arp)),
    field("conversations", seen.conversations.map(lineOf), truth.conversations.map(lineOf)),
    ...PROTOCOLS.map((name) =>
      counted(name, flat(seen.commands[name] ?? {}), flat(truth.commands[name] ?? {})),
    ),
    counted("profinet", normal(seen.profinet), normal(truth.profinet)),
    counted("ethercat", normal(seen.ethercat), normal(truth.ethercat)),
  ].filter(({ total }) => total > 0);
  return { file: truth.file, isClean: Object.keys(truth.quality).length === 0, comparisons };
}

/** Ours are whole microseconds; the truth has more digits at times. */
const TIME_DIFFERENCE_S_MAX = 2e-6;

function timeOf(own: number | null, theirs: number | null): string {
  const isClose =
    own !== null && theirs !== null && Math.abs(own - theirs) <= TIME_DIFFERENCE_S_MAX;
  return String(isClose ? theirs : own);
}

function entriesOf(counts: Record<string, number>): string[] {
  return Object.entries(counts).map(([key, count]) => `${key} ${count}`);
}

function lineOf(of: Conversation): string {
  const ends = `${of.proto} ${of.src} ${of.sport} ${of.dst} ${of.dport} ${of.packets} ${of.bytes}`;
  return of.proto === "tcp" ? `${ends} ${of.payload_bytes} ${of.syn} ${of.fin} ${of.rst}` : ends;
}

function field(name: string, own: readonly unknown[], theirs: readonly unknown[]): Comparison {
  const ours = new Set(own.map(String));
  const all = new Set(theirs.map(String));
  const differences = [
    ...[...ours].filter((line) => !all.has(line)).map((line) => `only ours: ${line}`),
    ...[...all].filter((line) => !ours.has(line)).map((line) => `only the truth's: ${line}`),
  ];
  if (differences.length === 0 && own.length !== theirs.length) {
    differences.push(`${own.length} times, the truth ${theirs.length}`);
  }
  return { name, isProtocol: false, matched: 0, total: theirs.length + own.length, differences };
}

function counted(
  name: string,
  own: ReadonlyMap<string, number>,
  theirs: ReadonlyMap<string, number>,
): Comparison {
  let matched = 0;
  let total = 0;
  const differences: string[] = [];
  for (const key of new Set([...own.keys(), ...theirs.keys()])) {
    const [a, b] = [own.get(key) ?? 0, theirs.get(key) ?? 0];
    matched += Math.min(a, b);
    total += Math.max(a, b);
    if (a !== b) differences.push(`${key}: ${a}, the truth ${b}`);
  }
  return { name, isProtocol: true, matched, total, differences };
}

function flat(counts: Counts): Map<string, number> {
  const all = new Map<string, number>();
  for (const [pair, groups] of Object.entries(counts)) {
    for (const [group, keys] of Object.entries(groups)) {
      for (const [key, count] of Object.entries(keys)) all.set(`${pair} ${group} ${key}`, count);
    }
  }
  return all;
}

function normal(counts: Record<string, number>): Map<string, number> {
  return new Map(Object.entries(counts));
}
