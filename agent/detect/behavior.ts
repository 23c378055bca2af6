import { nearest } from "../core/nearest.ts";
import { Checker, isObject, type ProfileProblem, shown, type TextRule } from "./check.ts";
import { checkCriteria } from "./criteria.ts";
import { awsMetricNames, metricOf } from "./metrics.ts";

const behaviorMembers = [
  "name",
  "metric",
  "metricDimension",
  "criteria",
  "suppressAlerts",
  "exportMetric",
] as const;

/** BehaviorName, MetricName, DimensionName and SecurityProfileName. */
export const nameText = { min: 1, max: 128, pattern: /^[a-zA-Z0-9:_-]+$/ } satisfies TextRule;
/** What names hold in the guide's own samples ("Max Message Size"): printable characters. */
const nameTextOfSamples: TextRule = { min: 1, max: 128, pattern: /^[\p{L}\p{N}\p{P}\p{S} ]+$/u };

/** What was found; `notes` are what AWS's API would refuse and we can do without. */
export interface Found {
  problems: ProfileProblem[];
  notes: ProfileProblem[];
}

/** Checks one behavior; gives the number of its value's elements, which a profile's quota counts. */
export function checkBehavior(input: unknown, index: number, found: Found): number {
  const name = isObject(input) && typeof input.name === "string" ? input.name : "";
  const checker = new Checker(name === "" ? `[${index}]` : shown(name), found.problems);
  const behavior = checker.object(input, "behavior", behaviorMembers);
  if (behavior === null) return 0;
  checker.required(behavior.name, "name");
  checkName(behavior.name, checker, found);
  checker.required(behavior.metric, "metric");
  const metric = checker.text(behavior.metric, "metric", nameText);
  if (metric !== null) checkMetricName(checker, metric, "metric");
  checkDimension(checker, behavior.metricDimension, metric, "metricDimension");
  checker.boolean(behavior.suppressAlerts, "suppressAlerts");
  checker.boolean(behavior.exportMetric, "exportMetric");
  return metric === null ? 0 : checkCriteria(checker, behavior.criteria, metric);
}

/**
 * BehaviorName has no space, yet the names in the guide's samples do, and people copy those: a note,
 * not a problem.
 */
function checkName(name: unknown, checker: Checker, found: Found): void {
  if (checker.text(name, "name", nameTextOfSamples) === null) return;
  new Checker(checker.behavior, found.notes).text(name, "name", nameText);
}

export function checkMetricName(checker: Checker, metric: string, member: string): void {
  if (metricOf(metric, null) !== null) return;
  const near = nearest(metric, awsMetricNames);
  const hint = near === null ? "names that start with aws: are AWS's own" : `did you mean ${near}?`;
  checker.problem(member, `metric ${metric} is unknown; ${hint}`);
}

/** MetricDimension: cloud-side metrics that know their topic alone have one. */
export function checkDimension(
  checker: Checker,
  input: unknown,
  metric: string | null,
  member: string,
): void {
  const dimension = checker.object(input, member, ["dimensionName", "operator"]);
  if (dimension === null) return;
  checker.required(dimension.dimensionName, `${member}.dimensionName`);
  checker.text(dimension.dimensionName, `${member}.dimensionName`, nameText);
  checker.oneOf(dimension.operator, `${member}.operator`, ["IN", "NOT_IN"]);
  if (metric !== null && metricOf(metric, null)?.dimension === false) {
    checker.problem(member, `metricDimension does not apply to metric ${metric}`);
  }
}
