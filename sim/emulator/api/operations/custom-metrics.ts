/** Custom metrics: what reports may carry besides AWS's own metrics. */
import { alreadyExists } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

export interface CustomMetricRow {
  metricName: string;
  metricArn: string;
  metricType: "string-list" | "ip-address-list" | "number-list" | "number";
  displayName?: string;
  creationDate: number;
  lastModifiedDate: number;
}

type Members = Pick<CustomMetricRow, "metricName" | "metricType" | "displayName"> & {
  tags?: Tag[];
};

export const customMetricsOf = ({ registry }: ApiContext) =>
  registry.table<CustomMetricRow>("customMetrics");

const metricOf = (name: string, context: ApiContext) =>
  required(customMetricsOf(context), "Custom metric", name);

function freshMetric(name: string, context: ApiContext): CustomMetricRow {
  const now = context.nowS();
  return {
    metricName: name,
    metricArn: context.arnOf("custommetric", name),
    metricType: "number",
    creationDate: now,
    lastModifiedDate: now,
  };
}

export const customMetrics = defineFamily({
  handlers: {
    CreateCustomMetric({ metricName, metricType, displayName, tags }: Members, context) {
      const known = customMetricsOf(context).get(metricName);
      if (known !== undefined) throw alreadyExists("Custom metric", metricName, known.metricArn);
      const row = {
        ...freshMetric(metricName, context),
        metricType,
        ...(displayName !== undefined && { displayName }),
      };
      customMetricsOf(context).put(metricName, row);
      keepTags(row.metricArn, tags ?? [], context);
      return row;
    },
    DescribeCustomMetric: ({ metricName }: Members, context) => metricOf(metricName, context),
    UpdateCustomMetric({ metricName, displayName = "" }: Members, context) {
      const row = {
        ...metricOf(metricName, context),
        displayName,
        lastModifiedDate: context.nowS(),
      };
      customMetricsOf(context).put(metricName, row);
      return row;
    },
    DeleteCustomMetric({ metricName }: Members, context) {
      customMetricsOf(context).delete(metricName);
      return {};
    },
    ListCustomMetrics(input: Paged, context) {
      const { page, next } = pageOf(customMetricsOf(context).rows(), input);
      return { metricNames: page.map(({ metricName }) => metricName), ...next };
    },
  },
  imports: {
    DescribeCustomMetric(_input: object, output: CustomMetricRow, context) {
      customMetricsOf(context).put(output.metricName, output);
    },
    ListCustomMetrics(_input: object, { metricNames }: { metricNames: string[] }, context) {
      for (const name of metricNames) {
        if (customMetricsOf(context).get(name) === undefined)
          customMetricsOf(context).put(name, freshMetric(name, context));
      }
    },
  },
});
