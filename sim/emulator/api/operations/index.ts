/** Every family of operations: one line each. */
import type { Family, Handlers, Importer } from "../operation.ts";
import { accountSettings } from "./account-settings.ts";
import { auditConfiguration } from "./audit-configuration.ts";
import { auditSuppressions } from "./audit-suppressions.ts";
import { auditTasks } from "./audit-tasks.ts";
import { authorizers } from "./authorizers.ts";
import { billingGroups } from "./billing-groups.ts";
import { caCertificates } from "./ca-certificates.ts";
import { certificates } from "./certificates.ts";
import { customMetrics } from "./custom-metrics.ts";
import { dimensions } from "./dimensions.ts";
import { indices } from "./indices.ts";
import { jobs } from "./jobs.ts";
import { jobsData } from "./jobs-data.ts";
import { metricValues } from "./metric-values.ts";
import { mitigationActions } from "./mitigation-actions.ts";
import { mitigationTasks } from "./mitigation-tasks.ts";
import { policies } from "./policies.ts";
import { provisioning } from "./provisioning.ts";
import { roleAliases } from "./role-aliases.ts";
import { scheduledAudits } from "./scheduled-audits.ts";
import { securityProfiles } from "./security-profiles.ts";
import { thingGroups } from "./thing-groups.ts";
import { thingTypes } from "./thing-types.ts";
import { things } from "./things.ts";
import { topicRules } from "./topic-rules.ts";
import { violations } from "./violations.ts";

const families: readonly Family[] = [
  accountSettings,
  authorizers,
  billingGroups,
  caCertificates,
  certificates,
  indices,
  jobs,
  jobsData,
  policies,
  provisioning,
  roleAliases,
  thingGroups,
  thingTypes,
  things,
  topicRules,
  auditConfiguration,
  auditSuppressions,
  auditTasks,
  customMetrics,
  dimensions,
  metricValues,
  mitigationActions,
  mitigationTasks,
  scheduledAudits,
  securityProfiles,
  violations,
];

export const handlers: Handlers = Object.assign({}, ...families.map((family) => family.handlers));

export const importers: Readonly<Record<string, Importer>> = Object.assign(
  {},
  ...families.map(({ imports }) => imports),
);
