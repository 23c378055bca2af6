/**
 * Flows as flow logs know them: a conversation until it is closed or quiet for a while. Put together from
 * observations, so what is told of a flow is what all its stretches sum up to.
 */
import type { ConversationCount, PlantObservation } from "../core/plant.ts";

/** Beyond it, the flow that was quiet longest is told early. */
export const FLOWS_MAX = 16_384;
/** Zeek's: tcp_inactivity_timeout, udp_inactivity_timeout, icmp_inactivity_timeout. */
const IDLE_MS = { tcp: 300_000, other: 60_000 };
/** What follows a FIN or RST comes within this. */
const LINGER_MS = 5_000;
const TCP = 6;

export type Flow = ConversationCount & { kind: "ipv4" | "ipv6" };

export interface Flows {
  observe(observation: PlantObservation): void;
  /** The traffic is over: tells all. */
  close(): void;
}

export function createFlows(tell: (flow: Flow) => void, flowsMax = FLOWS_MAX): Flows {
  /** By when they grew last, the longest ago first. */
  const flows = new Map<string, Flow>();

  function add(row: Flow): void {
    const key = keyOf(row);
    const known = flows.get(key);
    flows.delete(key);
    flows.set(key, known === undefined ? row : sumOf(known, row));
    if (flows.size <= flowsMax) return;
    const [oldest, flow] = flows.entries().next().value!;
    flows.delete(oldest);
    tell(flow);
  }

  function expire(nowMs: number): void {
    for (const [key, flow] of flows) {
      const quietMs = nowMs - flow.lastMs;
      if (quietMs < LINGER_MS) return;
      if (quietMs < (isClosed(flow) ? LINGER_MS : idleMsOf(flow))) continue;
      flows.delete(key);
      tell(flow);
    }
  }

  return {
    observe({ conversations, untilMs }) {
      for (const row of conversations) if (isFlow(row)) add(row);
      expire(untilMs);
    },
    close() {
      for (const flow of flows.values()) tell(flow);
      flows.clear();
    },
  };
}

function isFlow(row: ConversationCount): row is Flow {
  return row.kind === "ipv4" || row.kind === "ipv6";
}

function isClosed({ protocol, finCount, rstCount }: Flow): boolean {
  return protocol === TCP && (finCount >= 2 || rstCount > 0);
}

function idleMsOf({ protocol }: Flow): number {
  return protocol === TCP ? IDLE_MS.tcp : IDLE_MS.other;
}

/** The same both ways. */
function keyOf({ protocol, initiator, responder }: Flow): string {
  const ends = [initiator, responder].map(({ address, port }) => `${address} ${port}`);
  return `${protocol} ${ends.sort().join(" ")}`;
}

function sumOf(known: Flow, row: Flow): Flow {
  const isTurned =
    known.initiator.address !== row.initiator.address ||
    known.initiator.port !== row.initiator.port;
  const both = (a: readonly [number, number], b: readonly [number, number]): [number, number] =>
    isTurned ? [a[0] + b[1], a[1] + b[0]] : [a[0] + b[0], a[1] + b[1]];
  return {
    ...known,
    service: row.service === "" ? known.service : row.service,
    packets: both(known.packets, row.packets),
    bytes: both(known.bytes, row.bytes),
    payloadBytes: both(known.payloadBytes, row.payloadBytes),
    synCount: known.synCount + row.synCount,
    finCount: known.finCount + row.finCount,
    rstCount: known.rstCount + row.rstCount,
    firstMs: Math.min(known.firstMs, row.firstMs),
    lastMs: Math.max(known.lastMs, row.lastMs),
  };
}
