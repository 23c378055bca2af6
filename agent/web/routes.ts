/** The pure part of the status server: which request gets which answer. */
import type { MetricSpecs } from "../core/collector.ts";
import type { PlantStatus } from "../core/plant-status.ts";
import type { AgentStatus } from "../core/status.ts";
import { type Asset, assets } from "./assets.ts";
import { EXPOSITION_CONTENT_TYPE } from "./exposition.ts";
import { healthOf } from "./health.ts";
import { metricsTextOf } from "./metrics.ts";

/** A finished answer, or a file to answer with. */
export type Answer =
  | { code: number; type: string; body: string; headers?: Readonly<Record<string, string>> }
  | { code: 200; asset: Asset };

export interface RequestHead {
  method: string;
  /** As in the request line: path and query. */
  target: string;
  host: string | undefined;
}

export interface AnswerOptions {
  status: () => AgentStatus;
  plant: () => PlantStatus | null;
  metricSpecs: MetricSpecs;
  /** The configured address, which may stand in a Host header beside the loopback names. */
  host: string;
}

/**
 * On every answer. Scripts, styles and data come from the agent alone, nothing is inline, and no
 * other page may frame or read it.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
};

const plain = "text/plain; charset=utf-8";
const json = "application/json; charset=utf-8";

/** Decides on a request by its head alone; no request of ours has a body. */
export function answerOf({ method, target, host }: RequestHead, options: AnswerOptions): Answer {
  // A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) and would then be "the
  // same origin". Its name is in the Host header; RFC 9110 §15.5.20 has the code for it.
  if (!isHostOurs(host, options.host)) {
    return { code: 421, type: plain, body: "Open this page as localhost or 127.0.0.1.\n" };
  }
  if (method !== "GET" && method !== "HEAD") {
    const body = "This page can only be read.\n";
    return { code: 405, type: plain, body, headers: { Allow: "GET, HEAD" } };
  }
  const path = target.split("?", 1)[0]!;
  const asset = assets.get(path);
  if (asset !== undefined) return { code: 200, asset };
  return dataOf(path, options) ?? { code: 404, type: plain, body: "There is no such page.\n" };
}

function dataOf(path: string, { status, plant, metricSpecs }: AnswerOptions): Answer | null {
  if (path === "/api/status") {
    const now = status();
    return { code: 200, type: json, body: JSON.stringify({ ...now, health: healthOf(now) }) };
  }
  if (path === "/api/plant") return { code: 200, type: json, body: JSON.stringify(plant()) };
  if (path === "/metrics") {
    return { code: 200, type: EXPOSITION_CONTENT_TYPE, body: metricsTextOf(status(), metricSpecs) };
  }
  if (path === "/healthz") {
    const { state, reasons } = healthOf(status());
    const body = JSON.stringify(
      reasons.length === 0 ? { status: state } : { status: state, reasons },
    );
    return { code: state === "failing" ? 503 : 200, type: json, body: `${body}\n` };
  }
  return null;
}

/** True for a Host header that names this machine; the port may be a tunnel's. */
function isHostOurs(header: string | undefined, configured: string): boolean {
  const name = /^(\[[\da-f:.]+\]|[^:]+)(?::\d{1,5})?$/i.exec(header ?? "")?.[1]?.toLowerCase();
  if (name === undefined) return false;
  const bare = name.startsWith("[") ? name.slice(1, -1) : name;
  return isLoopback(bare) || bare === configured.toLowerCase();
}

/** "localhost", 127.0.0.0/8 (RFC 1122 §3.2.1.3) or ::1. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
