import type { Packet } from "mqtt-packet";
import type { Version } from "./codec.ts";
import type { Message } from "./message.ts";

/** What delivery needs of a live connection. */
export interface Link {
  readonly version: Version;
  /** Unacknowledged QoS 1 messages the client takes at a time. */
  readonly inFlightMax: number;
  /** Largest packet the client takes. */
  readonly packetBytesMax: number;
  /** More is waiting to be sent than a healthy client lets pile up. */
  readonly congested: boolean;
  /** False, and nothing sent, when the packet is larger than the client takes. */
  send(packet: Packet): boolean;
}

export interface Subscription {
  qos: 0 | 1;
  noLocal: boolean;
  retainAsPublished: boolean;
}

/** A message on its way to one client. `retain` is the flag that this client is to see. */
export interface Delivery {
  message: Message;
  qos: 0 | 1;
  retain: boolean;
}

/** A client's state at the service; it may outlive the connection (MQTT 5.0 §4.1). */
export interface Session {
  readonly clientId: string;
  readonly subscriptions: Map<string, Subscription>;
  readonly inFlight: Map<number, Delivery>;
  queue: Delivery[];
  queueBytes: number;
  lastPacketId: number;
  link: Link | null;
  /** 0: ends with its connection. */
  expiryMs: number;
  /** When a session without a connection ends, on the monotonic clock. */
  endsAtMs: number | null;
  /** A will that waits for its delay to pass, or for the session to end. */
  will: { message: Message; dueAtMs: number } | null;
}

export function createSession(clientId: string): Session {
  return {
    clientId,
    subscriptions: new Map(),
    inFlight: new Map(),
    queue: [],
    queueBytes: 0,
    lastPacketId: 0,
    link: null,
    expiryMs: 0,
    endsAtMs: null,
    will: null,
  };
}
