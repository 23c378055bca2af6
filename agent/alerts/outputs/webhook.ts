import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import type { Format, Speaker } from "../formats/format.ts";
import type { Notice } from "../notice.ts";
import type { AlertOutput, DeliveryResult } from "../output.ts";

export interface WebhookOutputOptions {
  /** http: or https:. */
  url: string;
  format: Format;
  speaker: Speaker;
  /** PEM file of the CA that signed the receiver's certificate. Empty: the well-known CAs. */
  caFile: string;
  /** File with a bearer token. Empty: none. Read at each delivery, so that a new one is taken up. */
  tokenFile: string;
  /** For connection, request and answer together. */
  timeoutMs?: number;
}

const TIMEOUT_MS_DEFAULT = 10_000;

/** What is read of an answer, for the reason. */
const ANSWER_BYTES_MAX = 4096;
const ANSWER_CHARS_SHOWN = 200;

/**
 * RFC 9110: what is wrong with this very record, which the same request would meet again. All else
 * but success (a lost token, a moved path, an overloaded server) is mended outside: the alarm waits.
 */
const REFUSALS: ReadonlySet<number> = new Set([400, 406, 409, 413, 415, 422]);

/** POSTs each record; delivered is what was answered with 2xx. Redirects are not followed. */
export function createWebhookOutput(options: WebhookOutputOptions): AlertOutput {
  const { origin, pathname } = new URL(options.url);
  return {
    name: "webhook",
    endpoint: `${origin}${pathname}`,
    async deliver(notice): Promise<DeliveryResult> {
      try {
        const { status, text } = await post(options, notice);
        if (status >= 200 && status < 300) return { outcome: "delivered" };
        const reason = `the receiver answered ${status}${text === "" ? "" : `: ${text}`}`;
        return { outcome: REFUSALS.has(status) ? "refused" : "unreachable", reason };
      } catch (error) {
        return { outcome: "unreachable", reason: reasonOf(error as Error) };
      }
    },
    close: () => Promise.resolve(),
  };
}

interface Answer {
  status: number;
  text: string;
}

function post(options: WebhookOutputOptions, notice: Notice): Promise<Answer> {
  const { url, format, speaker, caFile, timeoutMs = TIMEOUT_MS_DEFAULT } = options;
  const body = Buffer.from(format.encode(notice, speaker));
  const settings: RequestOptions = {
    method: "POST",
    headers: {
      "content-type": format.contentType,
      "content-length": body.length,
      "user-agent": `fieldwarden/${speaker.version}`,
      ...format.headersOf?.(notice, speaker),
      ...authorizationOf(options.tokenFile),
    },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    minVersion: "TLSv1.2",
    ...(caFile !== "" && { ca: readFileSync(caFile) }),
  };
  return new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage) => answerOf(response).then(resolve, reject);
    const isSecure = url.startsWith("https:");
    const request = isSecure
      ? httpsRequest(url, settings, answered)
      : httpRequest(url, settings, answered);
    request.on("error", reject);
    request.end(body);
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break; // Which also ends the connection.
  }
  const text = Buffer.concat(chunks).toString().replace(/\s+/g, " ").trim();
  return { status: response.statusCode ?? 0, text: text.slice(0, ANSWER_CHARS_SHOWN) };
}

function authorizationOf(tokenFile: string): { authorization?: string } {
  if (tokenFile === "") return {};
  return { authorization: `Bearer ${readFileSync(tokenFile, "utf8").trim()}` };
}

function reasonOf(error: Error & { code?: string }): string {
  if (error.name === "TimeoutError" || error.code === "ABORT_ERR") {
    return "the receiver does not answer";
  }
  return `${error.code ?? ""} ${error.message}`.trim();
}
