/** The service's HTTP side: AWS IoT's API and the emulator's own routes, on one port of loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiAnswer } from "./answer.ts";
import type { ApiRequest } from "./request.ts";

/** What a route answers: JSON, or text of the type that is named. */
export type Answer =
  | { status: number; json: unknown }
  | { status: number; text: string; type: string };

/** Of the emulator's own; `body` is that of a POST. */
export type Route = (query: URLSearchParams, body: Uint8Array) => Answer;

export interface Routes {
  get: Readonly<Record<string, Route>>;
  post: Readonly<Record<string, Route>>;
}

export interface ApiServer {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const CONNECTIONS_MAX = 64;
const WAIT_MS_MAX = 10_000;
/** An account that is imported may be large; no operation's input is. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Listens, then resolves. Rejects with the listener's error.
 * @param operations answers what is a call of AWS's API; null where it is none
 */
export async function createApiServer(
  port: number,
  routes: Routes,
  operations: (request: ApiRequest) => Promise<ApiAnswer | null>,
): Promise<ApiServer> {
  const server = createServer({ requestTimeout: WAIT_MS_MAX, headersTimeout: WAIT_MS_MAX });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request, response) => {
    bodyOf(request, (body) => {
      if (body === null) send(request, response, plain(errorAnswer(413, "the body is too large")));
      else
        answerTo(request, body, routes, operations).then((answer) =>
          send(request, response, answer),
        );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A request that cannot be answered: `where` names the member of the request that is wrong. */
export function errorAnswer(status: number, error: string): Answer {
  return { status, json: { error } };
}

/** Null when there is more of it than is taken. */
function bodyOf(request: IncomingMessage, done: (body: Uint8Array | null) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  });
  request.on("end", () => done(bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks) : null));
}

async function answerTo(
  request: IncomingMessage,
  body: Uint8Array,
  routes: Routes,
  operations: (request: ApiRequest) => Promise<ApiAnswer | null>,
): Promise<ApiAnswer> {
  const { method = "GET", url = "", headers } = request;
  if (!url.startsWith("/") || !URL.canParse(url, `http://${HOST}`)) {
    return plain(errorAnswer(400, "the request's path cannot be read"));
  }
  const [path = "", search = ""] = url.split("?", 2);
  const query = new URLSearchParams(search);
  const isRead = method === "GET" || method === "HEAD";
  const own = isRead ? routes.get : method === "POST" ? routes.post : {};
  // GET /things is a call of AWS's API too: clients of that sign their requests.
  const isOwn = Object.hasOwn(own, path) && headers.authorization === undefined;
  if (isOwn) return plain((own[path] as Route)(query, body));
  const answer = await operations({ method, path, query, headers, body });
  if (answer !== null) return answer;
  if (Object.hasOwn(routes.get, path)) {
    return {
      ...plain(errorAnswer(405, `${path} can be read with GET only`)),
      headers: { allow: "GET, HEAD" },
    };
  }
  const known = Object.keys(routes.get).join(" ");
  return plain(errorAnswer(404, `there is no ${path}; there are ${known} and AWS IoT's API`));
}

function plain(answer: Answer): ApiAnswer {
  const isJson = "json" in answer;
  const body = isJson ? `${JSON.stringify(answer.json)}\n` : answer.text;
  const type = isJson ? "application/json" : answer.type;
  return { status: answer.status, headers: { "content-type": type }, body };
}

function send(request: IncomingMessage, response: ServerResponse, answer: ApiAnswer): void {
  const { status, headers, body } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader("content-length", Buffer.byteLength(body));
  response.writeHead(status).end(request.method === "HEAD" ? undefined : body);
}
