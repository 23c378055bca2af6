/** Policies as the account holds them: versions, and what they are attached to. */
import { ServiceError } from "../errors.ts";
import { type ApiContext, required } from "../operation.ts";
import { thingOf } from "../operations/things.ts";
import { groupNamesOf, groupsOf } from "./thing-groups.ts";

export interface PolicyRow {
  policyName: string;
  policyArn: string;
  versions: PolicyVersion[];
  /** Number of the newest version ever made: they are not used again. */
  lastVersion: number;
  creationDate: number;
  lastModifiedDate: number;
  /** ARNs of certificates and of thing groups. */
  targets: string[];
}

export interface PolicyVersion {
  versionId: string;
  policyDocument: string;
  isDefaultVersion: boolean;
  createDate: number;
}
export const POLICIES_OF_TARGET_MAX = 10;

export const policiesOf = ({ registry }: ApiContext) => registry.table<PolicyRow>("policies");
export const policyOf = (name: string, context: ApiContext) =>
  required(policiesOf(context), "Policy", name);

export const defaultOf = ({ versions }: PolicyRow) =>
  versions.find(({ isDefaultVersion }) => isDefaultVersion) ?? versions[0];

export function freshPolicy(
  name: string,
  context: ApiContext,
  document = emptyDocument,
): PolicyRow {
  const now = context.nowS();
  const version = {
    versionId: "1",
    policyDocument: document,
    isDefaultVersion: true,
    createDate: now,
  };
  return {
    policyName: name,
    policyArn: context.arnOf("policy", name),
    versions: [version],
    lastVersion: 1,
    creationDate: now,
    lastModifiedDate: now,
    targets: [],
  };
}

export const emptyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });

export function attached(target: string, context: ApiContext): PolicyRow[] {
  return policiesOf(context)
    .rows()
    .filter(({ targets }) => targets.includes(target));
}

/** Policies that hold for a principal, with those of the groups of a thing. */
export function effectiveOf(
  principal: string | undefined,
  thingName: string | undefined,
  context: ApiContext,
): PolicyRow[] {
  const groups = thingName === undefined ? [] : groupNamesOf(thingOf(thingName, context), context);
  const arns = groups.map((name) => groupsOf(context).get(name)?.thingGroupArn ?? "");
  const targets = [...(principal === undefined ? [] : [principal]), ...arns];
  return [...new Set(targets.flatMap((target) => attached(target, context)))];
}

export function put(row: PolicyRow, context: ApiContext): PolicyRow {
  const next = { ...row, lastModifiedDate: context.nowS() };
  policiesOf(context).put(row.policyName, next);
  return next;
}

export function attach(name: string, target: string, context: ApiContext): void {
  const row = policyOf(name, context);
  if (row.targets.includes(target)) return;
  if (attached(target, context).length >= POLICIES_OF_TARGET_MAX) {
    throw new ServiceError(
      "LimitExceededException",
      `${target} has ${POLICIES_OF_TARGET_MAX} policies, which is the most.`,
    );
  }
  put({ ...row, targets: [...row.targets, target] }, context);
}

export function detach(name: string, target: string, context: ApiContext): void {
  const row = policyOf(name, context);
  put({ ...row, targets: row.targets.filter((one) => one !== target) }, context);
}

export function keepPolicy(name: string, context: ApiContext): PolicyRow {
  const row = policiesOf(context).get(name) ?? freshPolicy(name, context);
  policiesOf(context).put(name, row);
  return row;
}

export function versionOf({ policyName, versions }: PolicyRow, id: string): PolicyVersion {
  const version = versions.find(({ versionId }) => versionId === id);
  if (version !== undefined) return version;
  throw new ServiceError(
    "ResourceNotFoundException",
    `The policy ${policyName} has no version ${id}.`,
  );
}
