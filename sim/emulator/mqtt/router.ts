/** From a published message to everyone it concerns: subscribers, the retained store, the service. */
import type { Clock } from "../../../agent/core/clock.ts";
import type { BrokerCounts } from "./counts.ts";
import { deliver } from "./delivery.ts";
import type { Message } from "./message.ts";
import type { Retained } from "./retained.ts";
import type { Session, Subscription } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import { hasWildcard, isReserved } from "./topics.ts";

/**
 * The service's own topics, those that start with `$`: what to do with a message to this one, or null
 * where a client may not publish. Subscribers do not see these messages.
 */
export type ReservedTopics = (topic: string) => ((message: Message) => void) | null;

export interface Router {
  /** Whether clients may publish to the topic. */
  takes(topic: string): boolean;
  /** Keeps the message if it asks for it; false when it should be kept and there is no room. */
  retain(message: Message): boolean;
  /** A client's message: to the service or to the subscribers. */
  publish(message: Message): void;
  /** Any message, to the subscribers. */
  route(message: Message): void;
  /** The retained message of this very topic: AWS IoT sends none for a filter with wildcards. */
  sendRetained(session: Session, filter: string): void;
}

export interface RouterOptions {
  clock: Clock;
  counts: BrokerCounts;
  sessions: Sessions;
  retained: Retained;
  reserved: ReservedTopics;
}

export function createRouter(options: RouterOptions): Router {
  const { clock, counts, sessions, retained, reserved } = options;
  const context = () => ({ counts, nowMs: clock.monotonicMs() });

  function send(session: Session, message: Message, to: Subscription, retain: boolean): void {
    const qos = message.qos === 1 && to.qos === 1 ? 1 : 0;
    deliver(session, { message, qos, retain }, context());
  }

  function route(message: Message): void {
    for (const [session, to] of sessions.subscribersOf(message.topic, message.from)) {
      send(session, message, to, message.retain && to.retainAsPublished);
    }
  }

  return {
    takes: (topic) => !isReserved(topic) || reserved(topic) !== null,
    retain: (message) => !message.retain || isReserved(message.topic) || retained.set(message),
    publish(message) {
      if (isReserved(message.topic)) reserved(message.topic)?.(message);
      else route(message);
    },
    route,
    sendRetained(session, filter) {
      const message = hasWildcard(filter) ? null : retained.get(filter, clock.monotonicMs());
      const to = session.subscriptions.get(filter);
      if (message !== null && to !== undefined) send(session, message, to, true);
    },
  };
}
