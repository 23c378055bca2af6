/** The account that the API acts on: its documents, its names, and a way in and out for all of it. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../agent/core/clock.ts";
import type { ApiContext } from "./api/operation.ts";
import { createRegistry } from "./api/registry.ts";
import { type Answer, errorAnswer, type Routes } from "./api/server.ts";
import type { Reply, Service } from "./api/service.ts";
import { type Identity, issueForKey, issueForRequest } from "./pki.ts";

export interface AccountOptions {
  /** Twelve digits. */
  accountId: string;
  region: string;
  endpoint: string;
  /** Signs the certificates that the account makes for devices. */
  authority: Identity;
  clock: Clock;
}

export function createAccount(options: AccountOptions): ApiContext {
  const { accountId, region, endpoint, authority, clock } = options;
  return {
    registry: createRegistry(),
    accountId,
    region,
    endpoint,
    issue: (spki, commonName) => issueForKey(authority, spki, commonName, clock.wallMs()),
    issueFromCsr: (pem) => issueForRequest(authority, pem, clock.wallMs()),
    nowS: () => clock.wallMs() / 1000,
    newHex: (digits) =>
      randomBytes(Math.ceil(digits / 2))
        .toString("hex")
        .slice(0, digits),
    newUuid: randomUUID,
    arnOf: (kind, name) => `arn:aws:iot:${region}:${accountId}:${kind}/${name}`,
  };
}

/**
 * `GET /account` gives all documents; `POST /account` puts such an export in the place of what is there;
 * `POST /account/replies` takes over what an account answered: [{ operation, input, output }].
 */
export function accountRoutes({ registry }: ApiContext, service: Service): Routes {
  return {
    get: { "/account": () => ({ status: 200, json: registry.export() }) },
    post: {
      "/account": (_query, body) =>
        withJson(body, isTables, "tables of documents", (tables) => {
          registry.clear();
          registry.import(tables);
          return { status: 200, json: {} };
        }),
      "/account/replies": (_query, body) =>
        withJson(body, areReplies, "a list of { operation, input, output }", (replies) => ({
          status: 200,
          json: { left: service.import(replies) },
        })),
    },
  };
}

type Tables = Record<string, Record<string, unknown>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTables = (value: unknown): value is Tables =>
  isObject(value) && Object.values(value).every(isObject);

const areReplies = (value: unknown): value is Reply[] =>
  Array.isArray(value) &&
  value.every(
    (one) =>
      isObject(one) &&
      typeof one.operation === "string" &&
      (one.service === undefined || typeof one.service === "string") &&
      isObject(one.input) &&
      isObject(one.output),
  );

function withJson<Value>(
  body: Uint8Array,
  isRight: (value: unknown) => value is Value,
  wanted: string,
  use: (value: Value) => Answer,
): Answer {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString("utf8"));
  } catch (error) {
    return errorAnswer(
      400,
      `the body is not JSON: ${error instanceof Error ? error.message : error}`,
    );
  }
  return isRight(value) ? use(value) : errorAnswer(400, `the body is not ${wanted}`);
}
