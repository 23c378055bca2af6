import type { Connection, Sockets } from "../core/model.ts";
import type { IndicatorName } from "./entries.ts";
import type { IndicatorSet } from "./set.ts";

/** A peer or a listening port that indicators name. */
export interface Contact {
  /** "203.0.113.9", or "tcp/4444". */
  subject: string;
  /** A sentence with the ports, and the indicators with their sources. */
  why: string;
  connections: number;
  indicators: number;
  /** MITRE ATT&CK for ICS. */
  techniques: string[];
}

export interface Contacts {
  /** By subject. */
  matched: Map<string, Contact>;
  /** Every subject that there could be of these sockets, named by an indicator or not. */
  present: Set<string>;
}

/** Ports and indicators that a sentence lists; of more it says how many. */
const LISTED_MAX = 3;

/** Standard Application Layer Protocol, and Commonly Used Port with the ports it lists (v18.1). */
const APPLICATION_PROTOCOL = "T0869";
const COMMON_PORT = "T0885";
const commonPorts = new Set([23, 53, 80, 102, 161, 443, 502, 20_000, 44_818]);

/** One peer's connections, by who opened them. */
interface Peer {
  outbound: Connection[];
  inbound: Connection[];
}

/** What of the sockets the indicators that hold at `wallMs` name. */
export function contactsOf(sockets: Sockets, set: IndicatorSet, wallMs: number): Contacts {
  const listening = new Set(sockets.listeningTcp.map(({ port }) => port));
  const matched = new Map<string, Contact>();
  const peers = peersOf(sockets.established, listening);
  for (const [subject, peer] of peers) {
    const names = namesOf(subject, peer, set, wallMs);
    if (names.length > 0) matched.set(subject, peerContact(subject, peer, names));
  }
  for (const port of listening) {
    const names = set.matchPort(port, { wallMs });
    if (names.length > 0) matched.set(`tcp/${port}`, listenerContact(port, names, sockets));
  }
  const ports = [...listening].map((port) => `tcp/${port}`);
  return { matched, present: new Set([...peers.keys(), ...ports]) };
}

/** Whoever connects to a listening port of the device has opened the connection; else the device. */
function peersOf(connections: readonly Connection[], listening: ReadonlySet<number>) {
  const peers = new Map<string, Peer>();
  for (const connection of connections) {
    const peer = peers.get(connection.remoteAddress) ?? { outbound: [], inbound: [] };
    peers.set(connection.remoteAddress, peer);
    const isInbound = listening.has(connection.localPort);
    (isInbound ? peer.inbound : peer.outbound).push(connection);
  }
  return peers;
}

/**
 * The peer's port is a destination only where the device opened the connection: a client's own port
 * is chance, and would meet an indicator's by chance.
 */
function namesOf(address: string, { outbound }: Peer, set: IndicatorSet, wallMs: number) {
  const found = new Map<string, IndicatorName>();
  const add = (names: readonly IndicatorName[]) => {
    for (const name of names) found.set(`${name.source}\n${name.id}`, name);
  };
  add(set.matchAddress(address, { wallMs }));
  for (const port of new Set(outbound.map(({ remotePort }) => remotePort))) {
    add(set.matchAddress(address, { wallMs, port }));
    add(set.matchPort(port, { wallMs }));
  }
  return [...found.values()];
}

function peerContact(subject: string, peer: Peer, names: readonly IndicatorName[]): Contact {
  const { outbound, inbound } = peer;
  const remote = distinct(outbound.map(({ remotePort }) => remotePort));
  const local = distinct(inbound.map(({ localPort }) => localPort));
  const parts: string[] = [];
  if (remote.length > 0) parts.push(`the device is connected to TCP port ${listed(remote)} there`);
  if (local.length > 0) parts.push(`it is connected to the device's TCP port ${listed(local)}`);
  const techniques = [APPLICATION_PROTOCOL];
  if ([...remote, ...local].some((port) => commonPorts.has(port))) techniques.push(COMMON_PORT);
  return {
    subject,
    why: `${subject} is named by ${sentenceOf(names)}; ${parts.join(", and ")}`,
    connections: outbound.length + inbound.length,
    indicators: names.length,
    techniques,
  };
}

function listenerContact(
  port: number,
  names: readonly IndicatorName[],
  { established }: Sockets,
): Contact {
  const peers = established.filter(({ localPort }) => localPort === port);
  return {
    subject: `tcp/${port}`,
    why: `the device listens on TCP port ${port}, which is named by ${sentenceOf(names)}`,
    connections: peers.length,
    indicators: names.length,
    techniques: [COMMON_PORT],
  };
}

function sentenceOf(names: readonly IndicatorName[]): string {
  return listed(names.map(({ source, id }) => `${source} (${id})`));
}

function listed(items: readonly (string | number)[]): string {
  const more = items.length - LISTED_MAX;
  const text = items.slice(0, LISTED_MAX).join(", ");
  return more > 0 ? `${text} and ${more} more` : text;
}

function distinct(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
