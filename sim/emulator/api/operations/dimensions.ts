/** Dimensions: topic filters by which a metric is told apart. */
import { alreadyExists } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

interface DimensionRow {
  name: string;
  arn: string;
  type: "TOPIC_FILTER";
  stringValues: string[];
  creationDate: number;
  lastModifiedDate: number;
}

type Members = Pick<DimensionRow, "name" | "type" | "stringValues"> & { tags?: Tag[] };

const dimensionsOf = ({ registry }: ApiContext) => registry.table<DimensionRow>("dimensions");

const dimensionOf = (name: string, context: ApiContext) =>
  required(dimensionsOf(context), "Dimension", name);

function freshDimension(name: string, context: ApiContext): DimensionRow {
  const now = context.nowS();
  const arn = context.arnOf("dimension", name);
  const dates = { creationDate: now, lastModifiedDate: now };
  return { name, arn, type: "TOPIC_FILTER", stringValues: [], ...dates };
}

export const dimensions = defineFamily({
  handlers: {
    CreateDimension({ name, type, stringValues, tags }: Members, context) {
      const known = dimensionsOf(context).get(name);
      if (known !== undefined) throw alreadyExists("Dimension", name, known.arn);
      const row = { ...freshDimension(name, context), type, stringValues };
      dimensionsOf(context).put(name, row);
      keepTags(row.arn, tags ?? [], context);
      return row;
    },
    DescribeDimension: ({ name }: Members, context) => dimensionOf(name, context),
    UpdateDimension({ name, stringValues }: Members, context) {
      const row = { ...dimensionOf(name, context), stringValues, lastModifiedDate: context.nowS() };
      dimensionsOf(context).put(name, row);
      return row;
    },
    DeleteDimension({ name }: Members, context) {
      dimensionsOf(context).delete(name);
      return {};
    },
    ListDimensions(input: Paged, context) {
      const { page, next } = pageOf(dimensionsOf(context).rows(), input);
      return { dimensionNames: page.map(({ name }) => name), ...next };
    },
  },
  imports: {
    DescribeDimension(_input: object, output: DimensionRow, context) {
      dimensionsOf(context).put(output.name, output);
    },
    ListDimensions(_input: object, { dimensionNames }: { dimensionNames: string[] }, context) {
      for (const name of dimensionNames) {
        if (dimensionsOf(context).get(name) === undefined)
          dimensionsOf(context).put(name, freshDimension(name, context));
      }
    },
  },
});
