/**
 * Every metric that a behavior may watch, what it is compared with, and how its datapoints add up.
 *
 * Source: AWS IoT Device Defender guide, "Cloud-side metrics", "Device-side metrics", "Custom
 * metrics", "ML Detect" and "Scoping metrics in security profiles using dimensions".
 */
import type { ComparisonOperator } from "./profile.ts";

/** The member of a MetricValue that a metric's values have. */
export type ValueKind = "count" | "cidrs" | "ports" | "number" | "numbers" | "strings";

/**
 * What a metric's number is: an `amount` of the time since the datapoint before (its slots add up), a
 * `level` now (levels do not add up), or a `size` of one message (of many, the largest counts).
 */
export type Nature = "amount" | "level" | "size" | "set";

export interface MetricSpec {
  side: "cloud" | "device" | "custom";
  /** The kinds that a criteria's value may have. All but custom metrics have one. */
  kinds: readonly ValueKind[];
  nature: Nature;
  operators: readonly ComparisonOperator[];
  /** Whether durationSeconds applies: always, with a statisticalThreshold alone, or never. */
  duration: "yes" | "statistical" | "no";
  statistical: boolean;
  ml: boolean;
  /** Whether a metricDimension may scope it. */
  dimension: boolean;
}

const numeric = ["less-than", "less-than-equals", "greater-than", "greater-than-equals"] as const;
const cidrSets = ["in-cidr-set", "not-in-cidr-set"] as const;
const portSets = ["in-port-set", "not-in-port-set"] as const;
const sets = ["in-set", "not-in-set"] as const;

const count = {
  kinds: ["count"],
  nature: "amount",
  operators: numeric,
  duration: "yes",
  statistical: true,
  ml: true,
  dimension: false,
} as const;
const cloudCount: MetricSpec = { ...count, side: "cloud" };
const cloudCountByTopic: MetricSpec = { ...cloudCount, dimension: true };
const deviceAmount: MetricSpec = { ...count, side: "device" };
const deviceLevel: MetricSpec = { ...count, side: "device", nature: "level" };

const listed = { nature: "set", duration: "no", statistical: false, ml: false } as const;
const devicePorts: MetricSpec = {
  ...listed,
  side: "device",
  kinds: ["ports"],
  operators: portSets,
  dimension: false,
};

const awsMetrics: Readonly<Record<string, MetricSpec>> = {
  "aws:message-byte-size": {
    ...cloudCountByTopic,
    nature: "size",
    duration: "statistical",
  },
  "aws:num-messages-sent": cloudCountByTopic,
  "aws:num-messages-received": cloudCountByTopic,
  "aws:num-authorization-failures": cloudCountByTopic,
  "aws:source-ip-address": {
    ...listed,
    side: "cloud",
    kinds: ["cidrs"],
    operators: cidrSets,
    dimension: true,
  },
  "aws:num-connection-attempts": cloudCount,
  "aws:num-disconnects": cloudCount,
  // In minutes, 0 while connected. Only "not for longer than" makes sense of it.
  "aws:disconnect-duration": {
    ...cloudCount,
    nature: "level",
    operators: ["less-than", "less-than-equals"],
    duration: "no",
    statistical: false,
    ml: false,
  },
  "aws:all-bytes-in": deviceAmount,
  "aws:all-bytes-out": deviceAmount,
  "aws:all-packets-in": deviceAmount,
  "aws:all-packets-out": deviceAmount,
  "aws:num-listening-tcp-ports": deviceLevel,
  "aws:num-listening-udp-ports": deviceLevel,
  "aws:num-established-tcp-connections": deviceLevel,
  "aws:listening-tcp-ports": devicePorts,
  "aws:listening-udp-ports": devicePorts,
  "aws:destination-ip-addresses": {
    ...listed,
    side: "device",
    kinds: ["cidrs"],
    operators: cidrSets,
    dimension: false,
  },
};

export const awsMetricNames: readonly string[] = Object.keys(awsMetrics);

const customNumber: MetricSpec = {
  side: "custom",
  // AWS's Python agent compares a number metric with value.count; both are the same number.
  kinds: ["number", "count"],
  nature: "level",
  operators: numeric,
  duration: "yes",
  statistical: true,
  ml: true,
  dimension: false,
};
const customSet: MetricSpec = {
  ...listed,
  side: "custom",
  kinds: ["numbers", "strings"],
  operators: sets,
  dimension: false,
};
const customAddresses: MetricSpec = { ...customSet, kinds: ["cidrs"], operators: cidrSets };

/**
 * The metric of that name. A custom metric's type is not in the profile: its operator tells it, and
 * only `number` goes without one (ML). Null: no metric of AWS's has that name.
 */
export function metricOf(name: string, operator: ComparisonOperator | null): MetricSpec | null {
  if (name.startsWith("aws:")) return Object.hasOwn(awsMetrics, name) ? awsMetrics[name]! : null;
  if (operator === null || isOneOf(numeric, operator)) return customNumber;
  return isOneOf(cidrSets, operator) ? customAddresses : customSet;
}

/** Every operator of the API, in its order. */
export const comparisonOperators: readonly ComparisonOperator[] = [
  ...numeric,
  ...cidrSets,
  ...portSets,
  ...sets,
];

function isOneOf(list: readonly string[], word: string): boolean {
  return list.includes(word);
}
