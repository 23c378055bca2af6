import {
  checkBehavior,
  checkDimension,
  checkMetricName,
  type Found,
  nameText,
} from "./behavior.ts";
import { Checker, isObject, type Members, type ProfileProblem } from "./check.ts";
import { VALUE_ELEMENTS_MAX } from "./criteria.ts";
import type { SecurityProfile } from "./profile.ts";

/** Behaviors: quota "behaviors per security profile", and the API's longest list. */
export const BEHAVIORS_MAX = 100;
/** Problems told of one profile: a file of a hundred broken behaviors is one mistake. */
const PROBLEMS_MAX = 100;
/** Quota "custom metrics" and the metrics of AWS: more names cannot be told apart. */
const METRICS_RETAINED_MAX = 1000;

const profileMembers = [
  "securityProfileName",
  "securityProfileDescription",
  "behaviors",
  "alertTargets",
  "additionalMetricsToRetain",
  "additionalMetricsToRetainV2",
  "metricsExportConfig",
] as const;

/** Of DescribeSecurityProfile, of CreateSecurityProfile and of the SDKs; they say nothing of Detect. */
const ignoredMembers = [
  "securityProfileArn",
  "version",
  "creationDate",
  "lastModifiedDate",
  "tags",
  "$metadata",
  "ResponseMetadata",
];

const roleText = { min: 20, max: 2048 };

export type ParsedProfile =
  /** `notes`: what AWS would refuse and this engine can do without. */
  { profile: SecurityProfile; notes: readonly ProfileProblem[] } | { problems: ProfileProblem[] };

export interface ParseOptions {
  /** The profile's name where the input has none, as a bare list of behaviors. */
  nameDefault: string;
  /** AWS's own strictness: every note is a problem. */
  strict?: boolean;
}

/**
 * A security profile from parsed JSON of any kind: what CreateSecurityProfile takes, what
 * DescribeSecurityProfile returns, a list of behaviors, or one behavior.
 */
export function parseProfile(input: unknown, options: ParseOptions): ParsedProfile {
  const found: Found = { problems: [], notes: [] };
  const checker = new Checker(null, found.problems);
  const profile = checker.object(asProfile(input), "", profileMembers, ignoredMembers);
  if (profile !== null) checkProfile(profile, checker, found);
  if (options.strict) found.problems.push(...found.notes);
  if (profile === null || found.problems.length > 0) {
    return { problems: found.problems.slice(0, PROBLEMS_MAX) };
  }
  const kept = profileMembers
    .filter((name) => profile[name] !== undefined)
    .map((name) => [name, profile[name]]);
  // Every member was checked against the shape that it is given here.
  const copy = structuredClone({
    securityProfileName: options.nameDefault,
    behaviors: [],
    ...Object.fromEntries(kept),
  }) as SecurityProfile;
  return { profile: copy, notes: found.notes };
}

/** Bare behaviors as the profile that holds them. */
function asProfile(input: unknown): unknown {
  if (Array.isArray(input)) return { behaviors: input };
  const isBehavior = isObject(input) && "criteria" in input && !("behaviors" in input);
  return isBehavior ? { behaviors: [input] } : input;
}

function checkProfile(profile: Members, checker: Checker, found: Found): void {
  checker.text(profile.securityProfileName, "securityProfileName", nameText);
  checker.text(profile.securityProfileDescription, "securityProfileDescription", {
    max: 1000,
    pattern: /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u,
  });
  // AWS takes a profile that only retains metrics; a file with neither is no profile at all.
  if (profile.securityProfileName === undefined) checker.required(profile.behaviors, "behaviors");
  checkBehaviors(profile.behaviors, checker, found);
  checkAlertTargets(profile.alertTargets, checker);
  checkRetained(profile, checker);
  const config = checker.object(profile.metricsExportConfig, "metricsExportConfig", [
    "mqttTopic",
    "roleArn",
  ]);
  if (config !== null) {
    checker.required(config.mqttTopic, "metricsExportConfig.mqttTopic");
    checker.text(config.mqttTopic, "metricsExportConfig.mqttTopic", { min: 1, max: 512 });
    checker.required(config.roleArn, "metricsExportConfig.roleArn");
    checker.text(config.roleArn, "metricsExportConfig.roleArn", roleText);
  }
}

function checkBehaviors(input: unknown, checker: Checker, found: Found): void {
  const behaviors = checker.list(input, "behaviors", BEHAVIORS_MAX) ?? [];
  const names = new Set<unknown>();
  let elements = 0;
  for (const [index, behavior] of behaviors.slice(0, BEHAVIORS_MAX).entries()) {
    elements += checkBehavior(behavior, index, found);
    if (!isObject(behavior) || typeof behavior.name !== "string") continue;
    if (names.has(behavior.name)) {
      new Checker(behavior.name, found.problems).problem(
        "name",
        "name is used twice in the profile",
      );
    }
    names.add(behavior.name);
  }
  if (elements > VALUE_ELEMENTS_MAX) {
    checker.problem(
      "behaviors",
      `value elements of all behaviors ${elements} should be in range[0,${VALUE_ELEMENTS_MAX}]`,
    );
  }
}

function checkAlertTargets(input: unknown, checker: Checker): void {
  const targets = checker.object(input, "alertTargets", ["SNS"]);
  if (targets?.SNS === undefined) return;
  const at = "alertTargets.SNS";
  const target = checker.object(targets.SNS, at, ["alertTargetArn", "roleArn"]);
  if (target === null) return;
  checker.required(target.alertTargetArn, `${at}.alertTargetArn`);
  checker.text(target.alertTargetArn, `${at}.alertTargetArn`, { max: 2048 });
  checker.required(target.roleArn, `${at}.roleArn`);
  checker.text(target.roleArn, `${at}.roleArn`, roleText);
}

function checkRetained(profile: Members, checker: Checker): void {
  const v1 = "additionalMetricsToRetain";
  for (const [index, name] of listed(profile[v1], v1, checker)) {
    const metric = checker.text(name, `${v1}[${index}]`, nameText);
    if (metric !== null) checkMetricName(checker, metric, `${v1}[${index}]`);
  }
  const v2 = "additionalMetricsToRetainV2";
  for (const [index, item] of listed(profile[v2], v2, checker)) {
    const at = `${v2}[${index}]`;
    const entry = checker.object(item, at, ["metric", "metricDimension", "exportMetric"]);
    if (entry === null) continue;
    checker.required(entry.metric, `${at}.metric`);
    const metric = checker.text(entry.metric, `${at}.metric`, nameText);
    if (metric !== null) checkMetricName(checker, metric, `${at}.metric`);
    checkDimension(checker, entry.metricDimension, metric, `${at}.metricDimension`);
    checker.boolean(entry.exportMetric, `${at}.exportMetric`);
  }
}

function listed(input: unknown, member: string, checker: Checker) {
  return (checker.list(input, member, METRICS_RETAINED_MAX) ?? [])
    .slice(0, METRICS_RETAINED_MAX)
    .entries();
}
