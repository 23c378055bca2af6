/** One HTTP request as bare as the tests need it: any path, any Host header, over TCP or a unix socket. */
import { type IncomingMessage, request } from "node:http";

export interface Answer {
  code: number;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface AskOptions {
  method?: string;
  headers?: Record<string, string>;
}

/** Asks on a connection of its own; `address` is a StatusServer's. */
export function askAt(
  address: string,
  path: string,
  { method = "GET", headers = {} }: AskOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...whereOf(address), path, method, headers, agent: false });
    asked.on("error", reject).on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => {
        resolve({ code: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    asked.end();
  });
}

function whereOf(address: string) {
  if (address.startsWith("unix:")) return { socketPath: address.slice(5) };
  const { hostname, port } = new URL(address);
  return { host: hostname.replace(/[[\]]/g, ""), port };
}
