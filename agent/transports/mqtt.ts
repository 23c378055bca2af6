import type { MqttClient } from "mqtt";
import type { Backoff } from "../core/backoff.ts";
import type { Log } from "../core/log.ts";
import type {
  Addressing,
  ConnectionState,
  OutgoingReport,
  SendResult,
  TopicDimension,
  Transport,
} from "../core/transport.ts";
import { closedEarlyReasonOf, type MqttConnectionOptions, openClient } from "./mqtt-connection.ts";
import { createMqttCounts } from "./mqtt-counts.ts";
import { tlsReasonOf } from "./tls-reason.ts";

export interface MqttTransportOptions extends MqttConnectionOptions {
  addressing: Addressing;
  /** Topics that are counted apart, beside all of them. */
  dimensions?: readonly TopicDimension[];
  backoff: Backoff;
  log: Log;
}

/** How long the service may take from our publish to its answer. */
const ANSWER_MS_MAX = 10_000;

/** A connection that lasted this long was good: the next failure waits from the minimum again. */
const STABLE_MS = 30_000;

/** The report whose answer is awaited. */
interface Pending {
  id: number;
  settle: (result: SendResult) => void;
}

/**
 * MQTT over (mutual) TLS with QoS 1. Every connection is a new client, so nothing is left over from a
 * broken one: what was not answered stays in the spool and is sent from there. Credentials are read at
 * each connection, so that a rotated certificate is taken up by itself.
 */
export function createMqttTransport(options: MqttTransportOptions): Transport {
  const { addressing, backoff, log } = options;
  const counts = createMqttCounts(options.dimensions ?? [], () => performance.now());
  const topics = { publish: addressing.publishTopic, subscribe: addressing.replyTopics };
  let state: ConnectionState = "connecting";
  let detail = "not connected yet";
  let client: MqttClient | null = null;
  let pending: Pending | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  function connect(): void {
    retry = null;
    counts.attempt();
    state = "connecting";
    let lastError = closedEarlyReasonOf(options.certFile);
    // MQTT.js keeps most of the stream's errors to itself, a TLS alert for one.
    const onStreamError = (error: Error) => {
      lastError = tlsReasonOf(error);
    };
    let opened: MqttClient;
    try {
      opened = openClient(options, onStreamError);
    } catch (error) {
      counts.ended(false);
      lost((error as Error).message);
      return;
    }
    client = opened;
    counts.follow(opened, topics);
    let connectedAtMs: number | null = null;
    opened.on("connect", () => {
      connectedAtMs = performance.now();
      counts.connected(opened);
      lastError = "the broker closed the connection";
      subscribe(opened);
    });
    opened.on("error", (error) => {
      lastError = tlsReasonOf(error);
      opened.end(true);
    });
    opened.on("disconnect", (packet) => {
      lastError = `the broker disconnected us (reason code ${packet.reasonCode ?? 0})`;
      opened.end(true);
    });
    opened.on("message", answered);
    opened.once("close", () => {
      opened.end(true);
      counts.ended(connectedAtMs !== null);
      const lastedMs = connectedAtMs === null ? 0 : performance.now() - connectedAtMs;
      if (lastedMs > STABLE_MS) backoff.reset();
      if (client === opened) lost(lastError);
    });
  }

  function subscribe(opened: MqttClient): void {
    if (addressing.replyTopics.length === 0) {
      ready();
      return;
    }
    opened.subscribe([...addressing.replyTopics], { qos: 1 }, (error, granted) => {
      const refused = granted?.find(({ qos }) => qos >= 128);
      if (error || refused) {
        opened.emit(
          "error",
          new Error(`not allowed to subscribe to ${refused?.topic ?? addressing.replyTopics[0]}`),
        );
        return;
      }
      ready();
    });
  }

  function ready(): void {
    state = "connected";
    detail = "";
    log.info("connected", { endpoint: options.url, client_id: options.clientId });
  }

  function lost(reason: string): void {
    client = null;
    state = "disconnected";
    detail = reason;
    pending?.settle({ outcome: "unreachable", reason });
    if (closed) return;
    const waitMs = backoff.nextMs();
    log.warn("not connected", { endpoint: options.url, reason, retry_ms: waitMs });
    retry = setTimeout(connect, waitMs);
  }

  function answered(topic: string, payload: Uint8Array): void {
    const reply = addressing.replyTopics.includes(topic)
      ? addressing.replyOf(topic, payload)
      : null;
    if (reply === null || pending === null) return;
    // A refusal without an id can only be about the one report that is on its way.
    const isOurs = reply.reportId === pending.id;
    if (isOurs || (reply.reportId === null && reply.result.outcome !== "accepted")) {
      pending.settle(reply.result);
    }
  }

  function send(report: OutgoingReport): Promise<SendResult> {
    const opened = client;
    if (opened === null || state !== "connected") {
      return Promise.resolve({ outcome: "unreachable", reason: detail });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        pending?.settle({
          outcome: "unreachable",
          reason: `no answer within ${ANSWER_MS_MAX / 1000} s`,
        });
      }, ANSWER_MS_MAX);
      pending = {
        id: report.id,
        settle: (result) => {
          clearTimeout(timer);
          pending = null;
          resolve(result);
        },
      };
      const sent = pending;
      opened.publish(addressing.publishTopic, Buffer.from(report.bytes), { qos: 1 }, (error) => {
        if (pending !== sent) return; // Answered already, or given up.
        if (error) sent.settle({ outcome: "unreachable", reason: tlsReasonOf(error) });
        else if (addressing.replyTopics.length === 0) sent.settle({ outcome: "accepted" });
      });
    });
  }

  connect();
  return {
    name: "mqtt",
    send,
    status: () => ({ state, detail, endpoint: options.url, counts: counts.counts() }),
    traffic: () => counts.traffic(),
    close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      const opened = client;
      if (opened === null) return Promise.resolve();
      // What the broker never acknowledged would be waited for without end; the spool has it.
      const isStuck = Object.keys(opened.outgoing).length > 0;
      return new Promise((resolve) => opened.end(isStuck, {}, () => resolve()));
    },
  };
}
