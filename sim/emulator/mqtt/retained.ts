/** Retained messages by topic (MQTT 5.0 §3.3.1.3), up to a number and a size. */
import { RETAINED_BYTES_MAX, RETAINED_MESSAGES_MAX } from "../limits.ts";
import { hasExpired, type Message } from "./message.ts";

export interface Retained {
  /** An empty payload removes the topic's message. False when there is no room for one more. */
  set(message: Message): boolean;
  get(topic: string, nowMs: number): Message | null;
}

export function createRetained(): Retained {
  const messages = new Map<string, Message>();
  let bytes = 0;

  function remove(topic: string): void {
    bytes -= messages.get(topic)?.payload.length ?? 0;
    messages.delete(topic);
  }

  return {
    set(message) {
      remove(message.topic);
      if (message.payload.length === 0) return true;
      const full =
        messages.size >= RETAINED_MESSAGES_MAX ||
        bytes + message.payload.length > RETAINED_BYTES_MAX;
      if (full) return false;
      messages.set(message.topic, message);
      bytes += message.payload.length;
      return true;
    },
    get(topic, nowMs) {
      const message = messages.get(topic);
      if (message === undefined) return null;
      if (!hasExpired(message, nowMs)) return message;
      remove(topic);
      return null;
    },
  };
}
