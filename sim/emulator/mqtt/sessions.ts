/** All sessions: those with a connection, and those that wait for their client to come back. */
import { SESSIONS_AWAY_MAX } from "../limits.ts";
import { createSession, type Link, type Session, type Subscription } from "./session.ts";
import { createSubscriptionTree } from "./subscription-tree.ts";

export interface Sessions {
  get(clientId: string): Session | undefined;
  /** A new session without history, in place of one that is there. */
  create(clientId: string): Session;
  subscribe(session: Session, filter: string, subscription: Subscription): void;
  /** False when there was no such subscription. */
  unsubscribe(session: Session, filter: string): boolean;
  /** Sessions with a subscription that meets the topic, each with the one of the highest QoS. */
  subscribersOf(topic: string, from: string | null): Map<Session, Subscription>;
  /** A connection takes the session over; a will that waited is not sent (MQTT 5.0 §3.1.3.2.2). */
  join(session: Session, link: Link): void;
  /** The connection is gone: keeps the session for its expiry, or ends it. */
  leave(session: Session, nowMs: number): void;
  end(session: Session): void;
  /** Those without a connection whose time is over, or that are too many. */
  overdue(nowMs: number): Session[];
  /** Those without a connection. */
  away(): Iterable<Session>;
}

export function createSessions(): Sessions {
  const all = new Map<string, Session>();
  /** In the order in which they lost their connection. */
  const away = new Set<Session>();
  const tree = createSubscriptionTree<Session, Subscription>();

  function end(session: Session): void {
    for (const filter of session.subscriptions.keys()) tree.remove(filter, session);
    session.subscriptions.clear();
    away.delete(session);
    if (all.get(session.clientId) === session) all.delete(session.clientId);
  }

  return {
    get: (clientId) => all.get(clientId),
    create(clientId) {
      const old = all.get(clientId);
      if (old !== undefined) end(old);
      const session = createSession(clientId);
      all.set(clientId, session);
      return session;
    },
    subscribe(session, filter, subscription) {
      session.subscriptions.set(filter, subscription);
      tree.set(filter, session, subscription);
    },
    unsubscribe(session, filter) {
      tree.remove(filter, session);
      return session.subscriptions.delete(filter);
    },
    subscribersOf(topic, from) {
      const subscribers = new Map<Session, Subscription>();
      for (const [session, subscription] of tree.match(topic)) {
        // MQTT 5.0 §3.8.3.1: No Local keeps a client's own messages from it.
        if (subscription.noLocal && session.clientId === from) continue;
        const other = subscribers.get(session);
        if (other === undefined || other.qos < subscription.qos) {
          subscribers.set(session, subscription);
        }
      }
      return subscribers;
    },
    join(session, link) {
      away.delete(session);
      session.link = link;
      session.endsAtMs = null;
      session.will = null;
    },
    leave(session, nowMs) {
      session.link = null;
      if (session.expiryMs === 0) {
        end(session);
        return;
      }
      session.endsAtMs = nowMs + session.expiryMs;
      away.add(session);
    },
    end,
    overdue(nowMs) {
      let excess = away.size - SESSIONS_AWAY_MAX;
      return [...away].filter(
        (session) => excess-- > 0 || (session.endsAtMs !== null && session.endsAtMs <= nowMs),
      );
    },
    away: () => away,
  };
}
