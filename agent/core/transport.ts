/** A report as it goes out: encoded bytes, and the id that the service's answer is matched by. */
export interface OutgoingReport {
  id: number;
  bytes: Uint8Array;
}

/** What became of a send: the caller must choose on each. `reason` is a sentence for a person. */
export type SendResult =
  | { outcome: "accepted" }
  | { outcome: "rejected"; code: string; reason: string }
  | { outcome: "throttled"; reason: string }
  | { outcome: "unreachable"; reason: string };

export type ConnectionState = "connected" | "connecting" | "disconnected" | "unused";

/** What the status page shows of a transport. */
export interface ConnectionStatus {
  state: ConnectionState;
  /** Where it goes, without secrets: "mqtts://host:8883" or a path. */
  endpoint: string;
  /** Why it is in this state, for a person; empty when all is well. */
  detail: string;
  /** Since the start. */
  counts: ConnectionCounts;
}

export interface ConnectionCounts {
  messagesSent: number;
  messagesReceived: number;
  bytesSent: number;
  bytesReceived: number;
  connectionAttempts: number;
  connectionFailures: number;
  disconnects: number;
}

/** Sizes of messages that are remembered: a long backlog that drains in one window has more. */
export const MESSAGE_SIZES_MAX = 1024;

/** What went over a connection within some topics, since the start. */
export interface TopicTraffic {
  messagesSent: number;
  messagesReceived: number;
  /** Payload bytes of the last messages sent, oldest first, at most `MESSAGE_SIZES_MAX`. */
  sizesSent: readonly number[];
  /** Requests that the broker refused for want of a permission, as far as it says so. */
  authorizationFailures: number;
}

/**
 * The device's own side of Device Defender's cloud-side metrics, since the start. A broker that
 * closes the connection instead of refusing, as MQTT 3.1.1 has it for publications, shows in
 * `disconnects` alone.
 */
export interface ConnectionTraffic {
  /** By scope: "" is all topics, "IN name" and "NOT_IN name" those of a configured dimension. */
  scopes: Readonly<Record<string, TopicTraffic>>;
  connectionAttempts: number;
  connects: number;
  disconnects: number;
  /** How long there has been no connection by now; 0 while there is one. */
  disconnectedMs: number;
  /** The device's address on the last connection. Behind NAT the service sees another. */
  sourceAddress: string | null;
}

/** Topics that a security profile's metricDimension names. */
export interface TopicDimension {
  name: string;
  filters: readonly string[];
}

/** A way out for reports. One send at a time. */
export interface Transport {
  readonly name: string;
  send(report: OutgoingReport): Promise<SendResult>;
  status(): ConnectionStatus;
  /** Null for what is no connection. */
  traffic(): ConnectionTraffic | null;
  close(): Promise<void>;
}

/** Where a topic transport publishes, and how it knows the answer. */
export interface Addressing {
  publishTopic: string;
  /** Where the service answers. Empty: the broker's acknowledgement is the answer. */
  replyTopics: readonly string[];
  /** Reads an answer; null for what is none. Never throws. */
  replyOf(topic: string, payload: Uint8Array): Reply | null;
}

/** An answer; `reportId` is null when the service could not read the report's header. */
export interface Reply {
  reportId: number | null;
  result: SendResult;
}
