import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { awsMetricNames } from "../../../agent/detect/metrics.ts";
import { parseProfile } from "../../../agent/detect/parse-profile.ts";

const test = suite("detect: security profiles: grammar");

const parse = (input: unknown, strict = false) =>
  parseProfile(input, { nameDefault: "file", strict });

/** The problems as "behavior member: message without its first sentence". */
function problemsOf(input: unknown, strict = false): string[] {
  const parsed = parse(input, strict);
  if (!("problems" in parsed)) return [];
  return parsed.problems.map(({ behavior, member, message }) => {
    const title = behavior === null ? "Security profile" : `Behavior ${behavior}`;
    assert.ok(message.startsWith(`${title} is malformed. `), message);
    return `${member}: ${message.slice(`${title} is malformed. `.length)}`;
  });
}

const ports = { comparisonOperator: "in-port-set", value: { ports: [22] } };
const sent = { comparisonOperator: "less-than", value: { count: 10 } };
const behavior = (metric: unknown, criteria: unknown, more = {}) => [
  { name: "b", metric, criteria, ...more },
];

test("the error of AWS's own sample, to the letter", () => {
  const parsed = parse(
    behavior(
      "aws:num-authorization-failures",
      { ...sent, consecutiveDatapointsToAlarm: 100000 },
      { name: "Authorization" },
    ),
  );
  assert.equal("problems" in parsed && parsed.problems, [
    {
      behavior: "Authorization",
      member: "criteria.consecutiveDatapointsToAlarm",
      message:
        "Behavior Authorization is malformed. consecutiveDatapointsToAlarm 100000 should be in range[1,10]",
    },
  ]);
});

test("takes what AWS describes, a bare list, and one behavior", () => {
  const list = behavior("aws:listening-tcp-ports", ports);
  for (const input of [
    { securityProfileName: "mine", behaviors: list, version: 2, creationDate: 1, $metadata: {} },
    list,
    list[0]!,
  ]) {
    const parsed = parse(input);
    assert.ok("profile" in parsed);
    assert.equal(parsed.profile.behaviors, list);
    const name = "securityProfileName" in input ? "mine" : "file";
    assert.is(parsed.profile.securityProfileName, name);
    assert.is("version" in parsed.profile, false);
  }
});

test("every metric takes its own operators, values and thresholds, and no others", () => {
  const statistical = {
    comparisonOperator: "less-than",
    statisticalThreshold: { statistic: "p90" },
  };
  const ml = { mlDetectionConfig: { confidenceLevel: "HIGH" } };
  const criteria = {
    count: sent,
    ports,
    cidrs: { comparisonOperator: "in-cidr-set", value: { cidrs: ["10.0.0.0/8"] } },
  };
  const table: Record<string, string> = {};
  for (const metric of awsMetricNames) {
    const takes = [
      ...Object.entries(criteria),
      ["duration", { ...sent, durationSeconds: 300 }] as const,
      ["statistical", statistical] as const,
      ["ml", ml] as const,
    ].filter(([, one]) => problemsOf(behavior(metric, one)).length === 0);
    const scope = { metricDimension: { dimensionName: "D" } };
    const base = metric.includes("address")
      ? criteria.cidrs
      : metric.includes("listening-") && !metric.includes("num")
        ? ports
        : sent;
    const isScoped = problemsOf(behavior(metric, base, scope)).length === 0;
    table[metric] = [...takes.map(([name]) => name), ...(isScoped ? ["dimension"] : [])].join(" ");
  }
  const countOf = (more = "") => `count duration statistical ml${more}`;
  assert.equal(table, {
    "aws:message-byte-size": "count statistical ml dimension",
    "aws:num-messages-sent": countOf(" dimension"),
    "aws:num-messages-received": countOf(" dimension"),
    "aws:num-authorization-failures": countOf(" dimension"),
    "aws:source-ip-address": "cidrs dimension",
    "aws:num-connection-attempts": countOf(),
    "aws:num-disconnects": countOf(),
    "aws:disconnect-duration": "count",
    "aws:all-bytes-in": countOf(),
    "aws:all-bytes-out": countOf(),
    "aws:all-packets-in": countOf(),
    "aws:all-packets-out": countOf(),
    "aws:num-listening-tcp-ports": countOf(),
    "aws:num-listening-udp-ports": countOf(),
    "aws:num-established-tcp-connections": countOf(),
    "aws:listening-tcp-ports": "ports",
    "aws:listening-udp-ports": "ports",
    "aws:destination-ip-addresses": "cidrs",
  });
});

test("custom metrics of all four types", () => {
  for (const criteria of [
    { comparisonOperator: "greater-than", value: { number: -1.5 }, durationSeconds: 900 },
    { comparisonOperator: "greater-than", value: { count: 1 } },
    { comparisonOperator: "in-set", value: { numbers: [1, 2.5] } },
    { comparisonOperator: "not-in-set", value: { strings: ["a"] } },
    { comparisonOperator: "not-in-cidr-set", value: { cidrs: ["fe80::/10"] } },
    { mlDetectionConfig: { confidenceLevel: "LOW" } },
  ]) {
    assert.equal(problemsOf(behavior("mine", criteria)), []);
  }
  assert.equal(
    problemsOf(
      behavior("mine", {
        comparisonOperator: "in-set",
        value: { strings: [] },
        durationSeconds: 300,
      }),
    ),
    ["criteria.durationSeconds: durationSeconds does not apply to metric mine"],
  );
  assert.equal(problemsOf(behavior("mine", ports)), [
    "criteria.comparisonOperator: comparisonOperator in-port-set should be one of [in-set, not-in-set] for metric mine",
  ]);
});

test("faults name the behavior and the member", () => {
  const dimension = { metricDimension: { dimensionName: "D", operator: "NOT" } };
  const faults: [unknown, string][] = [
    [
      behavior("aws:num-message-sent", sent),
      "metric: metric aws:num-message-sent is unknown; did you mean aws:num-messages-sent?",
    ],
    [behavior("aws:num-messages-sent", undefined), "criteria: criteria is missing"],
    [behavior(undefined, sent), "metric: metric is missing"],
    [
      behavior("aws:num-messages-sent", { ...sent, durationSeconds: 400 }),
      "criteria.durationSeconds: durationSeconds 400 should be one of [300, 600, 900, 1800, 3600]",
    ],
    [
      behavior("aws:num-messages-sent", { value: { count: 1 } }),
      "criteria.comparisonOperator: comparisonOperator is missing",
    ],
    [
      behavior("aws:num-messages-sent", { comparisonOperator: "less-than" }),
      "criteria: exactly one of value, statisticalThreshold, mlDetectionConfig should be given; there is none",
    ],
    [
      behavior("aws:num-messages-sent", {
        ...sent,
        mlDetectionConfig: { confidenceLevel: "HIGH" },
      }),
      "criteria: exactly one of value, statisticalThreshold, mlDetectionConfig should be given; there are value, mlDetectionConfig",
    ],
    [
      behavior("aws:num-messages-sent", { comparisonOperator: "less-than", value: { count: -1 } }),
      "criteria.value.count: count -1 should be in range[0,9007199254740991]",
    ],
    [
      behavior("aws:num-messages-sent", { comparisonOperator: "less-than", value: { count: 1.5 } }),
      "criteria.value.count: count 1.5 should be an integer",
    ],
    [
      behavior("aws:num-messages-sent", { comparisonOperator: "less-than", value: { number: 1 } }),
      "criteria.value.number: number should be count for metric aws:num-messages-sent",
    ],
    [
      behavior("aws:listening-tcp-ports", {
        comparisonOperator: "in-port-set",
        value: { ports: [22, 65536] },
      }),
      "criteria.value.ports[1]: ports[1] 65536 should be in range[0,65535]",
    ],
    [
      behavior("aws:source-ip-address", {
        comparisonOperator: "in-cidr-set",
        value: { cidrs: ["10.0.0.0/33"] },
      }),
      "criteria.value.cidrs[0]: cidr 10.0.0.0/33 should be an address, or a network as 10.0.0.0/8",
    ],
    [
      behavior("aws:all-bytes-in", {
        comparisonOperator: "less-than",
        statisticalThreshold: { statistic: "p95" },
      }),
      "criteria.statisticalThreshold.statistic: statistic p95 should be one of [p0, p0.1, p0.01, p1, p10, p50, p90, p99, p99.9, p99.99, p100]; did you mean p90?",
    ],
    [
      behavior("aws:all-bytes-in", {
        comparisonOperator: "less-than",
        mlDetectionConfig: { confidenceLevel: "HIGH" },
      }),
      "criteria.comparisonOperator: comparisonOperator does not apply with mlDetectionConfig",
    ],
    [
      behavior("aws:all-bytes-in", { mlDetectionConfig: { confidenceLevel: "high" } }),
      "criteria.mlDetectionConfig.confidenceLevel: confidenceLevel high should be one of [LOW, MEDIUM, HIGH]",
    ],
    [
      behavior("aws:num-messages-sent", sent, dimension),
      "metricDimension.operator: operator NOT should be one of [IN, NOT_IN]",
    ],
    [
      behavior("aws:num-messages-sent", sent, { suppressAlert: true }),
      "behavior.suppressAlert: suppressAlert is unknown; did you mean suppressAlerts?",
    ],
    [
      [...behavior("mine", { ...sent }), ...behavior("mine", { ...sent })],
      "name: name is used twice in the profile",
    ],
    [
      { securityProfileName: "a b" },
      "securityProfileName: securityProfileName a b should match [a-zA-Z0-9:_-]+",
    ],
    [
      { securityProfileName: "a", alertTargets: { SNS: { alertTargetArn: "arn:x" } } },
      "alertTargets.SNS.roleArn: roleArn is missing",
    ],
    [
      { securityProfileName: "a", additionalMetricsToRetain: ["aws:none"] },
      "additionalMetricsToRetain[0]: metric aws:none is unknown; names that start with aws: are AWS's own",
    ],
    [
      { securityProfileName: "a", metricsExportConfig: { mqttTopic: "", roleArn: "x".repeat(20) } },
      "metricsExportConfig.mqttTopic: mqttTopic has 0 characters, should be in range[1,512]",
    ],
    [{}, "behaviors: behaviors is missing"],
  ];
  for (const [input, fault] of faults) assert.equal(problemsOf(input), [fault]);
});

test("the quotas of a profile", () => {
  const many = Array.from({ length: 101 }, (_, index) => ({
    name: `b${index}`,
    metric: "mine",
    criteria: sent,
  }));
  assert.equal(problemsOf(many), [
    "behaviors: behaviors has 101 elements, should be in range[0,100]",
  ]);
  const wide = [0, 1].map((index) => ({
    name: `b${index}`,
    metric: "aws:listening-tcp-ports",
    criteria: {
      comparisonOperator: "in-port-set",
      value: { ports: Array.from({ length: 501 }, (_, port) => port) },
    },
  }));
  assert.equal(problemsOf(wide), [
    "behaviors: value elements of all behaviors 1002 should be in range[0,1000]",
  ]);
});

test("a name with spaces, as in the guide's samples, is a note; strictly it is a fault", () => {
  const input = behavior("aws:num-messages-sent", sent, { name: "Out bound" });
  const parsed = parse(input);
  assert.ok("notes" in parsed && parsed.notes.length === 1);
  assert.equal(problemsOf(input, true), ["name: name Out bound should match [a-zA-Z0-9:_-]+"]);
});

test("anything at all gives a profile or problems", () => {
  const near = fc.constantFrom(
    ...["name", "metric", "criteria", "value", "ports", "behaviors", "comparisonOperator"],
    ...["aws:listening-tcp-ports", "in-port-set", "less-than", "__proto__", "mlDetectionConfig"],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium" },
      near,
      fc.jsonValue(),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(near, tie("tree"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (input) => {
      const parsed = parse(input);
      assert.ok("profile" in parsed || parsed.problems.length > 0);
    }),
    { numRuns: 2_000 },
  );
});

test.run();
