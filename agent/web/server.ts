/** The local status page, `/api/status`, `/metrics` and `/healthz`: read-only, for this machine. */
import { chmod, lstat, readFile, unlink } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import type { MetricSpecs } from "../core/collector.ts";
import { ExitCode, FieldwardenError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { PlantStatus } from "../core/plant-status.ts";
import type { AgentStatus } from "../core/status.ts";
import type { Asset } from "./assets.ts";
import { type Answer, answerOf, isLoopback, securityHeaders } from "./routes.ts";

/** A loopback address, where port 0 takes a free one, or a unix socket. */
export type StatusListen = { host: string; port: number } | { path: string };

export interface StatusServerOptions {
  listen: StatusListen;
  /** Called once for each request that asks for data. */
  status: () => AgentStatus;
  /** What is seen of the plant network; null when none is watched. */
  plant: () => PlantStatus | null;
  /** Of all collectors: help texts and label names for `/metrics`. */
  metricSpecs: MetricSpecs;
  log: Log;
}

export interface StatusServer {
  /** "http://127.0.0.1:8628/" or "unix:/run/fieldwarden/status.sock". */
  address: string;
  close(): Promise<void>;
}

/** Some browser tabs (six connections each), a scraper and a watchdog. */
export const HTTP_CONNECTIONS_MAX = 32;
/** Browsers send less than 1 KiB here, for there are no cookies. */
export const HTTP_HEADER_BYTES_MAX = 8 * 1024;
/** A client that dawdles over its header or takes no data is cut off. */
export const HTTP_REQUEST_MS_MAX = 5_000;
export const HTTP_IDLE_MS_MAX = 15_000;
/** The page polls every two seconds: one connection serves it. */
export const HTTP_KEEP_ALIVE_MS = 10_000;
/** How often Node looks for connections over their time. */
const HTTP_CHECK_INTERVAL_MS = 5_000;
/** The agent's user and group; everyone else comes over loopback or not at all. */
const SOCKET_MODE = 0o660;

/**
 * Serves until `close`. Throws FieldwardenError: 78 for an address that is not loopback, 69 when it
 * is taken, 77 when it may not be used.
 */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const { listen, log } = options;
  if ("host" in listen && !isLoopback(listen.host)) {
    throw new FieldwardenError(
      ExitCode.config,
      `status page: ${listen.host} is not a loopback address`,
      "use 127.0.0.1, ::1 or a unix socket; from elsewhere, come through ssh -L",
    );
  }
  const server = createServer({
    maxHeaderSize: HTTP_HEADER_BYTES_MAX,
    headersTimeout: HTTP_REQUEST_MS_MAX,
    requestTimeout: HTTP_REQUEST_MS_MAX,
    keepAliveTimeout: HTTP_KEEP_ALIVE_MS,
    connectionsCheckingInterval: HTTP_CHECK_INTERVAL_MS,
  });
  server.maxConnections = HTTP_CONNECTIONS_MAX;
  server.timeout = HTTP_IDLE_MS_MAX;
  const host = "host" in listen ? listen.host : "localhost";
  server.on("request", ({ method = "", url = "", headers }, response) => {
    const head = { method, target: url, host: headers.host };
    respond(response, () => answerOf(head, { ...options, host })).catch((error) => {
      // The page must not take the agent down; what is wrong with it stands in the log.
      log.error("status page failed", { url, error: messageOf(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500, securityHeaders).end();
    });
  });
  await open(server, listen);
  return { address: addressOf(server, listen), close: () => close(server) };
}

async function respond(response: ServerResponse, answer: () => Answer): Promise<void> {
  const given = answer();
  const isAsset = "asset" in given;
  const body = isAsset ? await readAsset(given.asset) : given.body;
  response.writeHead(given.code, {
    ...securityHeaders,
    ...(isAsset ? {} : given.headers),
    "Cache-Control": isAsset ? "no-cache" : "no-store",
    "Content-Type": isAsset ? given.asset.type : given.type,
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body); // Node holds it back from a HEAD request.
}

const require = createRequire(import.meta.url);

// Read for each request: the page is opened once in a while, and the agent's memory is counted.
function readAsset({ from, file }: Asset): Promise<Buffer> {
  if (from === "page") return readFile(new URL(`page/${file}`, import.meta.url));
  return readFile(require.resolve(`${from}/${file}`));
}

async function open(server: Server, listen: StatusListen): Promise<void> {
  try {
    await listening(server, listen);
  } catch (error) {
    if (!("path" in listen) || !(await removeStale(listen.path))) throw failureOf(error, listen);
    await listening(server, listen).catch((again) => {
      throw failureOf(again, listen);
    });
  }
  if ("path" in listen) await chmod(listen.path, SOCKET_MODE);
}

function listening(server: Server, listen: StatusListen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(listen, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** An agent that was killed leaves its socket behind. True when it was one that nobody answers. */
async function removeStale(path: string): Promise<boolean> {
  const isSocket = await lstat(path).then(
    (stat) => stat.isSocket(),
    () => false,
  );
  if (!isSocket || (await isAnswered(path))) return false;
  await unlink(path);
  return true;
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", (error) => resolve(codeOf(error) !== "ECONNREFUSED"));
  });
}

function failureOf(error: unknown, listen: StatusListen): FieldwardenError {
  const where = "path" in listen ? listen.path : `${listen.host}:${listen.port}`;
  const code = codeOf(error);
  if (code === "EADDRINUSE") {
    const hint = "another agent may be running; stop it, or give this one another port or path";
    return new FieldwardenError(ExitCode.unavailable, `status page: ${where} is taken`, hint);
  }
  if (code === "EACCES" || code === "EPERM") {
    // For a unix socket, libuv says EACCES also where its folder does not exist.
    const hint = "use a port above 1023, or a folder that exists and that the agent may write";
    return new FieldwardenError(
      ExitCode.permission,
      `status page: no permission to listen on ${where}`,
      hint,
    );
  }
  return new FieldwardenError(
    ExitCode.unavailable,
    `status page: cannot listen on ${where}: ${messageOf(error)}`,
    "check that the address is one of this machine",
  );
}

function addressOf(server: Server, listen: StatusListen): string {
  const bound = server.address();
  if ("path" in listen || bound === null || typeof bound === "string") return `unix:${bound}`;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return `http://${host}:${bound.port}/`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
