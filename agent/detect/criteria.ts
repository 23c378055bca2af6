import { type Checker, type Members, shown } from "./check.ts";
import { parseCidr } from "./ip.ts";
import { comparisonOperators, type MetricSpec, metricOf, type ValueKind } from "./metrics.ts";

/** BehaviorCriteria.durationSeconds: the values that the guide names; multiples of a slot's 300 s. */
export const durationsSeconds: readonly number[] = [300, 600, 900, 1800, 3600];
/** BehaviorCriteria.consecutiveDatapointsToAlarm and …ToClear. */
const CONSECUTIVE_MAX = 10;

/** StatisticalThreshold.statistic. */
export const statistics: readonly string[] = [
  "p0",
  "p0.1",
  "p0.01",
  "p1",
  "p10",
  "p50",
  "p90",
  "p99",
  "p99.9",
  "p99.99",
  "p100",
];

export const confidenceLevels = ["LOW", "MEDIUM", "HIGH"] as const;

const criteriaMembers = [
  "comparisonOperator",
  "value",
  "durationSeconds",
  "consecutiveDatapointsToAlarm",
  "consecutiveDatapointsToClear",
  "statisticalThreshold",
  "mlDetectionConfig",
] as const;
const thresholdMembers = ["value", "statisticalThreshold", "mlDetectionConfig"] as const;
const valueMembers: readonly ValueKind[] = [
  "count",
  "cidrs",
  "ports",
  "number",
  "numbers",
  "strings",
];

/** Cidr: 2 to 43 of these characters. */
const cidrText = { min: 2, max: 43, pattern: /^[a-fA-F0-9:./]+$/ };
const STRING_CHARACTERS_MAX = 256;
/** Elements in one value: the quota of a whole profile, "value elements per security profile". */
export const VALUE_ELEMENTS_MAX = 1000;

/** Checks a behavior's criteria against its metric; gives the number of its value's elements. */
export function checkCriteria(checker: Checker, input: unknown, metric: string): number {
  checker.required(input, "criteria");
  const criteria = checker.object(input, "criteria", criteriaMembers);
  if (criteria === null) return 0;
  for (const name of ["consecutiveDatapointsToAlarm", "consecutiveDatapointsToClear"]) {
    checker.integer(criteria[name], `criteria.${name}`, 1, CONSECUTIVE_MAX);
  }
  const operator = checker.oneOf(
    criteria.comparisonOperator,
    "criteria.comparisonOperator",
    comparisonOperators,
  );
  const spec = metricOf(metric, operator);
  if (spec === null) return 0; // The metric is unknown, and that was said.
  const thresholds = thresholdMembers.filter((name) => criteria[name] !== undefined);
  if (thresholds.length !== 1) {
    const given = thresholds.length === 0 ? "there is none" : `there are ${thresholds.join(", ")}`;
    checker.problem(
      "criteria",
      `exactly one of ${thresholdMembers.join(", ")} should be given; ${given}`,
    );
    return 0;
  }
  checkDuration(checker, criteria, spec, metric);
  if (criteria.mlDetectionConfig !== undefined) {
    checkMl(checker, criteria, spec, metric);
    return 0;
  }
  checker.required(criteria.comparisonOperator, "criteria.comparisonOperator");
  if (operator === null) return 0;
  if (!spec.operators.includes(operator)) {
    checker.problem(
      "criteria.comparisonOperator",
      `comparisonOperator ${operator} should be one of [${spec.operators.join(", ")}] for metric ${metric}`,
    );
    return 0;
  }
  if (criteria.value !== undefined) return checkValue(checker, criteria.value, spec, metric);
  checkStatistical(checker, criteria.statisticalThreshold, spec, metric);
  return 0;
}

function checkDuration(
  checker: Checker,
  { durationSeconds, statisticalThreshold }: Members,
  spec: MetricSpec,
  metric: string,
): void {
  if (durationSeconds === undefined) return;
  const member = "criteria.durationSeconds";
  if (!durationsSeconds.includes(durationSeconds as number)) {
    checker.problem(
      member,
      `durationSeconds ${shown(durationSeconds)} should be one of [${durationsSeconds.join(", ")}]`,
    );
  } else if (spec.duration === "no") {
    checker.problem(member, `durationSeconds does not apply to metric ${metric}`);
  } else if (spec.duration === "statistical" && statisticalThreshold === undefined) {
    checker.problem(
      member,
      `durationSeconds applies to metric ${metric} with a statisticalThreshold alone`,
    );
  }
}

function checkMl(checker: Checker, criteria: Members, spec: MetricSpec, metric: string): void {
  const member = "criteria.mlDetectionConfig";
  if (!spec.ml) checker.problem(member, `mlDetectionConfig does not apply to metric ${metric}`);
  for (const name of ["comparisonOperator", "durationSeconds"]) {
    if (criteria[name] === undefined) continue;
    checker.problem(`criteria.${name}`, `${name} does not apply with mlDetectionConfig`);
  }
  const config = checker.object(criteria.mlDetectionConfig, member, ["confidenceLevel"]);
  if (config === null) return;
  checker.required(config.confidenceLevel, `${member}.confidenceLevel`);
  checker.oneOf(config.confidenceLevel, `${member}.confidenceLevel`, confidenceLevels);
}

function checkStatistical(
  checker: Checker,
  input: unknown,
  spec: MetricSpec,
  metric: string,
): void {
  const member = "criteria.statisticalThreshold";
  if (!spec.statistical) {
    checker.problem(member, `statisticalThreshold does not apply to metric ${metric}`);
  }
  const threshold = checker.object(input, member, ["statistic"]);
  if (threshold === null) return;
  checker.required(threshold.statistic, `${member}.statistic`);
  checker.oneOf(threshold.statistic, `${member}.statistic`, statistics);
}

function checkValue(checker: Checker, input: unknown, spec: MetricSpec, metric: string): number {
  const member = "criteria.value";
  const value = checker.object(input, member, valueMembers);
  if (value === null) return 0;
  const kinds = valueMembers.filter((kind) => value[kind] !== undefined);
  const [kind] = kinds;
  const wanted = spec.kinds.join(" or ");
  if (kind === undefined || kinds.length > 1) {
    checker.problem(member, `value should have exactly one member, ${wanted} for metric ${metric}`);
    return 0;
  }
  if (!spec.kinds.includes(kind)) {
    checker.problem(`${member}.${kind}`, `${kind} should be ${wanted} for metric ${metric}`);
    return 0;
  }
  return checkElements(checker, kind, value[kind]);
}

function checkElements(checker: Checker, kind: ValueKind, value: unknown): number {
  const member = `criteria.value.${kind}`;
  if (kind === "count") checker.integer(value, member, 0, Number.MAX_SAFE_INTEGER);
  if (kind === "number") checkNumber(checker, value, member);
  if (kind === "count" || kind === "number") return 1;
  const list = checker.list(value, member, VALUE_ELEMENTS_MAX) ?? [];
  // The quota's first elements show what is wrong as well as all of a hostile list.
  for (const [index, item] of list.slice(0, VALUE_ELEMENTS_MAX).entries()) {
    checkElement(checker, kind, item, `${member}[${index}]`);
  }
  return list.length;
}

function checkElement(checker: Checker, kind: ValueKind, item: unknown, member: string): void {
  if (kind === "ports") checker.integer(item, member, 0, 65535);
  else if (kind === "numbers") checkNumber(checker, item, member);
  else if (kind === "strings") checker.text(item, member, { max: STRING_CHARACTERS_MAX });
  else if (checker.text(item, member, cidrText) !== null && parseCidr(item as string) === null) {
    checker.problem(member, `cidr ${shown(item)} should be an address, or a network as 10.0.0.0/8`);
  }
}

function checkNumber(checker: Checker, value: unknown, member: string): void {
  if (typeof value === "number" && Number.isFinite(value)) return;
  checker.problem(member, `${shown(value)} should be a finite number`);
}
