import { createHash } from "node:crypto";
import { parseAddress } from "../core/address.ts";
import { parseDomain } from "./domain.ts";
import { createDomainTable, lowerBound } from "./domain-table.ts";
import { createEntries, type IndicatorName } from "./entries.ts";
import { INDICATORS_MAX, type Indicator, type Target } from "./indicator.ts";
import { createNetworkTable } from "./network-table.ts";

/** Indicators, compiled: immutable, and some 33 bytes each from a list, 51 from STIX. */
export interface IndicatorSet {
  /**
   * Those that name the address, the smallest network first. One with a port counts only where
   * `port`, the destination's, is it. Text that is no address matches nothing.
   */
  matchAddress(address: string, where: { wallMs: number; port?: number }): IndicatorName[];
  /** Those that name the domain, the longest first. */
  matchDomain(name: string, where: { wallMs: number }): IndicatorName[];
  /** Those that name the port alone. */
  matchPort(port: number, where: { wallMs: number }): IndicatorName[];
  /** Indicators in it, and those beyond `INDICATORS_MAX` that are not. */
  count: number;
  dropped: number;
  /** Memory of its tables. */
  bytes: number;
  /** SHA-256 (hex) over the indicators in their order. */
  hash: string;
}

export function createIndicatorSet(all: readonly Indicator[]): IndicatorSet {
  const indicators = all.slice(0, INDICATORS_MAX);
  const entries = createEntries(indicators);
  const networks = createNetworkTable(
    itemsOf(indicators, "network").map((item) => ({ ...item, port: item.port ?? 0 })),
  );
  const domains = createDomainTable(itemsOf(indicators, "domain"));
  const portItems = itemsOf(indicators, "port").sort((a, b) => a.port - b.port || a.ref - b.ref);
  const ports = Uint16Array.from(portItems, ({ port }) => port);
  const portRefs = Uint32Array.from(portItems, ({ ref }) => ref);

  return {
    matchAddress(text, { wallMs, port = 0 }) {
      const address = parseAddress(text);
      const names: IndicatorName[] = [];
      if (address === null) return names;
      networks.find(address, (ref, portOf) => {
        if ((portOf === 0 || portOf === port) && entries.holdsAt(ref, wallMs)) {
          names.push(entries.nameOf(ref));
        }
      });
      return names;
    },
    matchDomain(text, { wallMs }) {
      const name = parseDomain(text);
      const names: IndicatorName[] = [];
      if (name === null) return names;
      domains.find(name, (ref) => {
        if (entries.holdsAt(ref, wallMs)) names.push(entries.nameOf(ref));
      });
      return names;
    },
    matchPort(port, { wallMs }) {
      const names: IndicatorName[] = [];
      for (let at = lowerBound(ports, port); ports[at] === port; at++) {
        const ref = portRefs[at]!;
        if (entries.holdsAt(ref, wallMs)) names.push(entries.nameOf(ref));
      }
      return names;
    },
    count: indicators.length,
    dropped: all.length - indicators.length,
    bytes: entries.bytes + networks.bytes + domains.bytes + ports.byteLength + portRefs.byteLength,
    hash: hashOf(indicators),
  };
}

type Of<Kind extends Target["kind"]> = Extract<Target, { kind: Kind }> & { ref: number };

function itemsOf<Kind extends Target["kind"]>(
  indicators: readonly Indicator[],
  kind: Kind,
): Of<Kind>[] {
  const items: Of<Kind>[] = [];
  for (const [ref, { target }] of indicators.entries()) {
    if (target.kind === kind) items.push({ ...target, ref } as Of<Kind>);
  }
  return items;
}

/** Characters handed over at once: a call costs more than the hashing of a line. */
const HASH_CHARACTERS = 64 * 1024;

function hashOf(indicators: readonly Indicator[]): string {
  const hash = createHash("sha256");
  let lines = "";
  for (const { target, source, id, validFromMs, validUntilMs } of indicators) {
    const { kind } = target;
    const what =
      kind === "network"
        ? [target.address, target.prefix, target.port]
        : kind === "domain"
          ? [target.name, target.scope]
          : [target.port];
    lines += `${JSON.stringify([kind, what, source, id, validFromMs, validUntilMs])}\n`;
    if (lines.length < HASH_CHARACTERS) continue;
    hash.update(lines);
    lines = "";
  }
  return hash.update(lines).digest("hex");
}
