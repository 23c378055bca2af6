/** What people and tests read of the service: reports, rejections, things, health and counts. */
import type { Clock } from "../../../agent/core/clock.ts";
import type { History, Recorded } from "../history.ts";
import type { Intake } from "../intake/intake.ts";
import { READ_LIMIT_DEFAULT, READ_LIMIT_MAX } from "../limits.ts";
import type { Broker } from "../mqtt/broker.ts";
import { metricsText } from "./metrics-text.ts";
import { type Answer, errorAnswer, type Route } from "./server.ts";

export interface ReadOptions {
  broker: Broker;
  intake: Intake;
  clock: Clock;
}

export function readRoutes({ broker, intake, clock }: ReadOptions): Record<string, Route> {
  const startedMs = clock.monotonicMs();
  return {
    "/reports": (query) => list(query, "reports", intake.reports),
    "/rejections": (query) => list(query, "rejections", intake.rejections),
    "/things": (query) => {
      const limit = limitOf(query, ["limit"]);
      if (typeof limit !== "number") return limit;
      const things = thingsOf(broker, intake);
      return { status: 200, json: { things: things.slice(0, limit), total: things.length } };
    },
    "/healthz": () => ({
      status: 200,
      json: {
        status: "ok",
        mqtt_port: broker.port,
        uptime_s: Math.floor((clock.monotonicMs() - startedMs) / 1000),
        connections: broker.clients().length,
      },
    }),
    "/metrics": () => ({
      status: 200,
      text: metricsText(broker, intake),
      type: "text/plain; version=0.0.4; charset=utf-8",
    }),
  };
}

/** Newest first; `total` is how many are kept, of the thing or in all. */
function list<Entry extends Recorded>(
  query: URLSearchParams,
  name: string,
  history: History<Entry>,
): Answer {
  const limit = limitOf(query, ["thing", "limit"]);
  if (typeof limit !== "number") return limit;
  const thing = query.get("thing");
  const entries = history.newest(thing, limit);
  return { status: 200, json: { [name]: entries, total: history.countOf(thing) } };
}

/** The query's limit, or the answer to a query that cannot be. */
function limitOf(query: URLSearchParams, known: readonly string[]): number | Answer {
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      return errorAnswer(400, `there is no parameter ${name}; there is ${known.join(" and ")}`);
    }
  }
  const text = query.get("limit") ?? String(READ_LIMIT_DEFAULT);
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= READ_LIMIT_MAX) return limit;
  return errorAnswer(400, `limit is ${JSON.stringify(text)}, not 1 to ${READ_LIMIT_MAX}`);
}

/** A thing is connected when a live connection has its name as client id or in its certificate. */
function thingsOf(broker: Broker, intake: Intake): object[] {
  const clients = broker.clients();
  const names = new Set(clients.flatMap((client) => [client.clientId, client.certificateName]));
  const reporting = [...intake.things.all()].reverse();
  const silent = new Set(clients.map((client) => client.certificateName || client.clientId));
  for (const { thing } of reporting) silent.delete(thing);
  return [
    ...reporting.map(({ thing, accepted, rejected, throttled, last }) => ({
      thing,
      connected: names.has(thing),
      accepted,
      rejected,
      throttled,
      last_report: last === null ? null : { report_id: last.reportId, received_at: last.wallMs },
    })),
    ...[...silent].map((thing) => ({
      thing,
      connected: true,
      accepted: 0,
      rejected: 0,
      throttled: 0,
      last_report: null,
    })),
  ];
}
