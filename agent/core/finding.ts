/** What a finding says of its matter: it began, it is over, or it can no longer be judged. */
export const findingEvents = ["in-alarm", "alarm-cleared", "alarm-invalidated"] as const;
export type FindingEvent = (typeof findingEvents)[number];

/** From the least to the worst. */
export const severities = ["informational", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

/**
 * Something that a person should know: a security profile's behavior violated, a rule of ours, an
 * indicator met. Violations of AWS's profiles and our own rules share this one shape.
 */
export interface Finding {
  /** 32 lower-case hex digits; the same from in-alarm to its end, as Device Defender's violationId. */
  id: string;
  event: FindingEvent;
  thing: string;
  /** Where it comes from: a behavior of a profile, or a rule by name. */
  source:
    | { kind: "behavior"; securityProfileName: string; behavior: unknown; behaviorName: string }
    | { kind: "rule"; rule: string };
  /** What it is about, for grouping and search: "tcp/8080", "10.0.0.9", "aws:num-messages-sent". */
  subject: string;
  /** A sentence that an operator can check, with the numbers in it. */
  why: string;
  /** The numbers of that sentence by name, with their unit in the name. */
  numbers: Readonly<Record<string, number>>;
  /** As in Device Defender's MetricValue; absent where there is none (invalidated). */
  metricValue?: MetricValue;
  severity: Severity;
  /** Techniques of MITRE ATT&CK for ICS, by id. */
  techniques: readonly string[];
  /** When this matter began, and when this event happened: epoch milliseconds. */
  sinceWallMs: number;
  wallMs: number;
  /** SHA-256 (hex) of the profile or rule that judged, so that a verdict can be repeated. */
  basis: string;
}

/** A datapoint's value in Device Defender's MetricValue: exactly one member. */
export interface MetricValue {
  count?: number;
  cidrs?: readonly string[];
  ports?: readonly number[];
  number?: number;
  numbers?: readonly number[];
  strings?: readonly string[];
}

/** What the status page shows of findings and of their way out. */
export interface AlertsStatus {
  /** What lasts, worst first. */
  active: readonly ActiveFinding[];
  /** What was recorded last, newest first. */
  recent: readonly RecordedFinding[];
  outputs: readonly AlertOutputStatus[];
  /** Number and hash of the newest record of the chain. */
  sequence: number;
  hash: string;
  /** Records that the disk has not taken yet. */
  unwritten: number;
  /** What is wrong with the chain of records, for a person; empty when it is whole. */
  problem: string;
}

export interface ActiveFinding {
  finding: Finding;
  /** How often it was found since it began, as one matter. */
  count: number;
}

export interface RecordedFinding extends ActiveFinding {
  sequence: number;
  recordedMs: number;
}

export interface AlertOutputStatus {
  name: string;
  /** Where it goes, without secrets. */
  endpoint: string;
  /** Records that wait for it. */
  waiting: number;
  delivered: number;
  refused: number;
  /** Records that were dropped to stay in bounds before it could take them. */
  lost: number;
  /** Why the last delivery failed; empty when it did not. */
  detail: string;
}
