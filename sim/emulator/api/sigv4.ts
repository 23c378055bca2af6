/**
 * AWS Signature Version 4, verified (AWS General Reference, "Create a signed AWS API request"). The
 * service of the scope differs by client and is taken as it comes.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ServiceError } from "./errors.ts";
import type { ApiRequest } from "./request.ts";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Signature {
  accessKeyId: string;
  /** YYYYMMDD */
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

/** A signature older or newer than this is refused. */
const SKEW_S_MAX = 15 * 60;

/** What the Authorization header says; null when there is none of this kind. */
export function signatureOf({ authorization = "" }: IncomingHttpHeaders): Signature | null {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/, ]+)\/(\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request, ?SignedHeaders=([^, ]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (parts === null) return null;
  const [, accessKeyId = "", date = "", region = "", service = "", signed = "", signature = ""] =
    parts;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(";"), signature };
}

/** Throws ServiceError as the service would answer. */
export function verifySignature(request: ApiRequest, credentials: Credentials, nowS: number): void {
  const signature = signatureOf(request.headers);
  if (signature === null) {
    throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  if (signature.accessKeyId !== credentials.accessKeyId) {
    throw new ServiceError(
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    );
  }
  const time = String(request.headers["x-amz-date"] ?? "");
  const isFresh = time.startsWith(signature.date) && Math.abs(secondsOf(time) - nowS) <= SKEW_S_MAX;
  const expected = expectedOf(request, signature, time, credentials.secretAccessKey);
  if (!isFresh || !timingSafeEqual(Buffer.from(expected), Buffer.from(signature.signature))) {
    throw new ServiceError(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
    );
  }
}

function expectedOf(
  request: ApiRequest,
  signature: Signature,
  time: string,
  secret: string,
): string {
  const { date, region, service, signedHeaders } = signature;
  const canonical = [
    request.method,
    // Each segment, encoded already, is encoded again.
    request.path.split("/").map(encode).join("/"),
    queryOf(request.query),
    ...signedHeaders.map((name) => `${name}:${headerOf(request.headers, name)}`),
    "",
    signedHeaders.join(";"),
    createHash("sha256").update(request.body).digest("hex"),
  ].join("\n");
  const hash = createHash("sha256").update(canonical).digest("hex");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    (from, part) => createHmac("sha256", from).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac("sha256", key)
    .update(["AWS4-HMAC-SHA256", time, scope, hash].join("\n"))
    .digest("hex");
}

function queryOf(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

/** RFC 3986: only unreserved characters stay. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).trim().replace(/ +/g, " ");
}

/** "20261124T104500Z" */
function secondsOf(time: string): number {
  const text = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  return Date.parse(text) / 1000;
}
