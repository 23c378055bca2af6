/** Thing groups as the account holds them: their tree, and who is in them. */
import { invalid } from "../errors.ts";
import { type ApiContext, required } from "../operation.ts";
import { changeThing, type ThingRow, thingsOf } from "../operations/things.ts";
import { matchesQuery, readQuery } from "../query.ts";

export interface GroupRow {
  thingGroupName: string;
  thingGroupArn: string;
  thingGroupId: string;
  version: number;
  thingGroupProperties: GroupProperties;
  parentGroupName?: string;
  creationDate: number;
  /** Of dynamic groups only. */
  queryString?: string;
  queryVersion?: string;
  indexName?: string;
}

export interface GroupProperties {
  thingGroupDescription?: string;
  attributePayload?: { attributes?: Record<string, string>; merge?: boolean };
}

/** Deeper trees are refused, and more groups of one thing (AWS IoT quotas). */
export const DEPTH_MAX = 7;
export const GROUPS_OF_THING_MAX = 10;

export const groupsOf = ({ registry }: ApiContext) => registry.table<GroupRow>("thingGroups");

export const groupOf = (name: string, context: ApiContext) =>
  required(groupsOf(context), "Thing group", name);

/** From the root to the parent. */
export function ancestorsOf(row: GroupRow, context: ApiContext): GroupRow[] {
  const found: GroupRow[] = [];
  let parent = row.parentGroupName;
  while (parent !== undefined && found.length < DEPTH_MAX) {
    const up: GroupRow | undefined = groupsOf(context).get(parent);
    if (up === undefined) break;
    found.unshift(up);
    parent = up.parentGroupName;
  }
  return found;
}

export function freshGroup(name: string, context: ApiContext): GroupRow {
  return {
    thingGroupName: name,
    thingGroupArn: context.arnOf("thinggroup", name),
    thingGroupId: context.newUuid(),
    version: 1,
    thingGroupProperties: {},
    creationDate: context.nowS(),
  };
}

/** Things of a group: its own, or those that its query finds now. */
export function membersOf(name: string, recursive: boolean, context: ApiContext): ThingRow[] {
  const row = groupOf(name, context);
  const query = row.queryString === undefined ? null : readQuery(row.queryString);
  const all = thingsOf(context).rows();
  if (query !== null) return all.filter((thing) => matchesQuery(query, thing));
  const isWithin = (group: string) =>
    group === name ||
    (recursive &&
      ancestorsOf(groupsOf(context).get(group) ?? row, context).some(
        ({ thingGroupName }) => thingGroupName === name,
      ));
  return all.filter(({ groups }) => groups.some(isWithin));
}

/** Names of all groups that a thing is in: its own, those that these are in, and those by query. */
export function groupNamesOf(thing: ThingRow, context: ApiContext): string[] {
  const own = thing.groups.flatMap((name) => {
    const row = groupsOf(context).get(name);
    return row === undefined
      ? []
      : [name, ...ancestorsOf(row, context).map(({ thingGroupName }) => thingGroupName)];
  });
  const found = groupsOf(context)
    .rows()
    .filter(
      ({ queryString }) => queryString !== undefined && matchesQuery(readQuery(queryString), thing),
    );
  return [...new Set([...own, ...found.map(({ thingGroupName }) => thingGroupName)])];
}

export function join(thing: ThingRow, group: string, context: ApiContext): void {
  if (thing.groups.includes(group)) return;
  if (groupOf(group, context).queryString !== undefined)
    throw invalid(`Thing group ${group} is dynamic`);
  if (thing.groups.length >= GROUPS_OF_THING_MAX)
    throw invalid(`A thing is in at most ${GROUPS_OF_THING_MAX} groups`);
  changeThing(thing.thingName, { groups: [...thing.groups, group] }, context);
}

export function leave(thing: ThingRow, group: string, context: ApiContext): void {
  if (!thing.groups.includes(group)) return;
  changeThing(thing.thingName, { groups: thing.groups.filter((one) => one !== group) }, context);
}

export function keepGroup(
  given: Partial<GroupRow> & { thingGroupName: string },
  context: ApiContext,
): void {
  const { thingGroupName: name } = given;
  const known = groupsOf(context).get(name) ?? freshGroup(name, context);
  groupsOf(context).put(name, { ...known, ...given });
}
