import type { MetricValue } from "../core/finding.ts";
import type { MetricDimension } from "./profile.ts";

/**
 * One value of one metric of one thing. Device-side and custom metrics come from a report
 * (`datapointsOf`). Cloud-side ones come from whoever sees the device's connection:
 *
 * - the counts (aws:num-…): `count` more since the datapoint before, as often as it likes;
 * - aws:message-byte-size: one datapoint for every message;
 * - aws:source-ip-address: the address at each connect;
 * - aws:disconnect-duration: minutes since the disconnect, 0 while connected.
 */
export interface Datapoint {
  metric: string;
  value: MetricValue;
  /** `dimensionKeyOf` of the metricDimension that it was counted within; absent: of all topics. */
  dimension?: string;
}

/** Names a metric's scope: behaviors with this dimension see the datapoints that carry its key. */
export function dimensionKeyOf({ dimensionName, operator = "IN" }: MetricDimension): string {
  return `${operator} ${dimensionName}`;
}
