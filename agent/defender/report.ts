import {
  CUSTOM_METRICS_MAX,
  type CustomMetrics,
  customNameOf,
  customNumberOf,
} from "../core/custom-value.ts";
import type { Connection, Listener, SeriesStatistics, Window } from "../core/model.ts";
import { REPORT_VERSION } from "./names.ts";

/** A Device Defender report in its long names; `encode` writes it out. */
export interface Report {
  header: { report_id: number; version: string };
  metrics?: ReportMetrics;
  custom_metrics?: CustomMetrics;
}

export interface ReportMetrics {
  listening_tcp_ports?: PortsBlock;
  listening_udp_ports?: PortsBlock;
  network_stats?: {
    bytes_in: number;
    bytes_out: number;
    packets_in: number;
    packets_out: number;
  };
  tcp_connections?: {
    established_connections: {
      connections: { remote_addr: string; local_port: number; local_interface: string }[];
      total: number;
    };
  };
}

export interface PortsBlock {
  ports: { port: number; interface: string }[];
  total: number;
}

export interface ReportLimits {
  /** Entries in each list of ports. */
  portsMax: number;
  connectionsMax: number;
}

export interface BuildOptions {
  id: number;
  window: Window;
  limits: ReportLimits;
  /** Addresses of peers that earlier windows had: cut first, since they say least. */
  knownPeers: ReadonlySet<string>;
  /** Names of readings that go up as custom metrics. */
  isCustom: (name: string) => boolean;
  /** Custom metrics that are no readings; they come first, so a cut spares them. */
  custom: CustomMetrics;
}

/** The report of a window. Totals are exact; lists are cut to the limits, the same way every time. */
export function buildReport(options: BuildOptions): Report {
  const { id, window, limits, knownPeers } = options;
  const metrics: ReportMetrics = {};
  if (window.sockets !== null) {
    const { listeningTcp, listeningUdp, established } = window.sockets;
    metrics.listening_tcp_ports = portsBlockOf(listeningTcp, limits.portsMax);
    metrics.listening_udp_ports = portsBlockOf(listeningUdp, limits.portsMax);
    metrics.tcp_connections = {
      established_connections: {
        connections: connectionsToKeep(established, knownPeers, limits.connectionsMax).map(
          (connection) => ({
            remote_addr: remoteAddrOf(connection),
            local_port: connection.localPort,
            local_interface: connection.localInterface,
          }),
        ),
        total: established.length,
      },
    };
  }
  if (window.network !== null) {
    const { bytesIn, bytesOut, packetsIn, packetsOut } = window.network;
    metrics.network_stats = {
      bytes_in: bytesIn,
      bytes_out: bytesOut,
      packets_in: packetsIn,
      packets_out: packetsOut,
    };
  }
  const custom = customMetricsOf(options);
  return {
    header: { report_id: id, version: REPORT_VERSION },
    ...(Object.keys(metrics).length > 0 && { metrics }),
    ...(Object.keys(custom).length > 0 && { custom_metrics: custom }),
  };
}

/** Distinct (port, interface) entries; those open to the network come first, so a cut spares them. */
function portsBlockOf(listeners: readonly Listener[], portsMax: number): PortsBlock {
  const distinct = new Map<string, Listener>();
  for (const listener of listeners) {
    distinct.set(`${listener.port} ${listener.interface}`, listener);
  }
  const sorted = [...distinct.values()].sort(
    (a, b) => exposureOf(a) - exposureOf(b) || a.port - b.port || compare(a.interface, b.interface),
  );
  return {
    ports: sorted
      .slice(0, portsMax)
      .map(({ port, interface: name }) => ({ port, interface: name })),
    total: sorted.length,
  };
}

/** 0: reachable on every address; 1: on one; 2: only from the device itself. */
function exposureOf({ address }: Listener): number {
  if (address === "0.0.0.0" || address === "::") return 0;
  return isLoopback(address) ? 2 : 1;
}

/**
 * The connections that say most: one of every peer before the second of any, unknown peers before
 * known ones, other devices before the device itself; then by address and port.
 */
function connectionsToKeep(
  connections: readonly Connection[],
  knownPeers: ReadonlySet<string>,
  connectionsMax: number,
): Connection[] {
  const sorted = [...connections].sort(
    (a, b) =>
      Number(isLoopback(a.remoteAddress)) - Number(isLoopback(b.remoteAddress)) ||
      Number(knownPeers.has(a.remoteAddress)) - Number(knownPeers.has(b.remoteAddress)) ||
      compare(a.remoteAddress, b.remoteAddress) ||
      a.remotePort - b.remotePort ||
      a.localPort - b.localPort,
  );
  if (sorted.length <= connectionsMax) return sorted;
  const peers = new Set<string>();
  const first: Connection[] = [];
  const further: Connection[] = [];
  for (const connection of sorted) {
    (peers.has(connection.remoteAddress) ? further : first).push(connection);
    peers.add(connection.remoteAddress);
  }
  return [...first, ...further].slice(0, connectionsMax);
}

/** Gauges, deltas and traffic statistics that were asked for, as numbers. */
function customMetricsOf({ window, isCustom, custom }: BuildOptions): CustomMetrics {
  const metrics: CustomMetrics = { ...custom };
  let count = Object.keys(metrics).length;
  const add = (name: string, label: string | null, value: number) => {
    if (count >= CUSTOM_METRICS_MAX || !isCustom(name) || !Number.isFinite(value)) return;
    metrics[customNameOf(name, label)] = [{ number: customNumberOf(value) }];
    count++;
  };
  for (const [series, statistics] of Object.entries<SeriesStatistics>({ ...window.traffic })) {
    add(`traffic_${series}_per_second`, null, statistics.ratePerS);
    add(`traffic_${series}_variance`, null, statistics.variance);
    add(`traffic_${series}_max`, null, statistics.max);
    add(`traffic_${series}_p50`, null, statistics.p50);
    add(`traffic_${series}_p90`, null, statistics.p90);
    add(`traffic_${series}_p99`, null, statistics.p99);
    add(`traffic_${series}_bursts`, null, statistics.burstCount);
    add(`traffic_${series}_burst_seconds_max`, null, statistics.burstSecondsMax);
  }
  for (const { name, label, value } of window.gauges) add(name, label, value);
  for (const { name, label, value } of window.deltas) add(name, label, value);
  return metrics;
}

/** "192.0.2.1:80", or "[2001:db8::1]:80" for IPv6, as AWS's Python agent writes them. */
function remoteAddrOf({ remoteAddress, remotePort }: Connection): string {
  return remoteAddress.includes(":")
    ? `[${remoteAddress}]:${remotePort}`
    : `${remoteAddress}:${remotePort}`;
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** By code unit, so that no locale of the device changes what a report says. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
