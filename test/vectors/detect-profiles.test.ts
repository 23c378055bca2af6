/** AWS's own behaviors, profiles, alerts and reports: from its guide and from public captures. */
import { readdirSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createDetector } from "../../agent/detect/engine.ts";
import { parseProfile } from "../../agent/detect/parse-profile.ts";
import type { SecurityProfile } from "../../agent/detect/profile.ts";
import { datapointsOf } from "../../agent/detect/report.ts";

const test = suite("vectors: Device Defender: behaviors");
const folder = new URL("../../../shared/vectors/defender/", import.meta.url);
const json = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8"));

/** Samples of the guide that are not what they should be; device-defender.md §3.3 lists them. */
const faults: Readonly<Record<string, readonly string[]>> = {
  // A key with its colon inside the quotes: the dimension has no name.
  "doc-scoping-security-behavior-04-json.json": [
    "metricDimension.dimensionName:",
    "metricDimension.dimensionName",
  ],
};
/** Its name says UDP, its metric is the TCP one: wrong, and good grammar. */
const MISLABELLED = "doc-detect-device-side-metrics-11-behavior.json";

const documents = readdirSync(folder).filter((file) => file.endsWith(".json"));
/** A profile's answer, a list of behaviors, or one behavior: told by content, not by name. */
const isProfile = (input: object) =>
  "behaviors" in input || "criteria" in ([input].flat() as object[])[0]!;
const profiles = documents.filter((file) => isProfile(json(file)));

test("there are as many as were counted by hand, or more", () => {
  assert.ok(profiles.length >= 33, String(profiles.length));
});

for (const file of profiles) {
  test(`${file}: ${file in faults ? "names its fault" : "parses"}`, () => {
    const parsed = parseProfile(json(file), { nameDefault: "vector" });
    const members = "problems" in parsed ? parsed.problems.map(({ member }) => member) : [];
    assert.equal(members, faults[file] ?? []);
    if ("profile" in parsed) createDetector({ profiles: [parsed.profile] });
  });
}

test("the sample that is mislabelled watches the metric that it names", () => {
  const parsed = parseProfile(json(MISLABELLED), { nameDefault: "vector" });
  const [behavior] = (parsed as { profile: SecurityProfile }).profile.behaviors;
  assert.match(behavior!.name, /UPD/);
  assert.is(behavior!.metric, "aws:num-listening-tcp-ports");
});

test("other documents are no profiles, and each says why", () => {
  for (const file of documents) {
    if (profiles.includes(file) || isProfileAnswer(json(file))) continue;
    const parsed = parseProfile(json(file), { nameDefault: "vector" });
    assert.ok("problems" in parsed && parsed.problems.length > 0, file);
  }
});

/** A create or update answer has a profile's name and no behaviors: AWS has such profiles. */
const isProfileAnswer = (input: object) =>
  "securityProfileName" in input && "securityProfileArn" in input;

test("the captured alert: the same behavior raises it at the same time with the same value", () => {
  const alert = json("sns-violation-message-in-alarm.json");
  const { violationEventTime, thingName, behavior, metricValue, securityProfileName } = alert;
  const parsed = parseProfile({ securityProfileName, behaviors: [behavior] }, { nameDefault: "" });
  assert.ok("profile" in parsed);
  const detector = createDetector({ profiles: [parsed.profile] });
  const datapoint = { metric: behavior.metric, value: metricValue };
  assert.equal(detector.observe(thingName, [datapoint], violationEventTime - 100_000), []);
  // It was published 36 s after the end of its slot.
  const [event] = detector.advance(violationEventTime + 36_500);
  assert.is(event!.event, "in-alarm");
  assert.is(event!.timeMs, violationEventTime);
  assert.equal(event!.value, metricValue);
  assert.is(event!.violationId.length, alert.violationId.length);
});

test("the guide's reports, in long and short names, have the same metrics", () => {
  const metricsOf = (file: string) => {
    const read = datapointsOf(json(file));
    assert.ok("datapoints" in read, file);
    return read.datapoints.map(({ metric, value }) => `${metric} ${Object.keys(value)}`);
  };
  const long = metricsOf("doc-detect-device-side-metrics-24-report.json");
  assert.equal(metricsOf("doc-detect-device-side-metrics-25-report.json"), long);
  assert.is(long.length, 14);
});

test("the guide's rejected report is refused, its mended one is not", () => {
  assert.equal(datapointsOf(json("doc-device-defender-troubleshoot-06-report.json")), {
    problem: "my_custom_metric is not a list",
  });
  assert.ok("datapoints" in datapointsOf(json("doc-device-defender-troubleshoot-08-report.json")));
});

test.run();
