/**
 * Datapoints a second that the detector judges on one core, over a fleet and over one gateway, and the
 * bytes that it keeps of each behavior of each thing.
 */
import type { Datapoint } from "../../agent/detect/datapoint.ts";
import { createDetector } from "../../agent/detect/engine.ts";
import type { Behavior, SecurityProfile } from "../../agent/detect/profile.ts";
import { datapointsOf } from "../../agent/detect/report.ts";
import { SLOT_MS } from "../../agent/detect/slots.ts";
import { type Figure, median } from "./figure.ts";

const RUNS = 5;
const START_MS = Date.UTC(2026, 10, 24);
/** The datapoints of one report below: each is judged by at least one behavior. */
const REPORTS_PER_RUN = 60_000;

const behavior = (name: string, metric: string, criteria: Behavior["criteria"]): Behavior => ({
  name,
  metric,
  criteria,
});
const atMost = (count: number, durationSeconds: number) =>
  ({ comparisonOperator: "less-than-equals", value: { count }, durationSeconds }) as const;

const gateway: SecurityProfile = {
  securityProfileName: "gateway",
  behaviors: [
    behavior("bytes-in", "aws:all-bytes-in", atMost(5_000_000, 3600)),
    behavior("bytes-out", "aws:all-bytes-out", atMost(1_000_000, 900)),
    behavior("packets-in", "aws:all-packets-in", atMost(50_000, 300)),
    behavior("packets-out", "aws:all-packets-out", atMost(50_000, 300)),
    behavior("tcp-count", "aws:num-listening-tcp-ports", atMost(5, 300)),
    behavior("udp-count", "aws:num-listening-udp-ports", atMost(5, 300)),
    behavior("connections", "aws:num-established-tcp-connections", atMost(20, 300)),
    behavior("tcp-ports", "aws:listening-tcp-ports", {
      comparisonOperator: "in-port-set",
      value: { ports: [22, 443, 502] },
    }),
    behavior("udp-ports", "aws:listening-udp-ports", {
      comparisonOperator: "in-port-set",
      value: { ports: [123, 161] },
    }),
    behavior("peers", "aws:destination-ip-addresses", {
      comparisonOperator: "in-cidr-set",
      value: { cidrs: ["10.0.0.0/8", "2001:db8::/32"] },
    }),
    behavior("temperature", "temperature_celsius", {
      comparisonOperator: "less-than",
      value: { number: 85 },
    }),
    behavior("users", "users", {
      comparisonOperator: "in-set",
      value: { strings: ["operator", "service"] },
    }),
  ],
};

/** A report of which every datapoint is judged; every 50th has something to alarm of. */
function datapointsAt(index: number): readonly Datapoint[] {
  const isOdd = index % 50 === 0;
  const read = datapointsOf({
    metrics: {
      network_stats: {
        bytes_in: 90_000,
        bytes_out: 9_000 + index,
        packets_in: 900,
        packets_out: 90,
      },
      listening_tcp_ports: { ports: [{ port: 22 }, { port: isOdd ? 4444 : 443 }], total: 2 },
      listening_udp_ports: { ports: [{ port: 123 }], total: 1 },
      tcp_connections: {
        established_connections: {
          connections: [{ remote_addr: "10.0.0.9:502" }, { remote_addr: "[2001:db8::1]:443" }],
          total: 2,
        },
      },
    },
    custom_metrics: {
      temperature_celsius: [{ number: 40 + (index % 30) }],
      users: [{ string_list: ["operator"] }],
    },
  });
  if ("problem" in read) throw new Error(read.problem);
  return read.datapoints;
}

export default async function* (): AsyncGenerator<Figure> {
  const reports = Array.from({ length: 500 }, (_, index) => datapointsAt(index));
  for (const things of [1, 1_000, 10_000]) yield throughputOver(things, reports);
  yield bytesKept(reports);
}

function throughputOver(things: number, reports: readonly (readonly Datapoint[])[]): Figure {
  const names = Array.from({ length: things }, (_, index) => `gateway-${index}`);
  const perSecond: number[] = [];
  for (let run = -1; run < RUNS; run++) {
    const detector = createDetector({ profiles: [gateway] });
    let datapoints = 0;
    const start = performance.now();
    for (let report = 0; report < REPORTS_PER_RUN; report++) {
      const timeMs = START_MS + Math.floor(report / things) * SLOT_MS;
      const taken = reports[(report * 7) % reports.length]!;
      detector.observe(names[report % things]!, taken, timeMs);
      datapoints += taken.length;
    }
    const seconds = (performance.now() - start) / 1000;
    if (run >= 0) perSecond.push(datapoints / seconds);
  }
  return {
    name: `detect.throughput.${things}_things`,
    value: Math.round(median(perSecond)),
    unit: "datapoints/s",
    runs: RUNS,
  };
}

function bytesKept(reports: readonly (readonly Datapoint[])[]): Figure {
  const things = 1_000;
  const detector = createDetector({ profiles: [gateway] });
  for (let report = 0; report < 24 * things; report++) {
    const timeMs = START_MS + Math.floor(report / things) * SLOT_MS;
    detector.observe(`gateway-${report % things}`, reports[report % reports.length]!, timeMs);
  }
  const states = things * gateway.behaviors.length;
  return {
    name: "detect.state",
    value: Math.round(detector.state().length / states),
    unit: "bytes/(thing, behavior)",
    runs: 1,
  };
}
