/** Billing groups: each thing is in at most one. */
import { alreadyExists, invalid } from "../errors.ts";
import {
  type ApiContext,
  defineFamily,
  type Paged,
  pageOf,
  required,
  requireVersion,
} from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";
import { changeThing, keepThing, thingOf, thingsOf } from "./things.ts";

interface BillingRow {
  billingGroupName: string;
  billingGroupArn: string;
  billingGroupId: string;
  version: number;
  billingGroupProperties: { billingGroupDescription?: string };
  billingGroupMetadata: { creationDate: number };
}

interface Members {
  billingGroupName: string;
  billingGroupProperties?: BillingRow["billingGroupProperties"];
  expectedVersion?: number;
  tags?: Tag[];
}

interface Membership {
  billingGroupName?: string;
  billingGroupArn?: string;
  thingName?: string;
  thingArn?: string;
}

const billingOf = ({ registry }: ApiContext) => registry.table<BillingRow>("billingGroups");
const groupOf = (name: string, context: ApiContext) =>
  required(billingOf(context), "Billing group", name);

function freshGroup(name: string, context: ApiContext): BillingRow {
  return {
    billingGroupName: name,
    billingGroupArn: context.arnOf("billinggroup", name),
    billingGroupId: context.newUuid(),
    version: 1,
    billingGroupProperties: {},
    billingGroupMetadata: { creationDate: context.nowS() },
  };
}

function endsOf(input: Membership): { group: string; thing: string } {
  const group = input.billingGroupName ?? input.billingGroupArn?.split("billinggroup/")[1];
  const thing = input.thingName ?? input.thingArn?.split("thing/")[1];
  if (group === undefined || thing === undefined) throw invalid("Name a thing and a billing group");
  return { group, thing };
}

function keepGroup(given: Partial<BillingRow> & { billingGroupName: string }, context: ApiContext) {
  const { billingGroupName: name } = given;
  const known = billingOf(context).get(name) ?? freshGroup(name, context);
  billingOf(context).put(name, { ...known, ...given });
}

export const billingGroups = defineFamily({
  handlers: {
    CreateBillingGroup(
      { billingGroupName: name, billingGroupProperties = {}, tags }: Members,
      context,
    ) {
      const known = billingOf(context).get(name);
      if (known !== undefined) throw alreadyExists("Billing group", name, known.billingGroupArn);
      const row = { ...freshGroup(name, context), billingGroupProperties };
      billingOf(context).put(name, row);
      keepTags(row.billingGroupArn, tags ?? [], context);
      return row;
    },
    DescribeBillingGroup: ({ billingGroupName }: Members, context) =>
      groupOf(billingGroupName, context),
    UpdateBillingGroup(
      { billingGroupName: name, billingGroupProperties, expectedVersion }: Members,
      context,
    ) {
      const row = groupOf(name, context);
      requireVersion(`Billing group ${name}`, row.version, expectedVersion);
      const properties = { ...row.billingGroupProperties, ...billingGroupProperties };
      const next = { ...row, version: row.version + 1, billingGroupProperties: properties };
      billingOf(context).put(name, next);
      return { version: next.version };
    },
    DeleteBillingGroup({ billingGroupName: name, expectedVersion }: Members, context) {
      const row = billingOf(context).get(name);
      if (row === undefined) return {};
      requireVersion(`Billing group ${name}`, row.version, expectedVersion);
      billingOf(context).delete(name);
      for (const thing of thingsOf(context).rows()) leave(thing.thingName, name, context);
      return {};
    },
    ListBillingGroups(input: Paged & { namePrefixFilter?: string }, context) {
      const { namePrefixFilter = "" } = input;
      const rows = billingOf(context)
        .rows()
        .filter((row) => row.billingGroupName.startsWith(namePrefixFilter));
      const { page, next } = pageOf(rows, input);
      const groups = page.map((row) => ({
        groupName: row.billingGroupName,
        groupArn: row.billingGroupArn,
      }));
      return { billingGroups: groups, ...next };
    },
    AddThingToBillingGroup(input: Membership, context) {
      const { group, thing } = endsOf(input);
      groupOf(group, context);
      changeThing(thing, { billingGroupName: group }, context);
      return {};
    },
    RemoveThingFromBillingGroup(input: Membership, context) {
      const { group, thing } = endsOf(input);
      groupOf(group, context);
      thingOf(thing, context);
      leave(thing, group, context);
      return {};
    },
    ListThingsInBillingGroup(input: Paged & { billingGroupName: string }, context) {
      groupOf(input.billingGroupName, context);
      const rows = thingsOf(context)
        .rows()
        .filter((row) => row.billingGroupName === input.billingGroupName);
      const { page, next } = pageOf(rows, input);
      return { things: page.map(({ thingName }) => thingName), ...next };
    },
  },
  imports: {
    DescribeBillingGroup: (_input: object, output: BillingRow, context) =>
      keepGroup(output, context),
    ListBillingGroups(_input: object, output: { billingGroups: { groupName: string }[] }, context) {
      for (const { groupName } of output.billingGroups)
        keepGroup({ billingGroupName: groupName }, context);
    },
    ListThingsInBillingGroup({ billingGroupName }: Members, output: { things: string[] }, context) {
      keepGroup({ billingGroupName }, context);
      for (const thingName of output.things) keepThing({ thingName, billingGroupName }, context);
    },
  },
});

function leave(thing: string, group: string, context: ApiContext): void {
  const { billingGroupName, ...rest } = thingOf(thing, context);
  if (billingGroupName === group) thingsOf(context).put(thing, rest);
}
