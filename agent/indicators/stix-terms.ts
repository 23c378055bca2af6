import { parseDomain } from "./domain.ts";
import type { Target } from "./indicator.ts";
import { quoted, type Read, readNetwork } from "./value.ts";

/** One comparison. Any other word may stand as operator; it is told as one that is not matched. */
export interface Term {
  path: string;
  operator: Operator;
  value: string | number;
}

export type Operator = "=" | "IN" | "ISSUBSET" | (string & {});

/** Comparisons that must all hold of one object (STIX 2.1 section 9.6.1). */
export type Alternative = readonly Term[];

/** Comparisons joined by AND. More than this say nothing new. */
const TERMS_MAX = 16;

export function joined(one: Alternative, other: Alternative): Alternative {
  return [...one, ...other].slice(0, TERMS_MAX + 1);
}

/** What the alternative names, or why it cannot be matched. */
export function alternativeOf(
  terms: Alternative,
): { target: Target; problem: "" } | { target: null; problem: string } {
  if (terms.length > TERMS_MAX) return refused(`more than ${TERMS_MAX} comparisons with AND`);
  let place: Target | null = null;
  let port: number | null = null;
  const roots = new Set(terms.map(({ path }) => path.split(":")[0]));
  if (roots.size > 1) return refused("AND of two kinds of object");
  for (const term of terms) {
    const read = readTerm(term);
    if ("problem" in read) return refused(read.problem);
    if (read.target === null) continue;
    if (read.target.kind === "port") {
      if (port !== null && port !== read.target.port) return refused("AND of two ports");
      port = read.target.port;
    } else {
      if (place !== null) return refused("AND of two addresses or names");
      place = read.target;
    }
  }
  if (port === null) return place === null ? refused("no address, name or port") : taken(place);
  if (place === null) return taken({ kind: "port", port });
  return place.kind === "network" ? taken({ ...place, port }) : refused("AND of a name and a port");
}

const taken = (target: Target) => ({ target, problem: "" }) as const;
const refused = (problem: string) =>
  ({ target: null, problem: `not matched: ${problem}` }) as const;

/** A comparison that only says what must be so of any TCP connection has no target. */
type TermRead = Read | { target: null };

function readTerm({ path, operator, value }: Term): TermRead {
  if (operator === "ISSUBSET" ? !path.endsWith("value") : operator !== "=" && operator !== "IN") {
    return { problem: `operator ${quoted(operator)} of ${quoted(path)}` };
  }
  switch (path) {
    case "ipv4-addr:value":
    case "ipv6-addr:value":
      return readAddress(value);
    case "domain-name:value":
      return operator === "ISSUBSET" ? { problem: "ISSUBSET of a name" } : readName(value);
    case "network-traffic:dst_ref.value": {
      const read = readAddress(value);
      return "problem" in read && operator !== "ISSUBSET" ? readName(value) : read;
    }
    case "network-traffic:dst_ref.type":
      return isOneOf(value, ["ipv4-addr", "ipv6-addr", "domain-name"]);
    case "network-traffic:protocols[*]":
      return isOneOf(value, ["ipv4", "ipv6", "tcp"]);
    case "network-traffic:dst_port":
      return typeof value === "number" && value >= 1 && value <= 65_535
        ? { target: { kind: "port", port: value } }
        : { problem: `${quoted(String(value))} is no port` };
    default:
      return { problem: `object path ${quoted(path)}` };
  }
}

function isOneOf(value: string | number, known: readonly string[]): TermRead {
  return known.includes(String(value)) ? { target: null } : { problem: quoted(String(value)) };
}

function readAddress(value: string | number): Read {
  const read = readNetwork(String(value));
  return read ?? { problem: `${quoted(String(value))} is no address or network` };
}

/** The specification compares names for equality: what is below the name is not meant. */
function readName(value: string | number): Read {
  const name = parseDomain(String(value));
  return name === null
    ? { problem: `${quoted(String(value))} is no address or domain` }
    : { target: { kind: "domain", name, scope: "self" } };
}
