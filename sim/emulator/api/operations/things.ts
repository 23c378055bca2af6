/** Things, and the principals that act for them. */
import { alreadyExists, invalid, notFound, ServiceError } from "../errors.ts";
import {
  type ApiContext,
  defineFamily,
  type Paged,
  pageOf,
  required,
  requireVersion,
} from "../operation.ts";

export interface ThingRow {
  thingName: string;
  thingArn: string;
  thingId: string;
  thingTypeName?: string;
  billingGroupName?: string;
  attributes: Record<string, string>;
  version: number;
  /** ARNs of certificates. */
  principals: string[];
  /** Names of static groups. */
  groups: string[];
}

interface Members {
  thingName: string;
  thingTypeName?: string;
  billingGroupName?: string;
  attributePayload?: { attributes?: Record<string, string>; merge?: boolean };
}

interface Update extends Members {
  expectedVersion?: number;
  removeThingType?: boolean;
}

interface Attachment {
  thingName: string;
  principal: string;
}

interface ThingFilter extends Paged {
  attributeName?: string;
  attributeValue?: string;
  thingTypeName?: string;
  usePrefixAttributeValue?: boolean;
}

/** Of a thing without a type, and of one with a type (AWS IoT quotas). */
const ATTRIBUTES_MAX = 3;
const ATTRIBUTES_OF_TYPE_MAX = 50;

export const thingsOf = ({ registry }: ApiContext) => registry.table<ThingRow>("things");

export function thingOf(name: string, context: ApiContext): ThingRow {
  return required(thingsOf(context), "Thing", name);
}

export function freshThing(name: string, context: ApiContext): ThingRow {
  return {
    thingName: name,
    thingArn: context.arnOf("thing", name),
    thingId: context.newUuid(),
    attributes: {},
    version: 1,
    principals: [],
    groups: [],
  };
}

/** Changes a thing that is there. */
export function changeThing(name: string, change: Partial<ThingRow>, context: ApiContext): void {
  thingsOf(context).put(name, { ...thingOf(name, context), ...change });
}

/** As DescribeThing answers. */
const describe = (row: ThingRow) => ({ ...row, defaultClientId: row.thingName });

/** The attributes after a payload: in their place, or on top of them. An empty value deletes. */
function attributesOf(row: ThingRow, { attributePayload: payload }: Members) {
  if (payload?.attributes === undefined) return row.attributes;
  const merged = payload.merge ? { ...row.attributes, ...payload.attributes } : payload.attributes;
  const kept = Object.entries(merged).filter(([, value]) => value !== "");
  const most = row.thingTypeName === undefined ? ATTRIBUTES_MAX : ATTRIBUTES_OF_TYPE_MAX;
  if (kept.length > most) throw invalid(`A thing like this has at most ${most} attributes`);
  return Object.fromEntries(kept);
}

function requireType(name: string | undefined, { registry }: ApiContext): void {
  if (name === undefined) return;
  const type = registry
    .table<{ thingTypeMetadata: { deprecated: boolean } }>("thingTypes")
    .get(name);
  if (type === undefined) throw notFound("Thing type", name);
  if (type.thingTypeMetadata.deprecated) throw invalid(`Thing type ${name} is deprecated`);
}

export const things = defineFamily({
  handlers: {
    CreateThing(input: Members, context) {
      const { thingName: name, thingTypeName, billingGroupName } = input;
      requireType(thingTypeName, context);
      const fresh = {
        ...freshThing(name, context),
        ...(thingTypeName !== undefined && { thingTypeName }),
        ...(billingGroupName !== undefined && { billingGroupName }),
      };
      const row = { ...fresh, attributes: attributesOf(fresh, input) };
      const known = thingsOf(context).get(name);
      // Making the same thing again is no error.
      if (known !== undefined) {
        const isSame =
          JSON.stringify([known.attributes, known.thingTypeName]) ===
          JSON.stringify([row.attributes, thingTypeName]);
        if (!isSame) throw alreadyExists("Thing", name, known.thingArn);
        return known;
      }
      thingsOf(context).put(name, row);
      return row;
    },
    DescribeThing: ({ thingName }: Members, context) => describe(thingOf(thingName, context)),
    UpdateThing(input: Update, context) {
      const row = thingOf(input.thingName, context);
      requireVersion(`Thing ${input.thingName}`, row.version, input.expectedVersion);
      requireType(input.thingTypeName, context);
      const next = { ...row, version: row.version + 1 };
      if (input.removeThingType === true) delete next.thingTypeName;
      if (input.thingTypeName !== undefined) next.thingTypeName = input.thingTypeName;
      next.attributes = attributesOf(next, input);
      thingsOf(context).put(input.thingName, next);
      return {};
    },
    DeleteThing({ thingName, expectedVersion }: Update, context) {
      const row = thingsOf(context).get(thingName);
      if (row === undefined) return {};
      requireVersion(`Thing ${thingName}`, row.version, expectedVersion);
      if (row.principals.length > 0) {
        throw invalid(`Thing ${thingName} cannot be deleted: principals are attached to it`);
      }
      thingsOf(context).delete(thingName);
      return {};
    },
    ListThings(input: ThingFilter, context) {
      const rows = thingsOf(context)
        .rows()
        .filter((row) => isWanted(row, input));
      const { page, next } = pageOf(rows, input);
      return { things: page, ...next };
    },
    AttachThingPrincipal({ thingName, principal }: Attachment, context) {
      const { principals } = thingOf(thingName, context);
      requirePrincipal(principal, context);
      changeThing(thingName, { principals: [...new Set([...principals, principal])] }, context);
      return {};
    },
    DetachThingPrincipal({ thingName, principal }: Attachment, context) {
      const { principals } = thingOf(thingName, context);
      changeThing(
        thingName,
        { principals: principals.filter((one) => one !== principal) },
        context,
      );
      return {};
    },
    ListThingPrincipals(input: Paged & { thingName: string }, context) {
      const { page, next } = pageOf(thingOf(input.thingName, context).principals, input);
      return { principals: page, ...next };
    },
    ListPrincipalThings(input: Paged & { principal: string }, context) {
      const rows = thingsOf(context)
        .rows()
        .filter(({ principals }) => principals.includes(input.principal));
      const { page, next } = pageOf(rows, input);
      return { things: page.map(({ thingName }) => thingName), ...next };
    },
  },
  imports: {
    DescribeThing(_input: object, output: ThingRow, context) {
      keepThing(output, context);
    },
    ListThings(_input: object, output: { things: ThingRow[] }, context) {
      for (const thing of output.things) keepThing(thing, context);
    },
    ListThingPrincipals(
      { thingName }: Attachment,
      { principals }: { principals: string[] },
      context,
    ) {
      keepThing({ thingName, principals }, context);
    },
  },
});

export function keepThing(
  given: Partial<ThingRow> & { thingName: string },
  context: ApiContext,
): void {
  const known = thingsOf(context).get(given.thingName) ?? freshThing(given.thingName, context);
  thingsOf(context).put(given.thingName, { ...known, ...given });
}

function isWanted({ attributes, thingTypeName }: ThingRow, filter: ThingFilter): boolean {
  const { attributeName, attributeValue = "", usePrefixAttributeValue } = filter;
  if (filter.thingTypeName !== undefined && thingTypeName !== filter.thingTypeName) return false;
  if (attributeName === undefined) return true;
  const value = attributes[attributeName];
  if (value === undefined) return false;
  if (filter.attributeValue === undefined) return true;
  return usePrefixAttributeValue ? value.startsWith(attributeValue) : value === attributeValue;
}

/** A certificate of this account; principals of Cognito are taken as they come. */
function requirePrincipal(arn: string, { registry }: ApiContext): void {
  const id = /:cert\/([0-9a-f]+)$/.exec(arn)?.[1];
  if (id === undefined) return;
  if (registry.table("certificates").get(id) === undefined) {
    throw new ServiceError("ResourceNotFoundException", `Certificate ${arn} does not exist.`);
  }
}
