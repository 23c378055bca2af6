import type { MetricValue } from "../core/finding.ts";

/**
 * Security profiles in the shapes of the AWS IoT API, version 2015-05-28: the members of
 * CreateSecurityProfile's request and DescribeSecurityProfile's answer that say what is normal.
 */
export interface SecurityProfile {
  securityProfileName: string;
  securityProfileDescription?: string;
  behaviors: readonly Behavior[];
  alertTargets?: Readonly<Record<string, AlertTarget>>;
  /** Deprecated by AWS for the V2 below; both count. */
  additionalMetricsToRetain?: readonly string[];
  additionalMetricsToRetainV2?: readonly MetricToRetain[];
  metricsExportConfig?: { mqttTopic: string; roleArn: string };
}

/** What is normal for one metric: a datapoint that does not satisfy the criteria is a violation. */
export interface Behavior {
  name: string;
  metric: string;
  metricDimension?: MetricDimension;
  criteria: BehaviorCriteria;
  /** Violations count and are listed as ever; only alerts are withheld. */
  suppressAlerts?: boolean;
  exportMetric?: boolean;
}

export interface BehaviorCriteria {
  comparisonOperator?: ComparisonOperator;
  value?: MetricValue;
  durationSeconds?: number;
  consecutiveDatapointsToAlarm?: number;
  consecutiveDatapointsToClear?: number;
  statisticalThreshold?: { statistic: string };
  mlDetectionConfig?: { confidenceLevel: ConfidenceLevel };
}

export type ComparisonOperator =
  | "less-than"
  | "less-than-equals"
  | "greater-than"
  | "greater-than-equals"
  | "in-cidr-set"
  | "not-in-cidr-set"
  | "in-port-set"
  | "not-in-port-set"
  | "in-set"
  | "not-in-set";

/** HIGH is the least sensitive: the fewest alarms. */
export type ConfidenceLevel = "LOW" | "MEDIUM" | "HIGH";

export interface MetricDimension {
  dimensionName: string;
  /** IN is the default. */
  operator?: "IN" | "NOT_IN";
}

export interface MetricToRetain {
  metric: string;
  metricDimension?: MetricDimension;
  exportMetric?: boolean;
}

export interface AlertTarget {
  alertTargetArn: string;
  roleArn: string;
}
