/** Who talked to whom in one stretch, and how: conversations and commands drawn together. */
import type { CommandCount, ConversationCount, PlantObservation } from "../../core/plant.ts";
import { DYNAMIC_PORT_MIN, ICMP, ICMPV6, isGroup, isNobody, rolesOf, TCP, UDP } from "./ends.ts";

export interface Edge {
  /** As `edgeKeyOf` has it. */
  key: string;
  client: string;
  server: string;
  /** The protocol found by content ("modbus"), else its port: "tcp/445", "udp/dynamic", "ethertype/0x88cc". */
  protocol: string;
  /** The server's; 0 where there is none. */
  port: number;
  /** To a multicast or broadcast address: to nobody in particular. */
  isGroup: boolean;
  /** Whether something came of it: an answer, data, or packets that want none. */
  isReal: boolean;
  /** [from the client, to it] */
  packets: [number, number];
  payloadBytes: [number, number];
  /** On the wire, both ways. */
  bytes: number;
  firstMs: number;
  lastMs: number;
  commands: CommandCount[];
  /** Whether one of the commands has an action. */
  hasAction: boolean;
}

/** One-way packets from which on they are taken for traffic that wants no answer, not for groping. */
const ONE_WAY_PACKETS_MIN = 3;

/**
 * Whether two devices have to do with each other by it. What is announced to all (NetBIOS, SSDP, mDNS,
 * DHCPv6) is no interaction with each of them, unless it is a control protocol's.
 */
export const isBetweenTwo = ({ isGroup, protocol }: Edge): boolean =>
  !isGroup || !/^(tcp|udp|ip|ethertype)\//.test(protocol);

/** EtherTypes whose frames show as IP or ARP conversations too. */
const CARRIERS: ReadonlySet<number> = new Set([0, 0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8]);

export const edgeKeyOf = (client: string, server: string, protocol: string): string =>
  `${client} > ${server} ${protocol}`;

export function edgesOf({ conversations, commands }: PlantObservation): Edge[] {
  const edges = new Map<string, Edge>();
  for (const conversation of conversations) addConversation(edges, conversation);
  for (const command of commands) addCommand(edges, command);
  return [...edges.values()];
}

export function protocolOf({ kind, protocol, service }: ConversationCount, port: number): string {
  if (service !== "") return service;
  if (kind === "link") return `ethertype/0x${protocol.toString(16).padStart(4, "0")}`;
  if (protocol !== TCP && protocol !== UDP) return `ip/${protocol}`;
  const name = protocol === TCP ? "tcp" : "udp";
  return `${name}/${port >= DYNAMIC_PORT_MIN ? "dynamic" : port}`;
}

/**
 * Whether a connection came about in what was seen of it. A handshake that is reset before a byte of
 * data was sent is a probe: half-open scanners leave the answer with a reset (nmap -sS).
 */
export function isEstablished(conversation: ConversationCount): boolean {
  const { payloadBytes, packets, rstCount } = conversation;
  if (payloadBytes[0] + payloadBytes[1] > 0) return true;
  return packets[0] > 0 && packets[1] > 0 && rstCount === 0;
}

function addConversation(edges: Map<string, Edge>, conversation: ConversationCount): void {
  const { kind, protocol } = conversation;
  if (kind === "arp" || protocol === ICMP || protocol === ICMPV6) return;
  if (kind === "link" && conversation.service === "" && CARRIERS.has(protocol)) return;
  const { client, server, isTurned } = rolesOf(conversation);
  if (isNobody(client.address)) return;
  const packets = turned(conversation.packets, isTurned);
  const payloadBytes = turned(conversation.payloadBytes, isTurned);
  const group = isGroup(server);
  const isReal =
    protocol === TCP && kind !== "link"
      ? isEstablished(conversation)
      : group || packets[1] > 0 || packets[0] >= ONE_WAY_PACKETS_MIN;
  const edge = edgeAt(edges, client.address, server.address, protocolOf(conversation, server.port));
  edge.port = server.port;
  edge.isGroup ||= group;
  edge.isReal ||= isReal;
  edge.packets[0] += packets[0];
  edge.packets[1] += packets[1];
  edge.payloadBytes[0] += payloadBytes[0];
  edge.payloadBytes[1] += payloadBytes[1];
  edge.bytes += conversation.bytes[0] + conversation.bytes[1];
  widen(edge, conversation);
}

function addCommand(edges: Map<string, Edge>, command: CommandCount): void {
  const edge = edgeAt(edges, command.client, command.server, command.protocol);
  edge.commands.push(command);
  edge.hasAction ||= command.action !== undefined;
  edge.isReal = true;
  edge.isGroup ||= isGroup({ address: command.server, port: 0 });
  widen(edge, command);
}

function edgeAt(edges: Map<string, Edge>, client: string, server: string, protocol: string): Edge {
  const key = edgeKeyOf(client, server, protocol);
  const known = edges.get(key);
  if (known !== undefined) return known;
  const edge: Edge = {
    key,
    client,
    server,
    protocol,
    port: 0,
    isGroup: false,
    isReal: false,
    packets: [0, 0],
    payloadBytes: [0, 0],
    bytes: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    commands: [],
    hasAction: false,
  };
  edges.set(key, edge);
  return edge;
}

function widen(edge: Edge, { firstMs, lastMs }: { firstMs: number; lastMs: number }): void {
  edge.firstMs = Math.min(edge.firstMs, firstMs);
  edge.lastMs = Math.max(edge.lastMs, lastMs);
}

const turned = (counts: readonly [number, number], isTurned: boolean) =>
  isTurned ? ([counts[1], counts[0]] as const) : counts;
