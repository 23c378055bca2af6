/**
 * The MQTT broker of AWS IoT Core (3.1.1 and 5, QoS 0 and 1) over mutual TLS, with the limits that
 * AWS documents. A client's bytes can end that client's connection and nothing else.
 */
import type { AddressInfo, Socket } from "node:net";
import { createServer, type Server } from "node:tls";
import type { Clock } from "../../../agent/core/clock.ts";
import type { Log } from "../../../agent/core/log.ts";
import { CONNECT_WAIT_MS_MAX, CONNECTIONS_MAX } from "../limits.ts";
import type { Client } from "./client.ts";
import { serve } from "./connection.ts";
import { createBrokerContext } from "./context.ts";
import type { BrokerCounts } from "./counts.ts";
import { messageOf } from "./message.ts";
import { Reason } from "./reason.ts";
import type { ReservedTopics } from "./router.ts";

export interface BrokerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** PEM: the server's identity, and the authority whose client certificates are taken. */
  tls: { key: string; cert: string; ca: string };
  clock: Clock;
  log: Log;
  reserved: ReservedTopics;
}

export interface Broker {
  readonly port: number;
  readonly counts: BrokerCounts;
  /** Live connections that have sent a valid CONNECT. */
  clients(): readonly ConnectedClient[];
  /** A message from the service, QoS 1. */
  publish(topic: string, payload: Uint8Array): void;
  /** Ends what is overdue by the clock: silent clients, sessions, delayed wills. Call it each second. */
  tick(): void;
  close(): Promise<void>;
}

export interface ConnectedClient {
  clientId: string;
  certificateName: string;
  protocol: "3.1.1" | "5";
}

/** At the end of the program nobody waits as long for a client as while it runs. */
const CLOSE_PATIENCE_MS = 500;

/** What AWS IoT takes; a client may also offer no ALPN. */
const ALPN_PROTOCOLS = ["x-amzn-mqtt-ca", "mqtt", "x-amzn-http-ca"];

/** Listens, then resolves. Rejects with the listener's error. */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const { clock, log } = options;
  const context = createBrokerContext(options);
  const { counts } = context;
  /** Every connection, also those before CONNECT and after goodbye. */
  const clients = new Set<Client>();

  const server = createServer({
    key: options.tls.key,
    cert: options.tls.cert,
    ca: options.tls.ca,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
    ALPNProtocols: ALPN_PROTOCOLS,
    handshakeTimeout: CONNECT_WAIT_MS_MAX,
  });
  server.maxConnections = CONNECTIONS_MAX;
  /** TCP connections, also those before and in their handshake. */
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", (error) => {
    counts.connectionsRefused++;
    log.info("TLS handshake refused", { reason: error.message });
  });
  server.on("secureConnection", (socket) => {
    counts.connectionsOpened++;
    serve(context, clients, socket);
  });

  const address = await listen(server, options.host, options.port);
  server.on("error", (error) => log.error("listener failed", { reason: error.message }));
  return {
    port: address.port,
    counts,
    clients: () => [...context.presence.connected()].map(connectedClientOf),
    publish(topic, payload) {
      const fields = { topic, payload, qos: 1, retain: false, properties: {}, from: null } as const;
      context.router.route(messageOf(fields, clock));
    },
    tick() {
      const nowMs = clock.monotonicMs();
      for (const client of clients) {
        if (client.deadlineMs > nowMs) continue;
        if (client.state === "connected") {
          context.end(client, Reason.keepAliveTimeout, "MQTT_KEEP_ALIVE_TIMEOUT");
        } else {
          client.socket.destroy();
        }
      }
      context.presence.tick();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) {
        context.end(client, Reason.serverShuttingDown, "SERVER_INITIATED_DISCONNECT");
      }
      const patience = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSE_PATIENCE_MS);
      await closed;
      clearTimeout(patience);
    },
  };
}

function connectedClientOf(client: Client): ConnectedClient {
  return {
    clientId: client.clientId,
    certificateName: client.certificateName,
    protocol: client.version === 5 ? "5" : "3.1.1",
  };
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server.address() as AddressInfo;
}
