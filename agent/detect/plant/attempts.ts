/**
 * First tries of one end with another, and what came of them. Whether a try failed shows only when no
 * answer came for a while, so tries wait here until it did or that while is over.
 */
import type { CommandCount, ConversationCount, PlantObservation } from "../../core/plant.ts";
import { type Edge, isEstablished, protocolOf } from "./edge.ts";
import { isGroup, isNobody, rolesOf, TCP } from "./ends.ts";

export interface Attempt {
  client: string;
  server: string;
  protocol: string;
  /** The server's port; 0 where there is none. */
  port: number;
  /** What was addressed behind the server ("unit 3"); empty for the server itself. */
  object: string;
  /** "refused": a reset, or a gateway's word that nobody is there. */
  outcome: "answered" | "refused" | "unanswered";
  atMs: number;
}

export interface Attempts {
  /** Tries that were decided in this stretch. */
  take(observation: PlantObservation, edges: readonly Edge[], nowMs: number): Attempt[];
  /** Nothing more comes: who waits is unanswered. */
  close(): Attempt[];
  /** Tries that wait now. */
  readonly waiting: number;
}

/** A round trip in a plant is milliseconds; a first TCP retransmission comes after 1 s (RFC 6298). */
export const ANSWER_MS = 3000;

/** Tries that wait. Under a flood the oldest is decided early: that is what a flood's tries are. */
export const ATTEMPTS_WAITING_MAX = 4096;

/** Modbus' words for a serial device that a gateway could not reach (0x0A, 0x0B), and DNP3's likes. */
const NOBODY_THERE = /gateway/;

export function createAttempts(): Attempts {
  /** In the order of beginning. */
  const waiting = new Map<string, Attempt>();

  function settle(key: string, attempt: Attempt, into: Attempt[]): void {
    const first = waiting.get(key);
    waiting.delete(key);
    into.push(first === undefined ? attempt : { ...attempt, atMs: first.atMs });
  }

  function wait(key: string, attempt: Attempt, into: Attempt[]): void {
    if (waiting.has(key)) return;
    waiting.set(key, attempt);
    if (waiting.size <= ATTEMPTS_WAITING_MAX) return;
    const [oldest, given] = waiting.entries().next().value!;
    waiting.delete(oldest);
    into.push(given);
  }

  return {
    get waiting() {
      return waiting.size;
    },
    take(observation, edges, nowMs) {
      const decided: Attempt[] = [];
      for (const conversation of observation.conversations) {
        // Most of all traffic is of connections that were decided long ago.
        if (waiting.size === 0 && isNoBeginning(conversation)) continue;
        const key = keyOf(conversation);
        const attempt = attemptOf(conversation, waiting.has(key));
        if (attempt === null) continue;
        if (attempt.outcome === "unanswered") wait(key, attempt, decided);
        else settle(key, attempt, decided);
      }
      for (const [key, attempt] of objectAttemptsOf(edges)) {
        if (attempt.outcome === "unanswered") wait(key, attempt, decided);
        else settle(key, attempt, decided);
      }
      for (const [key, attempt] of waiting) {
        if (attempt.atMs > nowMs - ANSWER_MS) continue;
        waiting.delete(key);
        decided.push(attempt);
      }
      return decided;
    },
    close() {
      const rest = [...waiting.values()];
      waiting.clear();
      return rest;
    },
  };
}

/** Null for what is no try: traffic to nobody, and more of what was decided before. */
function attemptOf(conversation: ConversationCount, isWaiting: boolean): Attempt | null {
  const { kind, protocol, packets, rstCount, synCount } = conversation;
  const { client, server } = rolesOf(conversation);
  if (kind === "link" || isNobody(client.address)) return null;
  if (kind !== "arp" && isGroup(server)) return null;
  // An announcement of one's own address (RFC 5227) asks for nobody.
  if (kind === "arp" && client.address === server.address) return null;
  const isTcp = kind !== "arp" && protocol === TCP;
  const isAsked = isTcp ? synCount > 0 : packets[0] > 0;
  if (!isAsked && !isWaiting) return null;
  const isAnswered = isTcp ? isEstablished(conversation) : packets[1] > 0;
  return {
    client: client.address,
    server: server.address,
    protocol: kind === "arp" ? "arp" : protocolOf(conversation, server.port),
    port: server.port,
    object: "",
    outcome: isAnswered ? "answered" : rstCount > 0 ? "refused" : "unanswered",
    atMs: conversation.firstMs,
  };
}

const isNoBeginning = ({ kind, protocol, synCount }: ConversationCount): boolean =>
  kind === "link" || (kind !== "arp" && protocol === TCP && synCount === 0);

/** Objects that are devices of their own, in the words of the protocols; CIP's classes are none. */
const DEVICE_OBJECT = /^(unit|address|station|device|network) /;

/** One try per device behind a server: its requests and responses come as counts of several kinds. */
function objectAttemptsOf(edges: readonly Edge[]): Map<string, Attempt> {
  const attempts = new Map<string, Attempt>();
  const groups = new Set(edges.filter(({ isGroup }) => isGroup).map(({ server }) => server));
  for (const edge of edges) {
    if (edge.isGroup || groups.has(edge.client)) continue;
    for (const command of edge.commands) addObject(attempts, edge, command);
  }
  return attempts;
}

function addObject(attempts: Map<string, Attempt>, edge: Edge, command: CommandCount): void {
  const { object, responseCount, errorCount, error, firstMs } = command;
  if (object === "" || !DEVICE_OBJECT.test(object)) return;
  // What wants no answer is no try: confirmations, and questions to all (Who-Is).
  if (command.commandClass === "other" && responseCount + errorCount === 0) return;
  const key = `${edge.key} ${object}`;
  const isRefused = error !== "" && NOBODY_THERE.test(error);
  const isAnswered = !isRefused && responseCount + errorCount > 0;
  const outcome = isRefused ? "refused" : isAnswered ? "answered" : "unanswered";
  const known = attempts.get(key);
  if (known === undefined) {
    const { client, server, protocol } = edge;
    attempts.set(key, { client, server, protocol, port: 0, object, outcome, atMs: firstMs });
    return;
  }
  if (rankOf[outcome] > rankOf[known.outcome]) known.outcome = outcome;
  known.atMs = Math.min(known.atMs, firstMs);
}

const rankOf = { unanswered: 0, refused: 1, answered: 2 } as const;

const keyOf = ({ kind, protocol, initiator, responder }: ConversationCount): string =>
  `${kind} ${protocol} ${initiator.address} ${initiator.port} ${responder.address} ${responder.port}`;
