/** The local AWS IoT Core and Device Defender: the broker, the intake and the HTTP API, put together. */
import type { Clock } from "../../agent/core/clock.ts";
import { ExitCode, FieldwardenError } from "../../agent/core/errors.ts";
import type { Log } from "../../agent/core/log.ts";
import { accountRoutes, createAccount } from "./account.ts";
import { readRoutes } from "./api/read.ts";
import { createApiServer, type Routes } from "./api/server.ts";
import { createService } from "./api/service.ts";
import type { Credentials } from "./api/sigv4.ts";
import { runAudits } from "./audit/run.ts";
import { createFleetDetect } from "./detect/fleet.ts";
import { clockRoutes, createDrivenClock } from "./driven-clock.ts";
import { createIntake, type Intake } from "./intake/intake.ts";
import { metricsTopicOf } from "./intake/topic.ts";
import { runMitigation } from "./mitigation/run.ts";
import { type Broker, createBroker } from "./mqtt/broker.ts";
import type { ReservedTopics } from "./mqtt/router.ts";
import type { Identity } from "./pki.ts";

export interface CloudOptions {
  /** Where the broker listens; the HTTP API is on loopback always. */
  host: string;
  /** 0: any free port. */
  mqttPort: number;
  apiPort: number;
  minIntervalS: number;
  account: { accountId: string; region: string; authority: Identity };
  /** Whose signature calls of AWS's API must have; null: nobody's. */
  credentials: Credentials | null;
  /** PEM: the server's identity, and the authority whose client certificates are taken. */
  tls: { key: string; cert: string; ca: string };
  clock: Clock;
  log: Log;
}

export interface Cloud {
  readonly mqttPort: number;
  /** "http://127.0.0.1:PORT" */
  readonly apiUrl: string;
  close(): Promise<void>;
}

const TICK_MS = 1000;

/** Throws FieldwardenError when a port cannot be had. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { host, mqttPort, apiPort, minIntervalS, tls, log } = options;
  const clock = createDrivenClock(options.clock);
  const intake = createIntake({
    minIntervalS,
    clock,
    log,
    onAccepted: (thing, report) => detect.report(thing, report, []),
    publish: (topic, payload) => broker.publish(topic, payload),
  });
  const broker: Broker = await createBroker({
    host,
    port: mqttPort,
    tls,
    clock,
    log,
    reserved: reservedTopics(intake),
  }).catch((error) => {
    throw portError(error, "--mqtt-port", host, mqttPort);
  });
  const context = createAccount({ ...options.account, endpoint: `${host}:${broker.port}`, clock });
  const detect = createFleetDetect(context, log);
  const service = createService({ context, credentials: options.credentials, log });
  const routes = joined(
    { get: readRoutes({ broker, intake, clock }), post: {} },
    accountRoutes(context, service),
    clockRoutes(clock),
  );
  const api = await createApiServer(apiPort, routes, service.answer).catch(async (error) => {
    await broker.close();
    throw portError(error, "--api-port", "127.0.0.1", apiPort);
  });
  const ticker = setInterval(() => {
    broker.tick();
    detect.tick();
    runAudits(context);
    runMitigation(context);
  }, TICK_MS);
  return {
    mqttPort: broker.port,
    apiUrl: api.url,
    async close() {
      clearInterval(ticker);
      await Promise.all([broker.close(), api.close()]);
    },
  };
}

/** "Basic Ingest": such messages go to a rule alone, and an account without that rule drops them. */
const BASIC_INGEST = /^\$aws\/rules\/[^/]+\/./;

function reservedTopics(intake: Intake): ReservedTopics {
  return (topic) => {
    const metricsTopic = metricsTopicOf(topic);
    if (metricsTopic !== null) {
      return (message) => intake.receive(metricsTopic, message.payload);
    }
    return BASIC_INGEST.test(topic) ? () => {} : null;
  };
}

function portError(error: unknown, option: string, host: string, port: number): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  switch (error.code) {
    case "EADDRINUSE":
      return new FieldwardenError(
        ExitCode.unavailable,
        `port ${port} on ${host} is taken`,
        `give ${option} another port, or leave it out for a free one`,
      );
    case "EACCES":
      return new FieldwardenError(
        ExitCode.permission,
        `port ${port} on ${host} may not be used`,
        `ports below 1024 need privileges: give ${option} another one`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new FieldwardenError(
        ExitCode.unavailable,
        `${host} is not an address of this machine`,
        "leave --host out to listen on loopback",
      );
    default:
      return error;
  }
}

function joined(...all: readonly Routes[]): Routes {
  return {
    get: Object.assign({}, ...all.map(({ get }) => get)),
    post: Object.assign({}, ...all.map(({ post }) => post)),
  };
}
