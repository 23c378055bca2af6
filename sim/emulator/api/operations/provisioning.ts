/** Provisioning templates, their versions, and claims by which a new device may use one. */
import { generateKeyPairSync } from "node:crypto";
import { alreadyExists, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

interface TemplateRow {
  templateName: string;
  templateArn: string;
  description?: string;
  enabled: boolean;
  provisioningRoleArn?: string;
  preProvisioningHook?: object;
  type?: "FLEET_PROVISIONING" | "JITP";
  defaultVersionId: number;
  creationDate: number;
  lastModifiedDate: number;
  /** In the order in which they were made. */
  versions: TemplateVersion[];
}

interface TemplateVersion {
  versionId: number;
  creationDate: number;
  templateBody: string;
}

interface Members extends Partial<TemplateRow> {
  templateName: string;
  templateBody?: string;
  setAsDefault?: boolean;
  versionId?: number;
  removePreProvisioningHook?: boolean;
  tags?: Tag[];
}

/** AWS IoT quotas. */
const VERSIONS_MAX = 5;
const CLAIM_S = 5 * 60;

const templatesOf = ({ registry }: ApiContext) =>
  registry.table<TemplateRow>("provisioningTemplates");
const templateOf = (name: string, context: ApiContext) =>
  required(templatesOf(context), "Provisioning template", name);

export function keepTemplate(given: Members, context: ApiContext): TemplateRow {
  const now = context.nowS();
  const { templateBody = "{}", ...members } = given;
  const row: TemplateRow = {
    templateArn: context.arnOf("provisioningtemplate", given.templateName),
    ...{ enabled: false, defaultVersionId: 1 },
    ...{ creationDate: now, lastModifiedDate: now },
    versions: [{ versionId: 1, creationDate: now, templateBody }],
    ...templatesOf(context).get(given.templateName),
    ...members,
  };
  templatesOf(context).put(given.templateName, row);
  return row;
}

function versionOf({ templateName, versions }: TemplateRow, id: number): TemplateVersion {
  const version = versions.find(({ versionId }) => versionId === id);
  if (version !== undefined) return version;
  throw new ServiceError(
    "ResourceNotFoundException",
    `The template ${templateName} has no version ${id}.`,
  );
}

function requireJson(body: string): void {
  try {
    JSON.parse(body);
  } catch {
    throw new ServiceError("InvalidRequestException", "templateBody is not JSON");
  }
}

export const provisioning = defineFamily({
  handlers: {
    CreateProvisioningTemplate({ tags, ...input }: Members, context) {
      const known = templatesOf(context).get(input.templateName);
      if (known !== undefined)
        throw alreadyExists("Provisioning template", input.templateName, known.templateArn);
      requireJson(input.templateBody ?? "");
      const row = keepTemplate({ type: "FLEET_PROVISIONING", ...input }, context);
      keepTags(row.templateArn, tags ?? [], context);
      return row;
    },
    DescribeProvisioningTemplate({ templateName }: Members, context) {
      const row = templateOf(templateName, context);
      return { ...row, templateBody: versionOf(row, row.defaultVersionId).templateBody };
    },
    UpdateProvisioningTemplate({ removePreProvisioningHook, ...input }: Members, context) {
      const row = templateOf(input.templateName, context);
      if (input.defaultVersionId !== undefined) versionOf(row, input.defaultVersionId);
      const next = { ...row, ...input, lastModifiedDate: context.nowS() };
      if (removePreProvisioningHook === true) delete next.preProvisioningHook;
      templatesOf(context).put(input.templateName, next);
      return {};
    },
    DeleteProvisioningTemplate({ templateName }: Members, context) {
      templateOf(templateName, context);
      templatesOf(context).delete(templateName);
      return {};
    },
    ListProvisioningTemplates(input: Paged, context) {
      const { page, next } = pageOf(templatesOf(context).rows(), input);
      return { templates: page, ...next };
    },
    CreateProvisioningTemplateVersion(
      { templateName, templateBody = "", setAsDefault = false }: Members,
      context,
    ) {
      const row = templateOf(templateName, context);
      requireJson(templateBody);
      if (row.versions.length >= VERSIONS_MAX) {
        throw new ServiceError(
          "VersionsLimitExceededException",
          `The template ${templateName} has ${VERSIONS_MAX} versions, which is the most.`,
        );
      }
      const versionId = Math.max(...row.versions.map((one) => one.versionId)) + 1;
      const versions = [...row.versions, { versionId, creationDate: context.nowS(), templateBody }];
      keepTemplate(
        { templateName, versions, ...(setAsDefault && { defaultVersionId: versionId }) },
        context,
      );
      return {
        templateArn: row.templateArn,
        templateName,
        versionId,
        isDefaultVersion: setAsDefault,
      };
    },
    DescribeProvisioningTemplateVersion({ templateName, versionId = 0 }: Members, context) {
      const row = templateOf(templateName, context);
      return { ...versionOf(row, versionId), isDefaultVersion: row.defaultVersionId === versionId };
    },
    DeleteProvisioningTemplateVersion({ templateName, versionId = 0 }: Members, context) {
      const row = templateOf(templateName, context);
      versionOf(row, versionId);
      if (row.defaultVersionId === versionId)
        throw new ServiceError("DeleteConflictException", "The default version cannot be deleted.");
      keepTemplate(
        { templateName, versions: row.versions.filter((one) => one.versionId !== versionId) },
        context,
      );
      return {};
    },
    ListProvisioningTemplateVersions(input: Paged & { templateName: string }, context) {
      const { versions, defaultVersionId } = templateOf(input.templateName, context);
      const { page, next } = pageOf(versions, input);
      return {
        versions: page.map((one) => ({
          ...one,
          isDefaultVersion: one.versionId === defaultVersionId,
        })),
        ...next,
      };
    },
    async CreateProvisioningClaim({ templateName }: Members, context) {
      templateOf(templateName, context);
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const certificatePem = await context.issue(
        publicKey.export({ type: "spki", format: "der" }),
        `Claim ${templateName}`,
      );
      return {
        certificateId: context.newHex(64),
        certificatePem,
        keyPair: {
          PublicKey: publicKey.export({ type: "spki", format: "pem" }),
          PrivateKey: privateKey.export({ type: "pkcs1", format: "pem" }),
        },
        expiration: context.nowS() + CLAIM_S,
      };
    },
  },
  imports: {
    DescribeProvisioningTemplate: (_input: object, output: Members, context) =>
      void keepTemplate(output, context),
    ListProvisioningTemplates(_input: object, output: { templates: Members[] }, context) {
      for (const template of output.templates) keepTemplate(template, context);
    },
    ListProvisioningTemplateVersions(
      { templateName }: Members,
      output: { versions: (TemplateVersion & { isDefaultVersion: boolean })[] },
      context,
    ) {
      const versions = output.versions.map((one) => ({ ...one, templateBody: "{}" }));
      const chosen =
        output.versions.find(({ isDefaultVersion }) => isDefaultVersion)?.versionId ?? 1;
      keepTemplate({ templateName, versions, defaultVersionId: chosen }, context);
    },
  },
});
