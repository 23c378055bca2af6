import { parseNetwork } from "../core/address.ts";
import { parseDomain } from "./domain.ts";
import type { Target } from "./indicator.ts";

/** What the text of a list or a cell names, or why it is no indicator. */
export type Read = { target: Target } | { problem: string };

/** Longest text looked at: a domain, with room for what is quoted of a bad one. */
const VALUE_CHARACTERS_MAX = 300;
const QUOTED_CHARACTERS_MAX = 60;

/**
 * Reads an address ("203.0.113.9", "2001:db8::9"), a network ("203.0.113.0/24"), an address with a
 * port ("203.0.113.9:443", "[2001:db8::9]:443"), a port ("port/4444" or "tcp/4444"), or a domain:
 * "evil.example" with all below it, "*.evil.example" only what is below, "=evil.example" only itself.
 * Dots may be written "[.]" or "(.)", as lists do so that nobody clicks on them.
 */
export function readValue(text: string): Read {
  if (text.length > VALUE_CHARACTERS_MAX) return { problem: "too long for an indicator" };
  const value = text.trim().replace(/\[\.\]|\(\.\)/g, ".");
  const port = /^(?:port|tcp)\/(.*)$/i.exec(value);
  if (port) {
    const number = parsePort(port[1]!);
    return number === null
      ? { problem: `${quoted(port[1]!)} is no port` }
      : { target: { kind: "port", port: number } };
  }
  return readEndpoint(value) ?? readNetwork(value) ?? readDomain(value);
}

/** 1 to 65535, in digits. */
export function parsePort(text: string): number | null {
  if (!/^[1-9]\d{0,4}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

export function readNetwork(text: string): Read | null {
  const network = parseNetwork(text);
  if (network === null) return null;
  if (network.prefix === 0) return { problem: "a network of all addresses is no indicator" };
  return { target: { kind: "network", port: null, ...network } };
}

/** Made fit for a message: short, and without what could upset a terminal. */
export function quoted(text: string): string {
  const short = text.slice(0, QUOTED_CHARACTERS_MAX);
  return JSON.stringify(short).replace(/[^\x20-\x7e]/g, "?");
}

function readEndpoint(value: string): Read | null {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):([^:]*)$/.exec(value);
  if (!match) return null;
  const network = parseNetwork(match[1] ?? match[2]!);
  if (network === null) return null;
  const port = parsePort(match[3]!);
  if (port === null) return { problem: `${quoted(match[3]!)} is no port` };
  return { target: { kind: "network", ...network, port } };
}

function readDomain(value: string): Read {
  const isBelow = value.startsWith("*.") || value.startsWith(".");
  const isSelf = value.startsWith("=");
  const name = parseDomain(value.replace(/^(\*\.|\.|=)/, ""));
  if (name === null) return { problem: `${quoted(value)} is no address, network, domain or port` };
  const scope = isBelow ? "below" : isSelf ? "self" : "both";
  return { target: { kind: "domain", name, scope } };
}
