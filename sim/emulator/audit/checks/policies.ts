/** Policies that allow more than one device should, or deny less than they seem to. */
import { defaultOf, type PolicyRow, policiesOf } from "../../api/rows/policies.ts";
import { defineCheck, type Found } from "../check.ts";
import { holdsAction, resourceOf, type Statement, statementsOf } from "../policy-document.ts";

/** Resources by which an action reaches other devices' (developer guide, "IoT policies overly permissive"). */
const broad: Readonly<Record<string, readonly RegExp[]>> = {
  "iot:Connect": [/^\*$/, /^client\/\*$/],
  "iot:Publish": [/^\*$/, /^topic\/\*$/, /^topic\/\$aws\/things\/\*/],
  "iot:Subscribe": [/^\*$/, /^topicfilter\/(\*|#)$/, /^topicfilter\/\$aws\/things\/[*+]/],
  "iot:GetThingShadow": [/^\*$/, /^thing\/\*$/],
  "iot:UpdateThingShadow": [/^\*$/, /^thing\/\*$/],
  "iot:DeleteThingShadow": [/^\*$/, /^thing\/\*$/],
  "iot:DescribeJobExecution": [/^\*$/, /^thing\/\*$/],
  "iot:UpdateJobExecution": [/^\*$/, /^thing\/\*$/],
  "iot:GetPendingJobExecutions": [/^\*$/, /^thing\/\*$/],
  "iot:StartNextPendingJobExecution": [/^\*$/, /^thing\/\*$/],
};

/** A policy variable: whatever client id the device gives. */
const AS_ITSELF = ["client/$", "{iot:ClientId}"].join("");

function isBroad(statement: Statement): boolean {
  if (statement.effect !== "Allow") return false;
  const resources = statement.resources.map(resourceOf);
  // Any client id will do, unless the certificate must be that thing's.
  const isAnyClient =
    holdsAction(statement, "iot:Connect") &&
    !statement.hasCondition &&
    resources.includes(AS_ITSELF);
  return (
    isAnyClient ||
    Object.entries(broad).some(
      ([action, patterns]) =>
        holdsAction(statement, action) &&
        resources.some((one) => patterns.some((pattern) => pattern.test(one))),
    )
  );
}

/** MQTT's wildcards are plain characters in a Deny, so it does not deny what it seems to. */
function hasMqttWildcards({ effect, resources }: Statement): boolean {
  return (
    effect === "Deny" && resources.some((arn) => /^topic(filter)?\/.*[+#]/.test(resourceOf(arn)))
  );
}

function judge(
  rows: readonly PolicyRow[],
  isWrong: (one: Statement) => boolean,
  words: Pick<Found, "reason" | "reasonCode">,
) {
  const found = rows.flatMap((row): Found[] => {
    const version = defaultOf(row);
    if (version === undefined || !statementsOf(version.policyDocument).some(isWrong)) return [];
    const policyVersionIdentifier = {
      policyName: row.policyName,
      policyVersionId: version.versionId,
    };
    return [
      { resourceType: "IOT_POLICY", resourceIdentifier: { policyVersionIdentifier }, ...words },
    ];
  });
  return { total: rows.length, found };
}

export const policyOverlyPermissive = defineCheck({
  name: "IOT_POLICY_OVERLY_PERMISSIVE_CHECK",
  severity: "CRITICAL",
  judge: (context) =>
    judge(policiesOf(context).rows(), isBroad, {
      reason: "Policy allows broad access to IoT data plane actions.",
      reasonCode: "ALLOWS_BROAD_ACCESS_TO_IOT_DATA_PLANE_ACTIONS",
    }),
});

export const policyPotentialMisconfiguration = defineCheck({
  name: "IOT_POLICY_POTENTIAL_MISCONFIGURATION_CHECK",
  severity: "MEDIUM",
  judge: (context) =>
    judge(policiesOf(context).rows(), hasMqttWildcards, {
      reason: "Policy contains MQTT wildcards in a deny statement.",
      reasonCode: "POLICY_CONTAINS_MQTT_WILDCARDS_IN_DENY_STATEMENT",
    }),
});
