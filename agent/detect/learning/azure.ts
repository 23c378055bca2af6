/**
 * The Azure side of old: device security groups of Defender for IoT (custom alert rules, which say what
 * is normal) and the module twins of its agents (which say only what is collected).
 *
 * Source: Azure REST API, Microsoft.Security/deviceSecurityGroups 2019-08-01; "Configure security
 * agents" (urn_azureiot_Security_SecurityAgentConfiguration); "Micro agent configurations".
 */
import { isObject, type Members, shown } from "../check.ts";
import { durationsSeconds } from "../criteria.ts";
import { parseCidr } from "../ip.ts";
import { metricOf } from "../metrics.ts";
import { behaviorName, emptyImport, type Imported, retain } from "./imported.ts";

const ruleLists = ["thresholdRules", "timeWindowRules", "allowlistRules", "denylistRules"] as const;
/** Rules read of one group: there are some twenty types. */
const RULES_MAX = 1000;

/** Ranges of Azure's by the metric that counts the same. */
const rangeMetrics: Readonly<Record<string, string>> = {
  ActiveConnectionsNotInAllowedRange: "aws:num-established-tcp-connections",
  MqttD2CMessagesNotInAllowedRange: "aws:num-messages-sent",
  MqttC2DMessagesNotInAllowedRange: "aws:num-messages-received",
  UnauthorizedOperationsNotInAllowedRange: "aws:num-authorization-failures",
};

const SECURITY_AGENT = "ms_iotn:urn_azureiot_Security_SecurityAgentConfiguration";
const connections = ["aws:destination-ip-addresses", "aws:num-established-tcp-connections"];
/** A collector's setting by the metrics that hold what it collects. */
const collectors: Readonly<Record<string, readonly string[]>> = {
  eventPriorityListeningPorts: ["aws:listening-tcp-ports", "aws:listening-udp-ports"],
  eventPriorityConnectionCreate: connections,
  NetworkActivity: connections,
};
const agentKey = /^(eventPriority\w+|[A-Z][A-Za-z]+_[A-Z]\w+)$/;

/** Null: the JSON is neither a device security group nor a module twin. */
export function importAzure(input: unknown): Imported | null {
  if (!isObject(input)) return null;
  const properties = isObject(input.properties) ? input.properties : input;
  if (ruleLists.some((name) => Array.isArray(properties[name]))) return importGroup(properties);
  const desired = desiredOf(input);
  return desired === null ? null : importTwin(desired);
}

function importGroup(properties: Members): Imported {
  const imported = emptyImport();
  for (const list of ruleLists) {
    const rules = properties[list];
    if (!Array.isArray(rules)) continue;
    for (const rule of rules.slice(0, RULES_MAX)) {
      const type = isObject(rule) && typeof rule.ruleType === "string" ? rule.ruleType : null;
      if (type === null) imported.notes.push(`${list}: an entry has no ruleType`);
      else if (rule.isEnabled === false) imported.notes.push(`${type}: left out: it is off`);
      else importRule(type, rule, imported);
    }
  }
  return imported;
}

function importRule(type: string, rule: Members, imported: Imported): void {
  const metric = Object.hasOwn(rangeMetrics, type) ? rangeMetrics[type]! : null;
  if (metric !== null) importRange(type, metric, rule, imported);
  else if (type === "ConnectionToIpNotAllowed") importAddresses(type, rule, imported);
  else imported.notes.push(`${type}: does not map: Device Defender has no metric for it`);
}

/** A range as one behavior for its upper end, and one for its lower when that is above 0. */
function importRange(type: string, metric: string, rule: Members, imported: Imported): void {
  const { minThreshold: least = 0, maxThreshold: greatest } = rule;
  if (!isCount(least) || !isCount(greatest)) {
    imported.notes.push(`${type}: does not map: its thresholds are no counts`);
    return;
  }
  const during = durationFor(type, metric, rule.timeWindowSize, imported);
  const add = (comparisonOperator: "less-than-equals" | "greater-than-equals", count: number) =>
    imported.behaviors.push({
      name: behaviorName(type, imported),
      metric,
      criteria: { comparisonOperator, value: { count }, ...during },
    });
  add("less-than-equals", greatest);
  if (least > 0) add("greater-than-equals", least);
}

function durationFor(type: string, metric: string, window: unknown, imported: Imported) {
  if (metricOf(metric, null)?.nature === "level") return {};
  if (window === undefined) return { durationSeconds: 300 };
  const seconds = secondsOf(window);
  if (seconds !== null && durationsSeconds.includes(seconds)) return { durationSeconds: seconds };
  const durationSeconds =
    durationsSeconds.find((one) => one >= (seconds ?? 0)) ?? durationsSeconds.at(-1)!;
  imported.notes.push(
    `${type}: window ${shown(window)} became ${durationSeconds} s: check the bound`,
  );
  return { durationSeconds };
}

/** ISO 8601 durations of hours, minutes and seconds, which is what time windows are. */
function secondsOf(text: unknown): number | null {
  const match =
    typeof text === "string" ? /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text) : null;
  if (match === null) return null;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function importAddresses(type: string, rule: Members, imported: Imported): void {
  const values = Array.isArray(rule.allowlistValues) ? rule.allowlistValues : [];
  const isCidr = (value: unknown) => typeof value === "string" && parseCidr(value) !== null;
  const cidrs = values.filter(isCidr) as string[];
  for (const value of values) {
    if (!isCidr(value)) imported.notes.push(`${type}: ${shown(value)} is left out: no address`);
  }
  if (cidrs.length === 0) {
    imported.notes.push(`${type}: does not map: it has no address`);
    return;
  }
  imported.behaviors.push({
    name: behaviorName(type, imported),
    metric: "aws:destination-ip-addresses",
    criteria: { comparisonOperator: "in-cidr-set", value: { cidrs } },
  });
}

/** The desired properties of a twin in the forms that people have them. */
function desiredOf(input: Members): Members | null {
  const properties = isObject(input.properties) ? input.properties : {};
  const found = [properties.desired, input["properties.desired"], input.desired, input].find(
    isTwin,
  );
  if (found === undefined) return null;
  const desired = found as Members;
  return isObject(desired[SECURITY_AGENT]) ? desired[SECURITY_AGENT] : desired;
}

function isTwin(input: unknown): boolean {
  if (!isObject(input)) return false;
  return SECURITY_AGENT in input || Object.keys(input).some((name) => agentKey.test(name));
}

/** A twin says what is collected and how often; what is normal, only Azure's cloud knew. */
function importTwin(desired: Members): Imported {
  const imported = emptyImport();
  const unmapped: string[] = [];
  for (const [name, setting] of Object.entries(desired)) {
    if (name.startsWith("$")) continue;
    const value = isObject(setting) && "value" in setting ? setting.value : setting;
    const collector = name.replace(/_(Disabled|MessageFrequency)$/, "");
    const metrics = Object.hasOwn(collectors, collector) ? collectors[collector]! : null;
    if (metrics === null) unmapped.push(name);
    else if (!isOff(name, value, collector, desired)) retain(imported, metrics);
  }
  if (unmapped.length > 0) imported.notes.push(`does not map: ${unmapped.map(shown).join(", ")}`);
  imported.notes.push("a twin says what is collected, not what is normal: try `profile learn`");
  return imported;
}

function isOff(name: string, value: unknown, collector: string, desired: Members): boolean {
  if (name.startsWith("eventPriority")) return value === "Off";
  const disabled = desired[`${collector}_Disabled`];
  const isDisabled = isObject(disabled) && "value" in disabled ? disabled.value : disabled;
  return String(isDisabled).toLowerCase() === "true";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
