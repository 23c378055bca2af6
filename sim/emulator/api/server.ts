/** The service's HTTP side, on loopback: GET only, JSON, no authentication. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a route answers: JSON, or text of the type that is named. */
export type Answer =
  | { status: number; json: unknown }
  | { status: number; text: string; type: string };

export type Route = (query: URLSearchParams) => Answer;

export interface ApiServer {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const CONNECTIONS_MAX = 64;
const WAIT_MS_MAX = 10_000;

/** Listens, then resolves. Rejects with the listener's error. */
export async function createApiServer(
  port: number,
  routes: Readonly<Record<string, Route>>,
): Promise<ApiServer> {
  const server = createServer({ requestTimeout: WAIT_MS_MAX, headersTimeout: WAIT_MS_MAX });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("request", (request, response) => send(request, response, answerTo(request, routes)));
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

function answerTo(request: IncomingMessage, routes: Readonly<Record<string, Route>>): Answer {
  if (!URL.canParse(request.url ?? "", `http://${HOST}`)) {
    return errorAnswer(400, "the request's path cannot be read");
  }
  const { pathname, searchParams } = new URL(request.url ?? "", `http://${HOST}`);
  const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
  if (route === undefined) {
    const known = Object.keys(routes).join(" ");
    return errorAnswer(404, `there is no ${pathname}; there are ${known}`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return errorAnswer(405, `${pathname} can be read with GET only`);
  }
  return route(searchParams);
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = "json" in answer ? `${JSON.stringify(answer.json)}\n` : answer.text;
  response.setHeader("content-type", "json" in answer ? "application/json" : answer.type);
  response.setHeader("content-length", Buffer.byteLength(body));
  if (answer.status === 405) response.setHeader("allow", "GET, HEAD");
  response.writeHead(answer.status).end(request.method === "HEAD" ? undefined : body);
}
