/** Thing groups, static and by query, and billing groups are billing-groups.ts's. */
import { alreadyExists, invalid } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, requireVersion } from "../operation.ts";
import { readQuery } from "../query.ts";
import {
  ancestorsOf,
  DEPTH_MAX,
  freshGroup,
  type GroupProperties,
  type GroupRow,
  groupOf,
  groupsOf,
  join,
  keepGroup,
  leave,
  membersOf,
} from "../rows/thing-groups.ts";
import { keepTags, type Tag } from "../tags.ts";
import { keepThing, thingOf, thingsOf } from "./things.ts";

interface Members {
  thingGroupName: string;
  parentGroupName?: string;
  thingGroupProperties?: GroupProperties;
  queryString?: string;
  queryVersion?: string;
  indexName?: string;
  expectedVersion?: number;
  tags?: Tag[];
}

interface Membership {
  thingGroupName?: string;
  thingGroupArn?: string;
  thingName?: string;
  thingArn?: string;
}
const QUERY_VERSION = "2017-09-30";

const nameAndArn = ({ thingGroupName, thingGroupArn }: GroupRow) => ({
  groupName: thingGroupName,
  groupArn: thingGroupArn,
});

function describe(row: GroupRow, context: ApiContext) {
  const { parentGroupName, creationDate } = row;
  const roots = ancestorsOf(row, context).map(nameAndArn);
  const metadata = {
    ...(parentGroupName !== undefined && { parentGroupName, rootToParentThingGroups: roots }),
    creationDate,
  };
  const status = row.queryString === undefined ? {} : { status: "ACTIVE" };
  return { ...row, thingGroupMetadata: metadata, ...status };
}

function createGroup(
  { tags, expectedVersion: _, ...input }: Members,
  context: ApiContext,
): GroupRow {
  const { thingGroupName: name, parentGroupName } = input;
  const known = groupsOf(context).get(name);
  if (known !== undefined) throw alreadyExists("Thing group", name, known.thingGroupArn);
  const row = { ...freshGroup(name, context), ...input };
  if (parentGroupName !== undefined) {
    groupOf(parentGroupName, context);
    if (ancestorsOf(row, context).length >= DEPTH_MAX)
      throw invalid(`Groups nest at most ${DEPTH_MAX} deep`);
  }
  groupsOf(context).put(name, row);
  keepTags(row.thingGroupArn, tags ?? [], context);
  return row;
}

function updateGroup(input: Members, context: ApiContext) {
  const row = groupOf(input.thingGroupName, context);
  requireVersion(`Thing group ${input.thingGroupName}`, row.version, input.expectedVersion);
  const { thingGroupProperties: properties = {}, queryString, queryVersion, indexName } = input;
  const { attributePayload: payload } = properties;
  const before = row.thingGroupProperties.attributePayload?.attributes ?? {};
  const attributes = payload?.merge ? { ...before, ...payload.attributes } : payload?.attributes;
  const next = {
    ...row,
    version: row.version + 1,
    thingGroupProperties: {
      ...row.thingGroupProperties,
      ...properties,
      ...(attributes !== undefined && { attributePayload: { attributes } }),
    },
    ...(queryString !== undefined && { queryString }),
    ...(queryVersion !== undefined && { queryVersion }),
    ...(indexName !== undefined && { indexName }),
  };
  groupsOf(context).put(input.thingGroupName, next);
  return { version: next.version };
}

function deleteGroup({ thingGroupName: name, expectedVersion }: Members, context: ApiContext) {
  const row = groupsOf(context).get(name);
  if (row === undefined) return {};
  requireVersion(`Thing group ${name}`, row.version, expectedVersion);
  if (
    groupsOf(context)
      .rows()
      .some(({ parentGroupName }) => parentGroupName === name)
  ) {
    throw invalid(`Thing group ${name} has child groups`);
  }
  for (const thing of thingsOf(context).rows()) leave(thing, name, context);
  groupsOf(context).delete(name);
  return {};
}

/** Both ends by name or by ARN. */
function endsOf(input: Membership): { group: string; thing: string } {
  const group = input.thingGroupName ?? input.thingGroupArn?.split("thinggroup/")[1];
  const thing = input.thingName ?? input.thingArn?.split("thing/")[1];
  if (group === undefined || thing === undefined) throw invalid("Name a thing and a thing group");
  return { group, thing };
}

export const thingGroups = defineFamily({
  handlers: {
    CreateThingGroup: createGroup,
    CreateDynamicThingGroup: (input: Members & { queryString: string }, context) => {
      readQuery(input.queryString);
      const defaults = { indexName: "AWS_Things", queryVersion: QUERY_VERSION };
      return createGroup({ ...defaults, ...input }, context);
    },
    DescribeThingGroup: ({ thingGroupName }: Members, context) =>
      describe(groupOf(thingGroupName, context), context),
    UpdateThingGroup: updateGroup,
    UpdateDynamicThingGroup: updateGroup,
    DeleteThingGroup: deleteGroup,
    DeleteDynamicThingGroup: deleteGroup,
    ListThingGroups(
      input: Paged & { parentGroup?: string; namePrefixFilter?: string; recursive?: boolean },
      context,
    ) {
      const { parentGroup, namePrefixFilter = "", recursive = true } = input;
      if (parentGroup !== undefined) groupOf(parentGroup, context);
      const isBelow = (row: GroupRow) =>
        parentGroup === undefined
          ? recursive || row.parentGroupName === undefined
          : recursive
            ? ancestorsOf(row, context).some(({ thingGroupName }) => thingGroupName === parentGroup)
            : row.parentGroupName === parentGroup;
      const rows = groupsOf(context)
        .rows()
        .filter((row) => row.thingGroupName.startsWith(namePrefixFilter) && isBelow(row));
      const { page, next } = pageOf(rows, input);
      return { thingGroups: page.map(nameAndArn), ...next };
    },
    AddThingToThingGroup(input: Membership, context) {
      const { group, thing } = endsOf(input);
      join(thingOf(thing, context), group, context);
      return {};
    },
    RemoveThingFromThingGroup(input: Membership, context) {
      const { group, thing } = endsOf(input);
      groupOf(group, context);
      leave(thingOf(thing, context), group, context);
      return {};
    },
    UpdateThingGroupsForThing(
      input: { thingName: string; thingGroupsToAdd?: string[]; thingGroupsToRemove?: string[] },
      context,
    ) {
      for (const name of input.thingGroupsToRemove ?? [])
        leave(thingOf(input.thingName, context), name, context);
      for (const name of input.thingGroupsToAdd ?? [])
        join(thingOf(input.thingName, context), name, context);
      return {};
    },
    ListThingsInThingGroup(
      input: Paged & { thingGroupName: string; recursive?: boolean },
      context,
    ) {
      const members = membersOf(input.thingGroupName, input.recursive ?? false, context);
      const { page, next } = pageOf(members, input);
      return { things: page.map(({ thingName }) => thingName), ...next };
    },
    ListThingGroupsForThing(input: Paged & { thingName: string }, context) {
      const names = thingOf(input.thingName, context).groups;
      const { page, next } = pageOf(names, input);
      return { thingGroups: page.map((name) => nameAndArn(groupOf(name, context))), ...next };
    },
  },
  imports: {
    DescribeThingGroup(
      _input: object,
      output: GroupRow & { thingGroupMetadata?: Imported },
      context,
    ) {
      const { thingGroupMetadata: metadata, ...row } = output;
      for (const { groupName } of metadata?.rootToParentThingGroups ?? [])
        keepGroup({ thingGroupName: groupName }, context);
      const { creationDate, parentGroupName } = metadata ?? {};
      keepGroup(
        {
          ...row,
          ...(creationDate !== undefined && { creationDate }),
          ...(parentGroupName !== undefined && { parentGroupName }),
        },
        context,
      );
    },
    ListThingGroups(_input: object, output: { thingGroups: { groupName: string }[] }, context) {
      for (const { groupName } of output.thingGroups)
        keepGroup({ thingGroupName: groupName }, context);
    },
    ListThingsInThingGroup({ thingGroupName }: Members, output: { things: string[] }, context) {
      keepGroup({ thingGroupName }, context);
      for (const thingName of output.things) {
        keepThing({ thingName }, context);
        join(thingOf(thingName, context), thingGroupName, context);
      }
    },
  },
});

interface Imported {
  creationDate?: number;
  parentGroupName?: string;
  rootToParentThingGroups?: { groupName: string }[];
}
