import type { Clock } from "../../../agent/core/clock.ts";
import type { MessageProperties } from "./codec.ts";

/** A published message. `from` is the client that sent it, or null for the service itself. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly properties: MessageProperties;
  readonly from: string | null;
  /** On the monotonic clock, or null when it does not expire (MQTT 5.0 §3.3.2.3.3). */
  readonly expiresAtMs: number | null;
}

/** `payload` is copied: what a parser hands out lies in a larger block that it would keep alive. */
export function messageOf(
  fields: Pick<Message, "topic" | "qos" | "retain" | "properties" | "from"> & {
    payload: Uint8Array | string;
  },
  clock: Clock,
): Message {
  const { messageExpiryInterval } = fields.properties;
  return {
    ...fields,
    payload: Buffer.from(fields.payload),
    expiresAtMs:
      messageExpiryInterval === undefined
        ? null
        : clock.monotonicMs() + messageExpiryInterval * 1000,
  };
}

export const hasExpired = (message: Message, nowMs: number): boolean =>
  message.expiresAtMs !== null && message.expiresAtMs <= nowMs;
