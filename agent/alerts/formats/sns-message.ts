/**
 * The message that Device Defender publishes for a violation, member for member as captured from the
 * service: what was written for it (Lambda functions, Security Hub importers) reads ours.
 *
 * Its times are epoch milliseconds. A rule of ours is no behavior of a profile; it maps so:
 * `securityProfileName` "fieldwarden", `behavior` its name, metric `fieldwarden:<rule>` and no
 * criteria, `metricValue` what it carries, or else the subject as its one string. Reminders are the
 * same message again, with the latest value; Device Defender itself sends none.
 */
import type { Finding } from "../../core/finding.ts";
import type { Notice } from "../notice.ts";
import type { Format } from "./format.ts";

export const snsMessage: Format = {
  contentType: "application/json",
  encode: (notice) => JSON.stringify(violationOf(notice)),
};

export function violationOf({ finding }: Notice) {
  const { source } = finding;
  return {
    violationEventTime: finding.wallMs,
    thingName: finding.thing,
    behavior:
      source.kind === "behavior"
        ? (source.behavior ?? { name: source.behaviorName })
        : behaviorOfRule(source.rule),
    violationEventType: finding.event,
    ...metricValueOf(finding),
    violationId: finding.id,
    securityProfileName:
      source.kind === "behavior" ? source.securityProfileName : RULES_PROFILE_NAME,
  };
}

const RULES_PROFILE_NAME = "fieldwarden";

const behaviorOfRule = (rule: string) => ({
  criteria: {},
  name: rule,
  metric: `fieldwarden:${rule}`,
});

function metricValueOf({ source, metricValue, subject }: Finding) {
  if (metricValue !== undefined) return { metricValue };
  return source.kind === "rule" ? { metricValue: { strings: [subject] } } : {};
}
