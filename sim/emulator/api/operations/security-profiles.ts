/** Security profiles and what they are attached to. */
import { parseProfile } from "../../../../agent/detect/parse-profile.ts";
import type { Behavior } from "../../../../agent/detect/profile.ts";
import { alreadyExists, invalid, notFound, ServiceError } from "../errors.ts";
import { type ApiContext, defineFamily, type Paged, pageOf, required } from "../operation.ts";
import { keepTags, type Tag } from "../tags.ts";

export interface ProfileRow {
  securityProfileName: string;
  securityProfileArn: string;
  securityProfileDescription?: string;
  behaviors: Behavior[];
  alertTargets?: Record<string, unknown>;
  additionalMetricsToRetain?: string[];
  additionalMetricsToRetainV2?: unknown[];
  metricsExportConfig?: unknown;
  version: number;
  creationDate: number;
  lastModifiedDate: number;
  /** ARNs of groups, of all things, or of all registered or unregistered ones. */
  targets: string[];
}

interface ProfileMembers {
  securityProfileName: string;
  securityProfileDescription?: string;
  behaviors?: Behavior[];
  alertTargets?: Record<string, unknown>;
  additionalMetricsToRetain?: string[];
  additionalMetricsToRetainV2?: unknown[];
  metricsExportConfig?: unknown;
  tags?: Tag[];
}

interface ProfileUpdate extends ProfileMembers {
  deleteBehaviors?: boolean;
  deleteAlertTargets?: boolean;
  deleteAdditionalMetricsToRetain?: boolean;
  deleteMetricsExportConfig?: boolean;
  expectedVersion?: number;
}

interface Attachment {
  securityProfileName: string;
  securityProfileTargetArn: string;
}

const changeable = [
  "securityProfileDescription",
  "behaviors",
  "alertTargets",
  "additionalMetricsToRetain",
  "additionalMetricsToRetainV2",
  "metricsExportConfig",
] as const;

/** A target can have so many profiles, and all of them the sum of their behaviors (AWS IoT quotas). */
const PROFILES_PER_TARGET_MAX = 5;

export const profilesOf = ({ registry }: ApiContext) =>
  registry.table<ProfileRow>("securityProfiles");

const profileOf = (name: string, context: ApiContext) =>
  required(profilesOf(context), "Security profile", name);

function refuseFaults(name: string, members: ProfileMembers): void {
  const faults = faultsOf(name, members.behaviors ?? []);
  if (faults.length > 0) throw invalid(faults.join("; "));
}

/** What AWS would say of behaviors, one sentence a fault. */
function faultsOf(name: string, behaviors: unknown): string[] {
  const parsed = parseProfile({ behaviors }, { nameDefault: name, strict: true });
  return "problems" in parsed ? parsed.problems.map(({ message }) => message) : [];
}

function put(row: ProfileRow, context: ApiContext): ProfileRow {
  profilesOf(context).put(row.securityProfileName, row);
  return row;
}

function freshProfile(name: string, context: ApiContext): ProfileRow {
  const now = context.nowS();
  return {
    securityProfileName: name,
    securityProfileArn: context.arnOf("securityprofile", name),
    behaviors: [],
    version: 1,
    creationDate: now,
    lastModifiedDate: now,
    targets: [],
  };
}

export const securityProfiles = defineFamily({
  handlers: {
    CreateSecurityProfile({ tags, ...members }: ProfileMembers, context) {
      const { securityProfileName: name } = members;
      const known = profilesOf(context).get(name);
      if (known !== undefined)
        throw alreadyExists("Security profile", name, known.securityProfileArn);
      refuseFaults(name, members);
      const row = put(
        { ...freshProfile(name, context), ...members, behaviors: members.behaviors ?? [] },
        context,
      );
      keepTags(row.securityProfileArn, tags ?? [], context);
      return row;
    },
    DescribeSecurityProfile: ({ securityProfileName }: ProfileMembers, context) =>
      profileOf(securityProfileName, context),
    UpdateSecurityProfile(update: ProfileUpdate, context) {
      const row = profileOf(update.securityProfileName, context);
      if (update.expectedVersion !== undefined && update.expectedVersion !== row.version) {
        throw new ServiceError(
          "VersionConflictException",
          `The version of security profile ${row.securityProfileName} is ${row.version}, not ${update.expectedVersion}.`,
        );
      }
      refuseFaults(row.securityProfileName, update);
      const next = { ...row, version: row.version + 1, lastModifiedDate: context.nowS() };
      for (const member of changeable) {
        if (update[member] !== undefined) Object.assign(next, { [member]: update[member] });
      }
      if (update.deleteBehaviors) next.behaviors = [];
      if (update.deleteAlertTargets) delete next.alertTargets;
      if (update.deleteMetricsExportConfig) delete next.metricsExportConfig;
      if (update.deleteAdditionalMetricsToRetain) {
        delete next.additionalMetricsToRetain;
        delete next.additionalMetricsToRetainV2;
      }
      return put(next, context);
    },
    DeleteSecurityProfile({ securityProfileName: name, expectedVersion }: ProfileUpdate, context) {
      const row = profilesOf(context).get(name);
      if (row !== undefined && expectedVersion !== undefined && expectedVersion !== row.version) {
        throw new ServiceError(
          "VersionConflictException",
          `The version of security profile ${name} is ${row.version}, not ${expectedVersion}.`,
        );
      }
      profilesOf(context).delete(name);
      return {};
    },
    ListSecurityProfiles(input: Paged & { metricName?: string; dimensionName?: string }, context) {
      const { metricName, dimensionName } = input;
      const isWanted = ({ metric, metricDimension }: Behavior) =>
        (metricName === undefined || metric === metricName) &&
        (dimensionName === undefined || metricDimension?.dimensionName === dimensionName);
      const isAll = metricName === undefined && dimensionName === undefined;
      const rows = profilesOf(context)
        .rows()
        .filter(({ behaviors }) => isAll || behaviors.some(isWanted));
      const { page, next } = pageOf(rows, input);
      return { securityProfileIdentifiers: page.map(identifierOf), ...next };
    },
    AttachSecurityProfile({ securityProfileName, securityProfileTargetArn }: Attachment, context) {
      const row = profileOf(securityProfileName, context);
      checkTarget(securityProfileTargetArn, context);
      if (row.targets.includes(securityProfileTargetArn)) return {};
      const attached = profilesOf(context)
        .rows()
        .filter(({ targets }) => targets.includes(securityProfileTargetArn));
      if (attached.length >= PROFILES_PER_TARGET_MAX) {
        throw new ServiceError(
          "LimitExceededException",
          `${securityProfileTargetArn} has ${PROFILES_PER_TARGET_MAX} security profiles, which is the most.`,
        );
      }
      put({ ...row, targets: [...row.targets, securityProfileTargetArn] }, context);
      return {};
    },
    DetachSecurityProfile({ securityProfileName, securityProfileTargetArn }: Attachment, context) {
      const row = profileOf(securityProfileName, context);
      put(
        { ...row, targets: row.targets.filter((one) => one !== securityProfileTargetArn) },
        context,
      );
      return {};
    },
    ListTargetsForSecurityProfile(input: Paged & { securityProfileName: string }, context) {
      const { page, next } = pageOf(profileOf(input.securityProfileName, context).targets, input);
      return { securityProfileTargets: page.map((arn) => ({ arn })), ...next };
    },
    ListSecurityProfilesForTarget(input: Paged & { securityProfileTargetArn: string }, context) {
      const target = input.securityProfileTargetArn;
      const rows = profilesOf(context)
        .rows()
        .filter(({ targets }) => targets.includes(target));
      const { page, next } = pageOf(rows, input);
      const targets = page.map((row) => ({
        securityProfileIdentifier: identifierOf(row),
        target: { arn: target },
      }));
      return { securityProfileTargetMappings: targets, ...next };
    },
    ValidateSecurityProfileBehaviors({ behaviors }: { behaviors: unknown }) {
      const faults = faultsOf("profile", behaviors);
      return {
        valid: faults.length === 0,
        validationErrors: faults.map((errorMessage) => ({ errorMessage })),
      };
    },
  },
  imports: {
    DescribeSecurityProfile(_input: object, output: ProfileRow, context) {
      const { securityProfileName: name } = output;
      const targets = profilesOf(context).get(name)?.targets ?? [];
      put({ ...freshProfile(name, context), ...output, targets }, context);
    },
    ListTargetsForSecurityProfile(
      { securityProfileName }: Attachment,
      output: { securityProfileTargets: { arn: string }[] },
      context,
    ) {
      attachAll(
        securityProfileName,
        output.securityProfileTargets.map(({ arn }) => arn),
        context,
      );
    },
    ListSecurityProfilesForTarget(
      { securityProfileTargetArn }: Attachment,
      output: { securityProfileTargetMappings: { securityProfileIdentifier: { name: string } }[] },
      context,
    ) {
      for (const { securityProfileIdentifier } of output.securityProfileTargetMappings) {
        attachAll(securityProfileIdentifier.name, [securityProfileTargetArn], context);
      }
    },
    ListSecurityProfiles(
      _input: object,
      output: { securityProfileIdentifiers: { name: string }[] },
      context,
    ) {
      for (const { name } of output.securityProfileIdentifiers) attachAll(name, [], context);
    },
  },
});

function attachAll(name: string, targets: readonly string[], context: ApiContext): void {
  const row = profilesOf(context).get(name) ?? freshProfile(name, context);
  put({ ...row, targets: [...new Set([...row.targets, ...targets])] }, context);
}

const identifierOf = ({ securityProfileName, securityProfileArn }: ProfileRow) => ({
  name: securityProfileName,
  arn: securityProfileArn,
});

/** "all/things", "all/registered-things", "all/unregistered-things", or a thing group. */
function checkTarget(arn: string, { registry }: ApiContext): void {
  const resource = arn.split(":").slice(5).join(":");
  if (/^all\/(things|registered-things|unregistered-things)$/.test(resource)) return;
  const group = /^thinggroup\/(.+)$/.exec(resource)?.[1];
  if (group === undefined) throw invalid(`Invalid security profile target ARN: ${arn}`);
  if (registry.table("thingGroups").get(group) === undefined) throw notFound("Thing group", group);
}
