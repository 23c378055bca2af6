import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lintProfile } from "../../../../agent/detect/learning/lint.ts";
import { lintRecorded } from "../../../../agent/detect/learning/lint-recorded.ts";
import { createRehearsal } from "../../../../agent/detect/learning/rehearsal.ts";
import { parseProfile } from "../../../../agent/detect/parse-profile.ts";

const test = suite("detect: learning: lint");

function profileOf(...behaviors: [metric: string, operator: string | null, rest: object][]) {
  const input = behaviors.map(([metric, comparisonOperator, rest], index) => ({
    name: `b${index}`,
    metric,
    criteria: { ...(comparisonOperator !== null && { comparisonOperator }), ...rest },
  }));
  const parsed = parseProfile(input, { nameDefault: "p" });
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.profile;
}

const count = (value: number) => ({ value: { count: value } });
const statistic = (value: string) => ({ statisticalThreshold: { statistic: value } });
const cidrs = (...value: string[]) => ({ value: { cidrs: value } });

const cases: [string, string, object, string | null][] = [
  ["aws:all-bytes-out", "greater-than-equals", count(0), "never fires"],
  ["aws:all-bytes-out", "greater-than", count(0), null],
  ["aws:all-bytes-out", "less-than", count(0), "always fires"],
  ["aws:all-bytes-out", "less-than-equals", count(0), null],
  ["aws:all-bytes-out", "less-than-equals", count(4096), null],
  ["aws:message-byte-size", "less-than-equals", count(131_072), "never fires"],
  ["aws:message-byte-size", "less-than", count(131_072), null],
  ["aws:message-byte-size", "greater-than", count(131_072), "always fires"],
  ["aws:num-listening-tcp-ports", "less-than", count(70_000), "never fires"],
  ["celsius", "greater-than-equals", { value: { number: 0 } }, null],
  ["aws:all-bytes-out", "less-than-equals", statistic("p100"), "never fires"],
  ["aws:all-bytes-out", "less-than", statistic("p100"), "always fires"],
  ["aws:all-bytes-out", "greater-than-equals", statistic("p0"), "never fires"],
  ["aws:all-bytes-out", "greater-than", statistic("p100"), "always fires"],
  ["aws:all-bytes-out", "less-than-equals", statistic("p99"), null],
  ["aws:listening-tcp-ports", "not-in-port-set", { value: { ports: [] } }, "never fires"],
  ["aws:listening-tcp-ports", "in-port-set", { value: { ports: [] } }, null],
  ["aws:destination-ip-addresses", "in-cidr-set", cidrs("0.0.0.0/1", "128.0.0.0/1"), "never fires"],
  ["aws:destination-ip-addresses", "in-cidr-set", cidrs("0.0.0.0/1", "192.0.0.0/2"), null],
  ["aws:destination-ip-addresses", "not-in-cidr-set", cidrs("0.0.0.0/0"), "always fires"],
];

for (const [metric, operator, rest, what] of cases) {
  test(`${metric} ${operator} ${JSON.stringify(rest)}: ${what ?? "good"}`, () => {
    const findings = lintProfile(profileOf([metric, operator, rest]));
    assert.equal(
      findings.map((finding) => finding.what),
      what === null ? [] : [what],
    );
  });
}

test("two bounds with nothing between them", () => {
  const bounds = (low: number, high: number) =>
    profileOf(
      ["aws:all-bytes-out", "greater-than-equals", count(low)],
      ["aws:all-bytes-out", "less-than-equals", count(high)],
    );
  assert.is(lintProfile(bounds(10, 10)).length, 0);
  const [finding] = lintProfile(bounds(11, 10));
  assert.match(finding?.why ?? "", /as b1 has it/);
});

test("a recording shows what flaps, stands all the time, or is never reported", () => {
  const profile = profileOf(
    ["aws:all-bytes-in", "less-than-equals", count(100)],
    ["aws:all-bytes-out", "less-than-equals", count(100)],
    ["aws:listening-tcp-ports", "in-port-set", { value: { ports: [22] } }],
    ["aws:num-disconnects", "less-than-equals", count(5)],
    ["aws:all-packets-in", "less-than-equals", count(100)],
    ["aws:all-packets-in", "less-than-equals", statistic("p90")],
  );
  const rehearsal = createRehearsal(profile, []);
  for (let slot = 0; slot < 288; slot++) {
    const datapoints = [
      { metric: "aws:all-bytes-in", value: { count: slot % 6 === 0 ? 200 : 50 } },
      { metric: "aws:all-bytes-out", value: { count: 200 } },
      { metric: "aws:all-packets-in", value: { count: slot === 9 ? 200 : 50 } },
    ];
    rehearsal.observe("one", datapoints, slot * 300_000);
  }
  const findings = lintRecorded(profile, rehearsal.finish(), 4);
  assert.equal(
    findings.map(({ behavior, what }) => `${behavior} ${what}`),
    ["b0 flaps", "b1 always fires", "b2 never fires", "b5 never fires"],
  );
});

test.run();
