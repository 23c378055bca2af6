/** The shape of an API operation, and what it is given besides its input. */
import { invalid, notFound, ServiceError } from "./errors.ts";
import type { Registry, Table } from "./registry.ts";

export interface ApiContext {
  registry: Registry;
  accountId: string;
  region: string;
  /** Seconds since 1970, as bodies carry times. */
  nowS(): number;
  /** Lower-case hex digits by chance. */
  newHex(digits: number): string;
  newUuid(): string;
  /** "arn:aws:iot:eu-central-1:123456789012:thing/pump" of ("thing", "pump"). */
  arnOf(kind: string, name: string): string;
  /** Where devices connect: host name, with the port where it is not AWS's. */
  endpoint: string;
  /** A device certificate of the account's own authority, as PEM. @param spki DER */
  issue(spki: Uint8Array, commonName: string): Promise<string>;
  /** Rejects a request that cannot be read or whose signature is wrong. */
  issueFromCsr(pem: string): Promise<string>;
}

/**
 * Takes the input that the model's constraints hold of, and returns the output's members; what is more is
 * left out of the answer. Throws ServiceError for what the client did wrong.
 */
export type Handler = (input: never, context: ApiContext) => object | Promise<object>;

export type Handlers = Readonly<Record<string, Handler>>;

/**
 * Takes over what an account answered: the same state as if it had been made here. That is how an
 * emulator is filled from the replies of a real account.
 */
export type Importer = (input: never, output: never, context: ApiContext) => void;

/** Operations that belong together, by the model's names. */
export interface Family {
  handlers: Handlers;
  /** By the operation whose reply is taken over. */
  imports: Readonly<Record<string, Importer>>;
}

export const defineFamily = (family: Family): Family => family;

/** Members of most requests for lists. */
export interface Paged {
  maxResults?: number;
  nextToken?: string;
}

/** Where nothing else is said, AWS's lists have so many rows. */
const PAGE_ROWS = 25;

/** The rows of one page, and the token of the next if there is one. */
export function pageOf<Row>(rows: readonly Row[], { maxResults, nextToken }: Paged) {
  const from = nextToken === undefined ? 0 : fromToken(nextToken);
  const until = from + (maxResults ?? PAGE_ROWS);
  const next = until < rows.length ? { nextToken: toToken(until) } : {};
  return { page: rows.slice(from, until), next };
}

/** Older lists page by pageSize and marker. */
export function pageMarked<Row>(
  rows: readonly Row[],
  { pageSize, marker }: { pageSize?: number; marker?: string },
) {
  const { page, next } = pageOf(rows, {
    ...(pageSize !== undefined && { maxResults: pageSize }),
    ...(marker !== undefined && { nextToken: marker }),
  });
  return { page, next: next.nextToken === undefined ? {} : { nextMarker: next.nextToken } };
}

const toToken = (from: number) => Buffer.from(`from:${from}`).toString("base64");

function fromToken(token: string): number {
  const text = Buffer.from(token, "base64").toString("latin1");
  const from = /^from:(\d{1,9})$/.exec(text)?.[1];
  if (from === undefined) throw invalid("Invalid nextToken");
  return Number(from);
}

/** The row of that name. Throws ResourceNotFoundException. @param what "Thing group" */
export function required<Row>(table: Table<Row>, what: string, name: string): Row {
  const row = table.get(name);
  if (row === undefined) throw notFound(what, name);
  return row;
}

/** Throws VersionConflictException when the client expects another version. */
export function requireVersion(what: string, actual: number, expected: number | undefined): void {
  if (expected === undefined || expected === actual) return;
  const message = `${what} has version ${actual}, not ${expected}.`;
  throw new ServiceError("VersionConflictException", message);
}
