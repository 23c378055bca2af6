/** Fleet indexing: questions over all things. The index is the registry itself and always up to date. */
import { notFound } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf } from "../operation.ts";
import { matchesQuery, readQuery } from "../query.ts";
import { groupNamesOf } from "../rows/thing-groups.ts";
import { type ThingRow, thingsOf } from "./things.ts";

interface Asked {
  indexName?: string;
  queryString: string;
  aggregationField?: string;
}

const INDEX = "AWS_Things";
const PERCENTS = [1, 5, 25, 50, 75, 95, 99];

function found({ indexName = INDEX, queryString }: Asked, context: ApiContext): ThingRow[] {
  if (indexName !== INDEX) throw notFound("Index", indexName);
  const query = readQuery(queryString);
  return thingsOf(context)
    .rows()
    .filter((thing) => matchesQuery(query, thing));
}

function valuesOf(asked: Asked, context: ApiContext): string[] {
  const { aggregationField: field = "registry.version" } = asked;
  const name = field.replace(/^attributes\./, "");
  return found(asked, context)
    .map((thing) => (field === "registry.version" ? String(thing.version) : thing.attributes[name]))
    .filter((value) => value !== undefined);
}

function numbersOf(asked: Asked, context: ApiContext): number[] {
  const numbers = valuesOf(asked, context)
    .map(Number)
    .filter((value) => !Number.isNaN(value));
  return numbers.sort((a, b) => a - b);
}

/** Between the two nearest ranks. */
function percentileOf(sorted: readonly number[], percent: number): number {
  const rank = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}

interface Indexing {
  thingIndexingConfiguration?: {
    thingIndexingMode?: string;
    thingConnectivityIndexingMode?: string;
  };
}

/** What UpdateIndexingConfiguration asked to be indexed, in one word. */
function schemaOf({ registry }: ApiContext): string {
  const { thingIndexingConfiguration: things = {} } =
    registry.table<Indexing>("settings").get("indexing") ?? {};
  const { thingIndexingMode: mode = "OFF", thingConnectivityIndexingMode: connectivity } = things;
  const schema = mode === "OFF" ? "REGISTRY" : mode;
  return connectivity === "STATUS" ? `${schema}_AND_CONNECTIVITY_STATUS` : schema;
}

export const indices = defineFamily({
  handlers: {
    ListIndices: () => ({ indexNames: [INDEX] }),
    DescribeIndex({ indexName }: { indexName: string }, context) {
      if (indexName !== INDEX) throw notFound("Index", indexName);
      return { indexName, indexStatus: "ACTIVE", schema: schemaOf(context) };
    },
    SearchIndex(input: Paged & Asked, context) {
      const { page, next } = pageOf(found(input, context), input);
      const things = page.map((thing) => ({
        ...thing,
        thingGroupNames: groupNamesOf(thing, context),
      }));
      return { things, ...next };
    },
    GetCardinality: (input: Asked, context) => ({
      cardinality: new Set(valuesOf(input, context)).size,
    }),
    GetPercentiles(input: Asked & { percents?: number[] }, context) {
      const sorted = numbersOf(input, context);
      const percents = input.percents ?? PERCENTS;
      return {
        percentiles:
          sorted.length === 0
            ? []
            : percents.map((percent) => ({ percent, value: percentileOf(sorted, percent) })),
      };
    },
    GetStatistics(input: Asked, context) {
      const count = found(input, context).length;
      if (input.aggregationField === undefined) return { statistics: { count } };
      const numbers = numbersOf(input, context);
      const sum = numbers.reduce((total, value) => total + value, 0);
      const sumOfSquares = numbers.reduce((total, value) => total + value * value, 0);
      const average = sum / numbers.length;
      const variance = sumOfSquares / numbers.length - average ** 2;
      if (numbers.length === 0) return { statistics: { count } };
      const [minimum, maximum] = [numbers[0], numbers.at(-1)];
      const stdDeviation = Math.sqrt(variance);
      return {
        statistics: { count, average, sum, minimum, maximum, sumOfSquares, variance, stdDeviation },
      };
    },
    GetBucketsAggregation(
      input: Asked & { bucketsAggregationType?: { termsAggregation?: { maxBuckets?: number } } },
      context,
    ) {
      const most = input.bucketsAggregationType?.termsAggregation?.maxBuckets ?? 10;
      const counts = new Map<string, number>();
      for (const value of valuesOf(input, context)) counts.set(value, (counts.get(value) ?? 0) + 1);
      const buckets = [...counts].map(([keyValue, count]) => ({ keyValue, count }));
      buckets.sort((a, b) => b.count - a.count);
      return { totalCount: found(input, context).length, buckets: buckets.slice(0, most) };
    },
  },
  imports: {
    DescribeIndex(_input: object, { schema }: { schema: string }, context) {
      const [, mode, connectivity = "OFF"] =
        /^(REGISTRY(?:_AND_SHADOW)?)(?:_AND_CONNECTIVITY_(STATUS))?$/.exec(schema) ?? [];
      const thingIndexingConfiguration = {
        thingIndexingMode: mode ?? "REGISTRY",
        thingConnectivityIndexingMode: connectivity,
      };
      context.registry.table<Indexing>("settings").put("indexing", { thingIndexingConfiguration });
    },
  },
});
