import { isIP, isIPv4, isIPv6 } from "node:net";

/** A value that is what it should be, or why it is not. */
export type Read = { value: unknown } | { problem: string };

export function problem(path: string, what: string): { problem: string } {
  return { problem: `${path === "" ? "the report" : path} ${what}` };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A finite number; CBOR's 64-bit integers come as bigint. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** An IPv4 or IPv6 address alone. Node takes a zone ("fe80::1%eth0"), which means nothing elsewhere. */
export const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes("%");

const ENDPOINT = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

/** "192.0.2.1:80" or "[2001:db8::1]:80". */
export function isEndpoint(value: unknown): boolean {
  const match = typeof value === "string" ? ENDPOINT.exec(value) : null;
  if (match === null) return false;
  const [, v6, v4 = "", port] = match;
  const host = v6 === undefined ? isIPv4(v4) : isIPv6(v6) && isAddress(v6);
  return host && Number(port) <= 65_535;
}
