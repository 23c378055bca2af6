/** IoT policies, their versions, and the certificates and groups that they are attached to. */
import { alreadyExists, invalid, ServiceError } from "../errors.ts";
import { defineFamily, pageMarked } from "../operation.ts";
import {
  attach,
  attached,
  defaultOf,
  detach,
  effectiveOf,
  emptyDocument,
  freshPolicy,
  keepPolicy,
  type PolicyRow,
  type PolicyVersion,
  policiesOf,
  policyOf,
  put,
  versionOf,
} from "../rows/policies.ts";
import { keepTags, type Tag } from "../tags.ts";

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

const nameAndArn = ({ policyName, policyArn }: PolicyRow) => ({ policyName, policyArn });

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

const conflict = (message: string) => new ServiceError("DeleteConflictException", message);
