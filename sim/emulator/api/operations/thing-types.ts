/** Thing types. */
import { alreadyExists, invalid } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";
import { thingsOf } from "./things.ts";

interface TypeRow {
  thingTypeName: string;
  thingTypeArn: string;
  thingTypeId: string;
  thingTypeProperties: { thingTypeDescription?: string; searchableAttributes?: string[] };
  thingTypeMetadata: { deprecated: boolean; deprecationDate?: number; creationDate: number };
}

interface Members {
  thingTypeName: string;
  thingTypeProperties?: TypeRow["thingTypeProperties"];
  tags?: Tag[];
}

/** A type can be deleted so long after it was deprecated. */
const DEPRECATED_S_MIN = 5 * 60;

const typesOf = ({ registry }: ApiContext) => registry.table<TypeRow>("thingTypes");
const typeOf = (name: string, context: ApiContext) =>
  required(typesOf(context), "Thing type", name);

function freshType(name: string, context: ApiContext): TypeRow {
  return {
    thingTypeName: name,
    thingTypeArn: context.arnOf("thingtype", name),
    thingTypeId: context.newUuid(),
    thingTypeProperties: {},
    thingTypeMetadata: { deprecated: false, creationDate: context.nowS() },
  };
}

export const thingTypes = defineFamily({
  handlers: {
    CreateThingType({ thingTypeName: name, thingTypeProperties = {}, tags }: Members, context) {
      const known = typesOf(context).get(name);
      if (known !== undefined) throw alreadyExists("Thing type", name, known.thingTypeArn);
      const row = { ...freshType(name, context), thingTypeProperties };
      typesOf(context).put(name, row);
      keepTags(row.thingTypeArn, tags ?? [], context);
      return row;
    },
    DescribeThingType: ({ thingTypeName }: Members, context) => typeOf(thingTypeName, context),
    DeprecateThingType(
      { thingTypeName, undoDeprecate = false }: Members & { undoDeprecate?: boolean },
      context,
    ) {
      const row = typeOf(thingTypeName, context);
      const { creationDate } = row.thingTypeMetadata;
      const metadata = undoDeprecate
        ? { deprecated: false, creationDate }
        : { deprecated: true, deprecationDate: context.nowS(), creationDate };
      typesOf(context).put(thingTypeName, { ...row, thingTypeMetadata: metadata });
      return {};
    },
    DeleteThingType({ thingTypeName }: Members, context) {
      const { thingTypeMetadata: metadata } = typeOf(thingTypeName, context);
      if (!metadata.deprecated)
        throw invalid(`Thing type ${thingTypeName} must be deprecated first`);
      if (context.nowS() - (metadata.deprecationDate ?? 0) < DEPRECATED_S_MIN) {
        throw invalid(`Thing type ${thingTypeName} was deprecated less than 5 minutes ago`);
      }
      if (
        thingsOf(context)
          .rows()
          .some((thing) => thing.thingTypeName === thingTypeName)
      ) {
        throw invalid(`Things have the type ${thingTypeName}`);
      }
      typesOf(context).delete(thingTypeName);
      return {};
    },
    ListThingTypes(input: Paged & { thingTypeName?: string }, context) {
      const prefix = input.thingTypeName ?? "";
      const rows = typesOf(context)
        .rows()
        .filter(({ thingTypeName }) => thingTypeName.startsWith(prefix));
      const { page, next } = pageOf(rows, input);
      return { thingTypes: page, ...next };
    },
  },
  imports: {
    DescribeThingType: (_input: object, output: TypeRow, context) =>
      typesOf(context).put(output.thingTypeName, {
        ...freshType(output.thingTypeName, context),
        ...output,
      }),
    ListThingTypes(_input: object, output: { thingTypes: TypeRow[] }, context) {
      for (const row of output.thingTypes) {
        const known =
          typesOf(context).get(row.thingTypeName) ?? freshType(row.thingTypeName, context);
        typesOf(context).put(row.thingTypeName, { ...known, ...row });
      }
    },
  },
});
