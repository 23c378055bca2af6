/** Which client is connected with which session, and the wills of those that are not. */
import type { Clock } from "../../../agent/core/clock.ts";
import type { Client } from "./client.ts";
import type { Message } from "./message.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

export interface Presence {
  connected(): Iterable<Client>;
  /** The connection that has this client id now. */
  holderOf(clientId: string): Client | undefined;
  /** Gives the client its old session (present) or a new one. */
  join(
    client: Client,
    options: { clean: boolean; expiryMs: number },
  ): { session: Session; present: boolean };
  /** The connection is over: its will is due now or later, its session stays or ends. */
  leave(client: Client, session: Session): void;
  /** Sends the wills that are due and ends the sessions whose time is over. */
  tick(): void;
}

export function createPresence(
  sessions: Sessions,
  publish: (message: Message) => void,
  clock: Clock,
): Presence {
  const connected = new Map<string, Client>();

  function sendWill(session: Session): void {
    const { will } = session;
    session.will = null;
    if (will !== null) publish(will.message);
  }

  return {
    connected: () => connected.values(),
    holderOf: (clientId) => connected.get(clientId),
    join(client, { clean, expiryMs }) {
      const old = sessions.get(client.clientId);
      // MQTT 5.0 §3.1.2.5: a will also waits no longer than its session, which ends here.
      if (clean && old !== undefined) sendWill(old);
      const session = clean || old === undefined ? sessions.create(client.clientId) : old;
      session.expiryMs = expiryMs;
      sessions.join(session, client);
      client.session = session;
      connected.set(client.clientId, client);
      return { session, present: session === old };
    },
    leave(client, session) {
      if (connected.get(client.clientId) === client) connected.delete(client.clientId);
      const nowMs = clock.monotonicMs();
      const { will } = client;
      sessions.leave(session, nowMs);
      if (will === null) return;
      const delayMs = Math.min(will.delayMs, session.expiryMs);
      if (delayMs === 0) publish(will.message);
      else session.will = { message: will.message, dueAtMs: nowMs + delayMs };
    },
    tick() {
      const nowMs = clock.monotonicMs();
      for (const session of sessions.away()) {
        if (session.will !== null && session.will.dueAtMs <= nowMs) sendWill(session);
      }
      for (const session of sessions.overdue(nowMs)) {
        sessions.end(session);
        sendWill(session);
      }
    },
  };
}
