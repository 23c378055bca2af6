import type { Socket } from "node:net";
import type { MqttClient, Packet } from "mqtt";
import { isWithinFilter } from "../core/topic-filter.ts";
import {
  type ConnectionCounts,
  type ConnectionTraffic,
  MESSAGE_SIZES_MAX,
  type TopicDimension,
  type TopicTraffic,
} from "../core/transport.ts";

/** Counts what one transport's connections do, one after the other. */
export interface MqttCounts {
  /** A try begins. */
  attempt(): void;
  /** Counts all that this client sends and receives. Its topics are those that a refusal is about. */
  follow(client: MqttClient, topics: { publish: string; subscribe: readonly string[] }): void;
  /** The broker has taken the connection. */
  connected(client: MqttClient): void;
  /** It has ended, or the try has failed. */
  ended(wasConnected: boolean): void;
  counts(): ConnectionCounts;
  traffic(): ConnectionTraffic;
}

/** One scope's counts while they grow. */
interface Scope extends TopicTraffic {
  sizesSent: number[];
  /** Null, as of a refused connection, is within all topics only. */
  has(topic: string | null): boolean;
}

export function createMqttCounts(
  dimensions: readonly TopicDimension[],
  nowMs: () => number,
): MqttCounts {
  const scopes = scopesOf(dimensions);
  const counts: ConnectionCounts = {
    messagesSent: 0,
    messagesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    connectionAttempts: 0,
    connectionFailures: 0,
    disconnects: 0,
  };
  let connects = 0;
  let sourceAddress: string | null = null;
  let disconnectedAtMs: number | null = nowMs();

  const each = (topic: string | null, add: (scope: Scope) => void) => {
    for (const scope of scopes.values()) if (scope.has(topic)) add(scope);
  };
  const refused = (topic: string | null) => {
    each(topic, (scope) => {
      scope.authorizationFailures++;
    });
  };

  return {
    attempt() {
      counts.connectionAttempts++;
    },
    follow(client, topics) {
      countBytes(client, counts);
      client.on("packetsend", (packet) => {
        if (packet.cmd !== "publish") return;
        counts.messagesSent++;
        each(packet.topic, (scope) => {
          scope.messagesSent++;
          scope.sizesSent.push(Buffer.byteLength(packet.payload));
          if (scope.sizesSent.length > MESSAGE_SIZES_MAX) scope.sizesSent.shift();
        });
      });
      client.on("message", (topic) => {
        counts.messagesReceived++;
        each(topic, (scope) => {
          scope.messagesReceived++;
        });
      });
      client.on("packetreceive", (packet) => {
        for (const topic of refusalsOf(packet, topics)) refused(topic);
      });
    },
    connected(client) {
      connects++;
      disconnectedAtMs = null;
      const { localAddress } = client.stream as unknown as Socket;
      // A link-local address comes with its interface, which no profile knows.
      sourceAddress = localAddress?.replace(/%.*$/, "") ?? sourceAddress;
    },
    ended(wasConnected) {
      if (wasConnected) counts.disconnects++;
      else counts.connectionFailures++;
      disconnectedAtMs ??= nowMs();
    },
    counts: () => ({ ...counts }),
    traffic: () => ({
      scopes: Object.fromEntries([...scopes].map(([key, scope]) => [key, snapshotOf(scope)])),
      connectionAttempts: counts.connectionAttempts,
      connects,
      disconnects: counts.disconnects,
      disconnectedMs: disconnectedAtMs === null ? 0 : nowMs() - disconnectedAtMs,
      sourceAddress,
    }),
  };
}

function scopesOf(dimensions: readonly TopicDimension[]): Map<string, Scope> {
  const scopes = new Map([["", scopeOf(() => true)]]);
  for (const { name, filters } of dimensions) {
    const isIn = (topic: string) => filters.some((filter) => isWithinFilter(topic, filter));
    scopes.set(
      `IN ${name}`,
      scopeOf((topic) => topic !== null && isIn(topic)),
    );
    scopes.set(
      `NOT_IN ${name}`,
      scopeOf((topic) => topic !== null && !isIn(topic)),
    );
  }
  return scopes;
}

function scopeOf(has: Scope["has"]): Scope {
  return { has, messagesSent: 0, messagesReceived: 0, sizesSent: [], authorizationFailures: 0 };
}

function snapshotOf({ has: _, sizesSent, ...counts }: Scope): TopicTraffic {
  return { ...counts, sizesSent: [...sizesSent] };
}

/** CONNACK of MQTT 3.1.1 §3.2.2.3: bad user name or password, not authorized. */
const CONNACK_REFUSED_3: readonly number[] = [4, 5];

/** Reason codes of MQTT 5 §2.4: the same two, bad authentication method, banned. */
const REFUSED_5: readonly number[] = [0x86, 0x87, 0x8a, 0x8c];

/** SUBACK's failure of MQTT 3.1.1 §3.9.3 has no reason: filters that we send are good otherwise. */
const SUBACK_FAILURE = 0x80;

/** What the broker refuses us with this packet, a topic for each; null is the connection itself. */
function refusalsOf(
  packet: Packet,
  { publish, subscribe }: { publish: string; subscribe: readonly string[] },
): (string | null)[] {
  switch (packet.cmd) {
    case "connack": {
      const { returnCode = 0, reasonCode = 0 } = packet;
      return CONNACK_REFUSED_3.includes(returnCode) || REFUSED_5.includes(reasonCode) ? [null] : [];
    }
    case "disconnect":
      return REFUSED_5.includes(packet.reasonCode ?? 0) ? [null] : [];
    case "puback":
      return REFUSED_5.includes(packet.reasonCode ?? 0) ? [publish] : [];
    case "suback":
      return subscribe.filter((_, at) => {
        const code = Number(packet.granted[at]);
        return code === SUBACK_FAILURE || REFUSED_5.includes(code);
      });
    default:
      return [];
  }
}

/** Bytes of the socket itself, as the network sees them without TLS's own. */
function countBytes(client: MqttClient, counts: ConnectionCounts): void {
  const { stream } = client;
  let [sent, received] = [0, 0];
  const add = () => {
    const socket = stream as unknown as { bytesWritten?: number; bytesRead?: number };
    counts.bytesSent += (socket.bytesWritten ?? 0) - sent;
    counts.bytesReceived += (socket.bytesRead ?? 0) - received;
    sent = socket.bytesWritten ?? 0;
    received = socket.bytesRead ?? 0;
  };
  for (const event of ["packetsend", "packetreceive", "close"] as const) client.on(event, add);
}
