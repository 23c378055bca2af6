/**
 * The device's own side of what Device Defender counts in the cloud, under the same names: for the
 * detector on the device, and mirrored as custom metrics, so that whoever counts the same connection
 * can compare. A difference means that somebody else uses this identity, or that messages were injected.
 */
import { type CustomValue, customNameOf } from "../core/custom-value.ts";
import type { MetricValue } from "../core/finding.ts";
import type { ConnectionTraffic, TopicDimension, TopicTraffic } from "../core/transport.ts";

/** One value of one metric; `dimension` is the key of its scope, absent for all topics. */
export interface ConnectionDatapoint {
  metric: string;
  value: MetricValue;
  dimension?: string;
}

const MS_PER_MINUTE = 60_000;

const countMetrics = {
  messagesSent: "aws:num-messages-sent",
  messagesReceived: "aws:num-messages-received",
  authorizationFailures: "aws:num-authorization-failures",
} as const;

/**
 * The datapoints of the time between two looks at a connection; `before` is null at the start. Counts are
 * growth; message sizes one datapoint each, of the last `MESSAGE_SIZES_MAX` messages; the address one
 * when it connected; the disconnect's duration minutes as of now, 0 while connected.
 */
export function connectionDatapointsOf(
  before: ConnectionTraffic | null,
  now: ConnectionTraffic,
): ConnectionDatapoint[] {
  const datapoints: ConnectionDatapoint[] = [];
  for (const [key, traffic] of Object.entries(now.scopes)) {
    const scope = key === "" ? {} : { dimension: key };
    const base = before?.scopes[key];
    for (const [member, metric] of Object.entries(countMetrics)) {
      const count = growthOf(traffic, base, member as keyof typeof countMetrics);
      datapoints.push({ metric, value: { count }, ...scope });
    }
    for (const size of newSizesOf(traffic, base)) {
      datapoints.push({ metric: "aws:message-byte-size", value: { count: size }, ...scope });
    }
  }
  const { connectionAttempts, disconnects, connects, sourceAddress, disconnectedMs } = now;
  const addCount = (metric: string, count: number) => datapoints.push({ metric, value: { count } });
  addCount("aws:num-connection-attempts", connectionAttempts - (before?.connectionAttempts ?? 0));
  addCount("aws:num-disconnects", disconnects - (before?.disconnects ?? 0));
  addCount("aws:disconnect-duration", Math.floor(disconnectedMs / MS_PER_MINUTE));
  if (sourceAddress !== null && connects > (before?.connects ?? 0)) {
    datapoints.push({ metric: "aws:source-ip-address", value: { cidrs: [sourceAddress] } });
  }
  return datapoints;
}

/**
 * The same as custom metrics: `mirror_num_messages_sent`, with a dimension's key behind a colon. Message
 * sizes are three numbers, as AWS's metrics export has them; the disconnect's duration is in seconds,
 * as there.
 */
export function mirrorMetricsOf(
  before: ConnectionTraffic | null,
  now: ConnectionTraffic,
): Record<string, CustomValue> {
  const mirror: Record<string, CustomValue> = {};
  const add = (metric: string, key: string, value: CustomValue) => {
    const name = `mirror_${metric.replace(/^aws:/, "").replaceAll("-", "_")}`;
    mirror[customNameOf(name, key === "" ? null : key)] = value;
  };
  for (const { metric, value, dimension = "" } of connectionDatapointsOf(before, now)) {
    if (metric === "aws:message-byte-size" || metric === "aws:disconnect-duration") continue;
    if (value.cidrs !== undefined) add(metric, dimension, { ip_list: [...value.cidrs] });
    else add(metric, dimension, { number: value.count! });
  }
  add("disconnect-duration", "", { number: Math.floor(now.disconnectedMs / 1000) });
  for (const [key, traffic] of Object.entries(now.scopes)) {
    const sizes = newSizesOf(traffic, before?.scopes[key]);
    if (sizes.length === 0) continue;
    add("message-byte-size_min", key, { number: Math.min(...sizes) });
    add("message-byte-size_max", key, { number: Math.max(...sizes) });
    add("message-byte-size_sum", key, { number: sizes.reduce((sum, size) => sum + size, 0) });
  }
  return mirror;
}

function growthOf(
  now: TopicTraffic,
  before: TopicTraffic | undefined,
  member: keyof typeof countMetrics,
): number {
  return now[member] - (before?.[member] ?? 0);
}

function newSizesOf(now: TopicTraffic, before: TopicTraffic | undefined): readonly number[] {
  const count = growthOf(now, before, "messagesSent");
  return count === 0 ? [] : now.sizesSent.slice(-count);
}

/** What option `topic_dimensions` says: "NAME=FILTER" each, the filters of one name together. */
export function topicDimensionsOf(items: readonly string[]): TopicDimension[] {
  const filters = new Map<string, string[]>();
  for (const item of items) {
    const at = item.indexOf("=");
    const name = item.slice(0, at);
    filters.set(name, [...(filters.get(name) ?? []), item.slice(at + 1)]);
  }
  return [...filters].map(([name, ofName]) => ({ name, filters: ofName }));
}
