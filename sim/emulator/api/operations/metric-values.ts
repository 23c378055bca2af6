/** The datapoints that reports brought, by thing and metric. */
import type { MetricValue } from "../../../../agent/core/finding.ts";
import { dimensionKeyOf } from "../../../../agent/detect/datapoint.ts";
import { invalid } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf } from "../operation.ts";

export interface MetricDatum {
  timestamp: number;
  value: MetricValue;
}

interface Asked extends Paged {
  thingName: string;
  metricName: string;
  dimensionName?: string;
  dimensionValueOperator?: "IN" | "NOT_IN";
  startTime: number;
  endTime: number;
}

/** Datapoints are kept 14 days. */
export const DATA_S_MAX = 14 * 86_400;
/** Of one thing and metric: one every five minutes for that long. */
const DATA_MAX = DATA_S_MAX / 300;

export const dataOf = ({ registry }: ApiContext) => registry.table<MetricDatum[]>("metricValues");

export const dataKey = (thing: string, metric: string, dimension = "") =>
  JSON.stringify([thing, metric, dimension]);

/** Keeps a datapoint; one of the same time is replaced. */
export function keepDatum(key: string, datum: MetricDatum, context: ApiContext): void {
  const kept = dataOf(context).get(key) ?? [];
  const from = datum.timestamp - DATA_S_MAX;
  const others = kept.filter(({ timestamp }) => timestamp > from && timestamp !== datum.timestamp);
  dataOf(context).put(key, [...others, datum].slice(-DATA_MAX));
}

export const metricValues = defineFamily({
  handlers: {
    ListMetricValues(input: Asked, context) {
      const { thingName, metricName, dimensionName, dimensionValueOperator = "IN" } = input;
      if (input.endTime < input.startTime) throw invalid("endTime is before startTime");
      const dimension =
        dimensionName === undefined
          ? ""
          : dimensionKeyOf({ dimensionName, operator: dimensionValueOperator });
      const rows = (dataOf(context).get(dataKey(thingName, metricName, dimension)) ?? [])
        .filter(({ timestamp }) => timestamp >= input.startTime && timestamp <= input.endTime)
        .reverse();
      const { page, next } = pageOf(rows, input);
      return { metricDatumList: page, ...next };
    },
  },
  imports: {
    ListMetricValues(input: Asked, output: { metricDatumList: MetricDatum[] }, context) {
      const { thingName, metricName } = input;
      for (const datum of [...output.metricDatumList].reverse()) {
        keepDatum(dataKey(thingName, metricName), datum, context);
      }
    },
  },
});
