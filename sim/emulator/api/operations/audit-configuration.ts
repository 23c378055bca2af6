/** Which audit checks an account has on, and where it is told of results. */
import { invalid } from "../errors.ts";
import { type ApiContext, defineFamily } from "../operation.ts";

export interface AuditConfiguration {
  roleArn?: string;
  auditNotificationTargetConfigurations: Record<string, object>;
  auditCheckConfigurations: Record<string, { enabled?: boolean }>;
}

/** The checks that Audit knows (Device Defender developer guide, "Audit checks"). */
export const auditCheckNames = [
  "AUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK",
  "CA_CERTIFICATE_EXPIRING_CHECK",
  "CA_CERTIFICATE_KEY_QUALITY_CHECK",
  "CONFLICTING_CLIENT_IDS_CHECK",
  "DEVICE_CERTIFICATE_AGE_CHECK",
  "DEVICE_CERTIFICATE_EXPIRING_CHECK",
  "DEVICE_CERTIFICATE_KEY_QUALITY_CHECK",
  "DEVICE_CERTIFICATE_SHARED_CHECK",
  "INTERMEDIATE_CA_REVOKED_FOR_ACTIVE_DEVICE_CERTIFICATES_CHECK",
  "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
  "IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK",
  "IOT_ROLE_ALIAS_ALLOWS_ACCESS_TO_UNUSED_SERVICES_CHECK",
  "IOT_ROLE_ALIAS_OVERLY_PERMISSIVE_CHECK",
  "LOGGING_DISABLED_CHECK",
  "REVOKED_CA_CERTIFICATE_STILL_ACTIVE_CHECK",
  "REVOKED_DEVICE_CERTIFICATE_STILL_ACTIVE_CHECK",
  "UNAUTHENTICATED_COGNITO_ROLE_OVERLY_PERMISSIVE_CHECK",
] as const;

const KEY = "account";

export function auditConfigurationOf({ registry }: ApiContext): AuditConfiguration {
  const none = { auditNotificationTargetConfigurations: {}, auditCheckConfigurations: {} };
  return registry.table<AuditConfiguration>("auditConfiguration").get(KEY) ?? none;
}

export function requireChecks(names: readonly string[]): void {
  for (const name of names) {
    if (!auditCheckNames.some((one) => one === name))
      throw invalid(`Invalid audit check name: ${name}`);
  }
}

function put(configuration: AuditConfiguration, { registry }: ApiContext): void {
  registry.table<AuditConfiguration>("auditConfiguration").put(KEY, configuration);
}

export const auditConfiguration = defineFamily({
  handlers: {
    DescribeAccountAuditConfiguration(_input: object, context) {
      const configuration = auditConfigurationOf(context);
      const checks = auditCheckNames.map((name) => [
        name,
        { enabled: configuration.auditCheckConfigurations[name]?.enabled ?? false },
      ]);
      return { ...configuration, auditCheckConfigurations: Object.fromEntries(checks) };
    },
    UpdateAccountAuditConfiguration(input: Partial<AuditConfiguration>, context) {
      const known = auditConfigurationOf(context);
      requireChecks(Object.keys(input.auditCheckConfigurations ?? {}));
      put(
        {
          ...known,
          ...(input.roleArn !== undefined && { roleArn: input.roleArn }),
          auditNotificationTargetConfigurations: {
            ...known.auditNotificationTargetConfigurations,
            ...input.auditNotificationTargetConfigurations,
          },
          auditCheckConfigurations: {
            ...known.auditCheckConfigurations,
            ...input.auditCheckConfigurations,
          },
        },
        context,
      );
      return {};
    },
    DeleteAccountAuditConfiguration(
      { deleteScheduledAudits }: { deleteScheduledAudits?: boolean },
      context,
    ) {
      const scheduled = context.registry.table("scheduledAudits");
      if (scheduled.size > 0 && deleteScheduledAudits !== true) {
        throw invalid("There are scheduled audits; set deleteScheduledAudits to delete them too");
      }
      for (const [name] of scheduled.entries()) scheduled.delete(name);
      context.registry.table("auditConfiguration").delete(KEY);
      return {};
    },
  },
  imports: {
    DescribeAccountAuditConfiguration: (_input: object, output: AuditConfiguration, context) =>
      put(output, context),
  },
});
