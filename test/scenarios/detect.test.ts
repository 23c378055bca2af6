import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SecurityProfile } from "../../agent/detect/profile.ts";
import { createGateway } from "../fixtures/gateway.ts";

const test = suite("scenarios: Detect on the gateway");

/** Normal: at most 10,000 bytes in per report. */
const profile: SecurityProfile = {
  securityProfileName: "plant",
  behaviors: [
    {
      name: "quiet",
      metric: "aws:all-bytes-in",
      criteria: {
        comparisonOperator: "less-than-equals",
        value: { count: 10_000 },
        durationSeconds: 300,
        consecutiveDatapointsToAlarm: 1,
        consecutiveDatapointsToClear: 1,
      },
    },
  ],
};

test("a device without any network raises, shows and keeps its alarms, and each arrives once", async () => {
  const gateway = await createGateway({ profiles: [profile] });
  gateway.service.goAway();
  gateway.controlRoom.goAway();
  for (const amount of [500, 50_000, 700, 60_000, 800]) {
    gateway.moveTraffic(amount);
    await gateway.run(300, 10);
    // The power goes after every report, alarm or not.
    await gateway.powerCut();
    await gateway.run(20, 10);
  }
  await gateway.run(300, 10);
  const { alerts } = gateway.status();
  assert.is(alerts.active.length, 0);
  assert.ok(alerts.recent.length >= 4);
  assert.equal(gateway.controlRoom.told, []);

  gateway.controlRoom.comeBack();
  gateway.service.comeBack();
  await gateway.run(700, 10);
  const { told } = gateway.controlRoom;
  const kinds = told.map((line) => line.split(" ").slice(0, 2).join(" "));
  assert.equal(kinds, [
    "raised in-alarm",
    "ended alarm-cleared",
    "raised in-alarm",
    "ended alarm-cleared",
  ]);
  assert.is(new Set(told).size, told.length);
});

test("what lasts is on the status, with the numbers in a sentence", async () => {
  const gateway = await createGateway({ profiles: [profile] });
  gateway.moveTraffic(99_000);
  await gateway.run(310, 10);
  const [active] = gateway.status().alerts.active;
  assert.is(active?.finding.subject, "aws:all-bytes-in");
  // Where to look first: Denial of Service.
  assert.equal(active?.finding.techniques, ["T0814"]);
  assert.match(active?.finding.why ?? "", /was 99000; normal is less-than-equals 10000 in 300 s/);
  const report = gateway.service.received[0];
  // The chain's anchor of the moment goes up, so that findings cut out on the device show elsewhere.
  assert.ok(Object.keys(report?.custom_metrics ?? {}).some((name) => name.startsWith("findings")));
});

test("an alarm of a metric that is silent for two days ends by the clock, and once over power cuts", async () => {
  // A report a day: what the clock brings does not wait for it.
  const gateway = await createGateway({
    profiles: [profile],
    args: { "report-interval-s": "86400" },
  });
  gateway.moveTraffic(99_000);
  await gateway.run(86_400, 60);
  assert.is(gateway.status().alerts.active.length, 1);
  // The file is gone: no report has the metric any more.
  gateway.host.files.delete("proc/net/dev");
  await gateway.run(2 * 86_400 - 120, 60);
  assert.is(gateway.status().alerts.active.length, 1);
  await gateway.run(600, 60);
  assert.is(gateway.status().alerts.active.length, 0);
  await gateway.powerCut();
  await gateway.run(600, 60);
  assert.equal(
    gateway.controlRoom.told.map((line) => line.split(" ").slice(0, 2).join(" ")),
    ["raised in-alarm", "reminder in-alarm", "reminder in-alarm", "ended alarm-invalidated"],
  );
});

test.run();
