/** What the emulator's tests share: a clock by hand, keys made once, and a broker on a free port. */
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import type { Clock } from "../../../agent/core/clock.ts";
import type { Log } from "../../../agent/core/log.ts";
import { type Broker, createBroker } from "../../../sim/emulator/mqtt/broker.ts";
import type { Message } from "../../../sim/emulator/mqtt/message.ts";
import {
  authorityCertificateOf,
  createKeyPem,
  type Identity,
  issueDevice,
  issueServer,
} from "../../../sim/emulator/pki.ts";

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function createManualClock(wallMs = Date.UTC(2026, 0, 1)): ManualClock {
  let monotonicMs = 0;
  return {
    wallMs: () => wallMs + monotonicMs,
    monotonicMs: () => monotonicMs,
    advance(ms) {
      monotonicMs += ms;
    },
  };
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

const keyPem = await createKeyPem();
const now = Date.now();
export const authority: Identity = {
  keyPem,
  certificatePem: await authorityCertificateOf(keyPem, now),
};
export const server = await issueServer(authority, "127.0.0.1", now);
export const device = await issueDevice(authority, "press-07", now);
export const tls = {
  key: server.keyPem,
  cert: server.certificatePem,
  ca: authority.certificatePem,
};

export interface TestBroker extends Broker {
  clock: ManualClock;
  /** Messages to reserved topics under `$aws/test/`. */
  reserved: Message[];
  connect(options?: IClientOptions): Promise<MqttClient>;
}

export async function startBroker(): Promise<TestBroker> {
  const clock = createManualClock();
  const reserved: Message[] = [];
  const broker = await createBroker({
    host: "127.0.0.1",
    port: 0,
    tls,
    clock,
    log: silentLog,
    reserved: (topic) =>
      topic.startsWith("$aws/test/") ? (message) => void reserved.push(message) : null,
  });
  return { ...broker, clock, reserved, connect: (options) => connect(broker.port, options) };
}

export const tlsOptions: IClientOptions = {
  cert: device.certificatePem,
  key: device.keyPem,
  ca: authority.certificatePem,
  reconnectPeriod: 0,
};

/** A client that does not come back by itself; MQTT 3.1.1 unless asked otherwise. */
export function connect(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  return connectAsync(`mqtts://127.0.0.1:${port}`, { ...tlsOptions, ...options });
}

export interface Received {
  topic: string;
  payload: string;
  qos: number;
  retain: boolean;
}

/** Gathers a client's messages; `next` waits for one that was not asked for yet. */
export function inboxOf(client: MqttClient): { all: Received[]; next(): Promise<Received> } {
  const all: Received[] = [];
  const waiting: ((message: Received) => void)[] = [];
  let taken = 0;
  client.on("message", (topic, payload, { qos, retain }) => {
    all.push({ topic, payload: payload.toString(), qos, retain });
    if (waiting.length > 0) waiting.shift()!(all[taken++]!);
  });
  return {
    all,
    next: () =>
      new Promise((resolve) => {
        if (taken < all.length) resolve(all[taken++]!);
        else waiting.push(resolve);
      }),
  };
}

/** Resolves when the connection is over. */
export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once("close", () => resolve()));
}
