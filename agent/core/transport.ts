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
  /** The device's own side of Device Defender's cloud-side metrics, since the start. */
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

/** A way out for reports. One send at a time. */
export interface Transport {
  readonly name: string;
  send(report: OutgoingReport): Promise<SendResult>;
  status(): ConnectionStatus;
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
