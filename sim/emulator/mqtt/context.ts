import type { Clock } from "../../../agent/core/clock.ts";
import type { Log } from "../../../agent/core/log.ts";
import { CLOSE_WAIT_MS_MAX } from "../limits.ts";
import { type Client, sayGoodbye } from "./client.ts";
import { type BrokerCounts, createBrokerCounts } from "./counts.ts";
import { createPresence, type Presence } from "./presence.ts";
import type { DisconnectReason, Refusal } from "./reason.ts";
import { createRetained } from "./retained.ts";
import { createRouter, type ReservedTopics, type Router } from "./router.ts";
import { createSessions, type Sessions } from "./sessions.ts";

/** What the packet handlers share. */
export interface BrokerContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: BrokerCounts;
  readonly sessions: Sessions;
  readonly router: Router;
  readonly presence: Presence;
  /** Ends a connection for what its client did. */
  refuse(client: Client, refusal: Refusal): void;
  /** Ends a connection for any other reason. */
  end(client: Client, reasonCode: number, endReason: DisconnectReason): void;
  /** Takes the session from a connection that is over. */
  detach(client: Client): void;
}

export interface BrokerContextOptions {
  clock: Clock;
  log: Log;
  reserved: ReservedTopics;
}

export function createBrokerContext({ clock, log, reserved }: BrokerContextOptions): BrokerContext {
  const counts = createBrokerCounts();
  const sessions = createSessions();
  const retained = createRetained();
  const router = createRouter({ clock, counts, sessions, retained, reserved });
  const presence = createPresence(
    sessions,
    (will) => {
      router.retain(will);
      router.publish(will);
    },
    clock,
  );

  function end(client: Client, reasonCode: number, endReason: DisconnectReason): void {
    sayGoodbye(client, reasonCode, endReason, clock.monotonicMs() + CLOSE_WAIT_MS_MAX);
    detach(client);
  }

  function detach(client: Client): void {
    const { session } = client;
    if (session === null) return;
    client.session = null;
    log.info("client disconnected", { client_id: client.clientId, reason: client.endReason });
    presence.leave(client, session);
  }

  return {
    clock,
    log,
    counts,
    sessions,
    router,
    presence,
    refuse(client, { reasonCode, why }) {
      if (client.state === "closing") return;
      counts.clientErrors++;
      log.warn("client refused", {
        client_id: client.clientId,
        reason: why,
        reason_code: reasonCode,
      });
      end(client, reasonCode, "CLIENT_ERROR");
    },
    end,
    detach,
  };
}
