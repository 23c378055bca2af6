/** IoT policies, their versions, and the certificates and groups that they are attached to. */
import { alreadyExists, invalid, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";
import { groupNamesOf, groupsOf } from "./thing-groups.ts";
import { thingOf } from "./things.ts";

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

interface PolicyVersion {
  versionId: string;
  policyDocument: string;
  isDefaultVersion: boolean;
  createDate: number;
}

interface Members {
  policyName: string;
  policyDocument: string;
  policyVersionId: string;
  setAsDefault?: boolean;
  target: string;
  tags?: Tag[];
}

/** AWS IoT quotas. */
const VERSIONS_MAX = 5;
const DOCUMENT_BYTES_MAX = 2048;
const POLICIES_OF_TARGET_MAX = 10;

export const policiesOf = ({ registry }: ApiContext) => registry.table<PolicyRow>("policies");
const policyOf = (name: string, context: ApiContext) =>
  required(policiesOf(context), "Policy", name);

export const defaultOf = ({ versions }: PolicyRow) =>
  versions.find(({ isDefaultVersion }) => isDefaultVersion) ?? versions[0];

function freshPolicy(name: string, context: ApiContext, document = emptyDocument): PolicyRow {
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

const emptyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [] });

function requireDocument(text: string): void {
  const refuse = (why: string) => new ServiceError("MalformedPolicyException", why);
  // White space does not count.
  if (Buffer.byteLength(text.replace(/\s+/g, "")) > DOCUMENT_BYTES_MAX) {
    throw refuse(`The policy document is longer than ${DOCUMENT_BYTES_MAX} bytes`);
  }
  let document: { Version?: unknown; Statement?: unknown };
  try {
    document = JSON.parse(text);
  } catch {
    throw refuse("The policy document is not JSON");
  }
  const statements = Array.isArray(document?.Statement)
    ? document.Statement
    : [document?.Statement];
  const isWhole = (one: unknown) =>
    typeof one === "object" &&
    one !== null &&
    "Effect" in one &&
    "Action" in one &&
    "Resource" in one;
  if (!statements.every(isWhole)) throw refuse("Each statement has Effect, Action and Resource");
}

function attached(target: string, context: ApiContext): PolicyRow[] {
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

const nameAndArn = ({ policyName, policyArn }: PolicyRow) => ({ policyName, policyArn });

function put(row: PolicyRow, context: ApiContext): PolicyRow {
  const next = { ...row, lastModifiedDate: context.nowS() };
  policiesOf(context).put(row.policyName, next);
  return next;
}

function attach(name: string, target: string, context: ApiContext): void {
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

function detach(name: string, target: string, context: ApiContext): void {
  const row = policyOf(name, context);
  put({ ...row, targets: row.targets.filter((one) => one !== target) }, context);
}

export const policies = defineFamily({
  handlers: {
    CreatePolicy({ policyName, policyDocument, tags }: Members, context) {
      const known = policiesOf(context).get(policyName);
      if (known !== undefined) throw alreadyExists("Policy", policyName, known.policyArn);
      requireDocument(policyDocument);
      const row = put(freshPolicy(policyName, context, policyDocument), context);
      keepTags(row.policyArn, tags ?? [], context);
      return { ...row, policyDocument, policyVersionId: "1" };
    },
    GetPolicy({ policyName }: Members, context) {
      const row = policyOf(policyName, context);
      const version = defaultOf(row);
      return {
        ...row,
        ...version,
        defaultVersionId: version?.versionId,
        generationId: String(row.lastVersion),
      };
    },
    DeletePolicy({ policyName }: Members, context) {
      const row = policyOf(policyName, context);
      if (row.targets.length > 0)
        throw conflict(
          `Cannot delete the policy ${policyName}: it is attached to ${row.targets.length} targets.`,
        );
      if (row.versions.length > 1)
        throw conflict(
          `Cannot delete the policy ${policyName}: it has versions besides the default one.`,
        );
      policiesOf(context).delete(policyName);
      return {};
    },
    ListPolicies(input: { pageSize?: number; marker?: string }, context) {
      const { page, next } = pageMarked(policiesOf(context).rows(), input);
      return { policies: page.map(nameAndArn), ...next };
    },
    CreatePolicyVersion({ policyName, policyDocument, setAsDefault = false }: Members, context) {
      const row = policyOf(policyName, context);
      requireDocument(policyDocument);
      if (row.versions.length >= VERSIONS_MAX) {
        throw new ServiceError(
          "VersionsLimitExceededException",
          `The policy ${policyName} has ${VERSIONS_MAX} versions, which is the most.`,
        );
      }
      const versionId = String(row.lastVersion + 1);
      const version = {
        versionId,
        policyDocument,
        isDefaultVersion: setAsDefault,
        createDate: context.nowS(),
      };
      const before = setAsDefault
        ? row.versions.map((one) => ({ ...one, isDefaultVersion: false }))
        : row.versions;
      put({ ...row, lastVersion: row.lastVersion + 1, versions: [version, ...before] }, context);
      return {
        policyArn: row.policyArn,
        policyDocument,
        policyVersionId: versionId,
        isDefaultVersion: setAsDefault,
      };
    },
    GetPolicyVersion({ policyName, policyVersionId }: Members, context) {
      const row = policyOf(policyName, context);
      return { ...row, ...versionOf(row, policyVersionId), policyVersionId };
    },
    ListPolicyVersions: ({ policyName }: Members, context) => ({
      policyVersions: policyOf(policyName, context).versions,
    }),
    SetDefaultPolicyVersion({ policyName, policyVersionId }: Members, context) {
      const row = policyOf(policyName, context);
      versionOf(row, policyVersionId);
      const versions = row.versions.map((one) => ({
        ...one,
        isDefaultVersion: one.versionId === policyVersionId,
      }));
      put({ ...row, versions }, context);
      return {};
    },
    DeletePolicyVersion({ policyName, policyVersionId }: Members, context) {
      const row = policyOf(policyName, context);
      if (versionOf(row, policyVersionId).isDefaultVersion)
        throw conflict("The default version of a policy cannot be deleted.");
      put(
        { ...row, versions: row.versions.filter(({ versionId }) => versionId !== policyVersionId) },
        context,
      );
      return {};
    },
    AttachPolicy({ policyName, target }: Members, context) {
      attach(policyName, target, context);
      return {};
    },
    DetachPolicy({ policyName, target }: Members, context) {
      detach(policyName, target, context);
      return {};
    },
    AttachPrincipalPolicy({ policyName, principal }: Members & { principal: string }, context) {
      attach(policyName, principal, context);
      return {};
    },
    DetachPrincipalPolicy({ policyName, principal }: Members & { principal: string }, context) {
      detach(policyName, principal, context);
      return {};
    },
    ListAttachedPolicies(input: { target: string; pageSize?: number; marker?: string }, context) {
      const { page, next } = pageMarked(attached(input.target, context), input);
      return { policies: page.map(nameAndArn), ...next };
    },
    ListPrincipalPolicies(
      input: { principal: string; pageSize?: number; marker?: string },
      context,
    ) {
      const { page, next } = pageMarked(attached(input.principal, context), input);
      return { policies: page.map(nameAndArn), ...next };
    },
    ListTargetsForPolicy(
      input: { policyName: string; pageSize?: number; marker?: string },
      context,
    ) {
      const { page, next } = pageMarked(policyOf(input.policyName, context).targets, input);
      return { targets: page, ...next };
    },
    ListPolicyPrincipals(
      input: { policyName: string; pageSize?: number; marker?: string },
      context,
    ) {
      const { page, next } = pageMarked(policyOf(input.policyName, context).targets, input);
      return { principals: page, ...next };
    },
    GetEffectivePolicies(
      { principal, thingName }: { principal?: string; thingName?: string },
      context,
    ) {
      if (principal === undefined && thingName === undefined)
        throw invalid("Name a principal or a thing");
      const rows = effectiveOf(principal, thingName, context);
      return {
        effectivePolicies: rows.map((row) => ({
          ...nameAndArn(row),
          policyDocument: defaultOf(row)?.policyDocument,
        })),
      };
    },
  },
  imports: {
    GetPolicy(_input: object, output: PolicyRow & { policyDocument: string }, context) {
      policiesOf(context).put(
        output.policyName,
        freshPolicy(output.policyName, context, output.policyDocument),
      );
    },
    ListPolicies(_input: object, output: { policies: { policyName: string }[] }, context) {
      for (const { policyName } of output.policies) keepPolicy(policyName, context);
    },
    ListPolicyVersions(
      { policyName }: Members,
      output: { policyVersions: PolicyVersion[] },
      context,
    ) {
      const row = keepPolicy(policyName, context);
      const versions = output.policyVersions.map((one) => ({
        ...one,
        policyDocument: emptyDocument,
      }));
      const last = Math.max(...versions.map(({ versionId }) => Number(versionId)));
      policiesOf(context).put(policyName, { ...row, versions, lastVersion: last });
    },
    ListAttachedPolicies(
      { target }: Members,
      output: { policies: { policyName: string }[] },
      context,
    ) {
      for (const { policyName } of output.policies)
        attach(keepPolicy(policyName, context).policyName, target, context);
    },
    GetEffectivePolicies(
      { principal }: { principal?: string },
      output: { effectivePolicies: Members[] },
      context,
    ) {
      for (const { policyName, policyDocument } of output.effectivePolicies) {
        policiesOf(context).put(policyName, freshPolicy(policyName, context, policyDocument));
        if (principal !== undefined) attach(policyName, principal, context);
      }
    },
  },
});

export function keepPolicy(name: string, context: ApiContext): PolicyRow {
  const row = policiesOf(context).get(name) ?? freshPolicy(name, context);
  policiesOf(context).put(name, row);
  return row;
}

function versionOf({ policyName, versions }: PolicyRow, id: string): PolicyVersion {
  const version = versions.find(({ versionId }) => versionId === id);
  if (version !== undefined) return version;
  throw new ServiceError(
    "ResourceNotFoundException",
    `The policy ${policyName} has no version ${id}.`,
  );
}

const conflict = (message: string) => new ServiceError("DeleteConflictException", message);

/** Older lists page by pageSize and marker. */
export function pageMarked<Row>(
  rows: readonly Row[],
  { pageSize, marker }: { pageSize?: number; marker?: string },
) {
  const { page, next } = pageOf(rows, {
    ...(pageSize !== undefined && { maxResults: pageSize }),
    ...(marker !== undefined && { nextToken: marker }),
  });
  return { page, next: next.nextToken === undefined ? {} : { nextMarker: next.nextToken } };
}
