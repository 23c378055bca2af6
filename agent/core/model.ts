/** Plain, read-only data that the parts of the agent hand to each other. */

/** A listening socket. `address` is "0.0.0.0", "::" or one of the device's own addresses. */
export interface Listener {
  port: number;
  address: string;
  /** Interface that owns the address; the wildcard address itself ("0.0.0.0", "::") for wildcard binds. */
  interface: string;
}

/** An established TCP connection. IPv4-mapped IPv6 addresses are written as IPv4. */
export interface Connection {
  localAddress: string;
  localPort: number;
  localInterface: string;
  remoteAddress: string;
  remotePort: number;
}

/** The device's sockets at one time. */
export interface Sockets {
  listeningTcp: readonly Listener[];
  listeningUdp: readonly Listener[];
  established: readonly Connection[];
}

/** One number with its name and, for plural metrics, its label value ("eth0"). */
export interface Reading {
  name: string;
  label: string | null;
  value: number;
}

/** A collector that could not be read in this window. */
export interface CollectorProblem {
  collector: string;
  reason: string;
}

/**
 * What the core says of one series of per-second amounts over the sliding window. Amounts are what
 * the series counts (bytes or packets); a burst is a run of seconds above `burstThreshold`.
 */
export interface SeriesStatistics {
  seconds: number;
  sum: number;
  ratePerS: number;
  variance: number;
  max: number;
  p50: number;
  p90: number;
  p99: number;
  burstCount: number;
  burstSecondsMax: number;
}

/** The interface series that the agent feeds to the core every second; their order is the core's ids. */
export const trafficSeries = ["bytes_in", "bytes_out", "packets_in", "packets_out"] as const;
export type TrafficSeries = (typeof trafficSeries)[number];
export type TrafficStatistics = Readonly<Record<TrafficSeries, SeriesStatistics>>;

/** Network counters' growth over the window, summed over the watched interfaces. */
export interface NetworkDelta {
  bytesIn: number;
  bytesOut: number;
  packetsIn: number;
  packetsOut: number;
}

/** One report interval, closed and frozen. What is absent could not be known: it is never zero. */
export interface Window {
  startWallMs: number;
  endWallMs: number;
  durationMs: number;
  sockets: Sockets | null;
  network: NetworkDelta | null;
  gauges: readonly Reading[];
  deltas: readonly Reading[];
  traffic: TrafficStatistics | null;
  problems: readonly CollectorProblem[];
}
