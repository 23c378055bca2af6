import type { MetricValue } from "../core/finding.ts";
import { isObject, type Members, shown } from "./check.ts";
import type { Datapoint } from "./datapoint.ts";
import { addressOf } from "./ip.ts";

/** The datapoints of a report, or what makes the service refuse it. */
export type ReportDatapoints = { datapoints: Datapoint[] } | { problem: string };

/** Where a report is not what it should be. */
class ReportProblem extends Error {}

/**
 * The datapoints of a Device Defender report that was parsed, in long names, short names or a mix of
 * both at any level (one widely used agent sends such). A block that is absent gives no datapoint.
 *
 * Source: AWS IoT Device Defender guide, "Device-side metrics" and "Custom metrics".
 */
export function datapointsOf(report: unknown): ReportDatapoints {
  try {
    const root = objectAt(report, "the report");
    const metrics = member(root, "metrics", "met");
    const custom = member(root, "custom_metrics", "cmet");
    if (metrics === undefined && custom === undefined) {
      throw new ReportProblem("the report has neither metrics nor custom_metrics");
    }
    const datapoints: Datapoint[] = [];
    if (metrics !== undefined) addDeviceSide(objectAt(metrics, "metrics"), datapoints);
    if (custom !== undefined) addCustom(objectAt(custom, "custom_metrics"), datapoints);
    return { datapoints };
  } catch (error) {
    if (error instanceof ReportProblem) return { problem: error.message };
    throw error;
  }
}

function addDeviceSide(metrics: Members, to: Datapoint[]): void {
  addPorts("tcp", member(metrics, "listening_tcp_ports", "tp"), to);
  addPorts("udp", member(metrics, "listening_udp_ports", "up"), to);
  const network = member(metrics, "network_stats", "ns");
  if (network !== undefined) addNetwork(objectAt(network, "network_stats"), to);
  const tcp = member(metrics, "tcp_connections", "tc");
  if (tcp === undefined) return;
  const established = member(objectAt(tcp, "tcp_connections"), "established_connections", "ec");
  if (established === undefined) return;
  const block = objectAt(established, "established_connections");
  const list = member(block, "connections", "cs");
  const total = member(block, "total", "t");
  const connections = list === undefined ? null : listAt(list, "connections");
  if (connections !== null) {
    const cidrs = new Set<string>();
    for (const entry of connections) {
      const remote = member(objectAt(entry, "connections"), "remote_addr", "rad");
      if (typeof remote !== "string") {
        throw new ReportProblem(`remote_addr ${shown(remote)} is not "address:port"`);
      }
      cidrs.add(addressOf(remote));
    }
    to.push({ metric: "aws:destination-ip-addresses", value: { cidrs: [...cidrs] } });
  }
  addTotal("aws:num-established-tcp-connections", total, connections?.length, to);
}

function addPorts(protocol: "tcp" | "udp", input: unknown, to: Datapoint[]): void {
  if (input === undefined) return;
  const block = objectAt(input, `listening_${protocol}_ports`);
  const list = member(block, "ports", "pts");
  const ports = new Set<number>();
  for (const entry of list === undefined ? [] : listAt(list, "ports")) {
    const port = member(objectAt(entry, "ports"), "port", "pt");
    // The guide's table does not require the port of an entry.
    if (port !== undefined) ports.add(numberAt(port, "port"));
  }
  if (list !== undefined) {
    to.push({ metric: `aws:listening-${protocol}-ports`, value: { ports: [...ports] } });
  }
  const listed = list === undefined ? undefined : ports.size;
  addTotal(`aws:num-listening-${protocol}-ports`, member(block, "total", "t"), listed, to);
}

/** The total that the device states; its list may be cut. Without one, what the list has. */
function addTotal(
  metric: string,
  total: unknown,
  listed: number | undefined,
  to: Datapoint[],
): void {
  const count = total === undefined ? listed : numberAt(total, "total");
  if (count !== undefined) to.push({ metric, value: { count } });
}

const networkMetrics = [
  ["bytes_in", "bi", "aws:all-bytes-in"],
  ["bytes_out", "bo", "aws:all-bytes-out"],
  ["packets_in", "pi", "aws:all-packets-in"],
  ["packets_out", "po", "aws:all-packets-out"],
] as const;

function addNetwork(network: Members, to: Datapoint[]): void {
  for (const [long, short, metric] of networkMetrics) {
    const count = member(network, long, short);
    if (count !== undefined) to.push({ metric, value: { count: numberAt(count, long) } });
  }
}

/** Every custom metric is a list of one object with one typed key. */
function addCustom(custom: Members, to: Datapoint[]): void {
  for (const [metric, input] of Object.entries(custom)) {
    const [entry, ...more] = listAt(input, metric);
    const typed = objectAt(entry, metric);
    const [type, ...others] = Object.keys(typed);
    if (more.length > 0 || type === undefined || others.length > 0) {
      throw new ReportProblem(`${shown(metric)} should be a list of one object with one member`);
    }
    to.push({ metric, value: customValueOf(metric, type, typed[type]) });
  }
}

function customValueOf(metric: string, type: string, value: unknown): MetricValue {
  const every = (kind: "number" | "string") => {
    const list = listAt(value, metric);
    if (list.every((item) => typeof item === kind)) return list;
    throw new ReportProblem(`${shown(metric)} has an element that is not a ${kind}`);
  };
  switch (type) {
    case "number":
      if (typeof value === "number") return { number: value };
      throw new ReportProblem(`${shown(metric)} ${shown(value)} is not a number`);
    case "number_list":
      return { numbers: every("number") as number[] };
    case "string_list":
      return { strings: every("string") as string[] };
    case "ip_list":
      return { cidrs: every("string") as string[] };
    default:
      throw new ReportProblem(`${shown(metric)} has the unknown type ${shown(type)}`);
  }
}

function member(object: Members, long: string, short: string): unknown {
  return object[long] === undefined ? object[short] : object[long];
}

function objectAt(value: unknown, name: string): Members {
  if (isObject(value)) return value;
  throw new ReportProblem(`${shown(name)} is not an object`);
}

function listAt(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ReportProblem(`${shown(name)} is not a list`);
}

/** A count: the format has none below zero. */
function numberAt(value: unknown, name: string): number {
  if (typeof value === "number" && value >= 0 && Number.isFinite(value)) return value;
  throw new ReportProblem(`${name} ${shown(value)} is not a number of 0 or more`);
}
