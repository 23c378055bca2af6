import { suite } from "uvu";
import * as assert from "uvu/assert";
import { learnProfile } from "../../../../agent/detect/learning/learn.ts";
import { createRecorder } from "../../../../agent/detect/learning/recording.ts";
import { createRehearsal } from "../../../../agent/detect/learning/rehearsal.ts";
import { parseProfile } from "../../../../agent/detect/parse-profile.ts";
import { datapointsOf } from "../../../../agent/detect/report.ts";
import { createPrng } from "../../../../sim/engine/prng.ts";
import { DAY_MS, type Line, MONDAY_MS, weekOf } from "./weeks.ts";

const test = suite("detect: learning: a proposed profile");

const THINGS = 8;

function learnFrom(lines: readonly Line[], alarmsPerMonth: number) {
  const { recording, add } = createRecorder();
  for (const { thing, received_at, report } of lines) {
    const read = datapointsOf(report);
    assert.ok("datapoints" in read, JSON.stringify(read));
    add(thing, read.datapoints, received_at);
  }
  return learnProfile(recording, { name: "learnt", alarmsPerMonth });
}

function rehearseOn(lines: readonly Line[], profile: ReturnType<typeof learnFrom>["profile"]) {
  const rehearsal = createRehearsal(profile, []);
  for (const { thing, received_at, report } of lines) {
    const read = datapointsOf(report);
    if ("datapoints" in read) rehearsal.observe(thing, read.datapoints, received_at);
  }
  return rehearsal.finish();
}

const prng = createPrng(4);
const week = weekOf(prng.fork(), THINGS, MONDAY_MS);
const next = weekOf(prng.fork(), THINGS, MONDAY_MS + 7 * DAY_MS);

for (const wanted of [100, 30]) {
  test(`${wanted} alarms a month and thing are stated, and next week has them within a factor of 2`, () => {
    const learnt = learnFrom(week, wanted);
    const rehearsed = rehearseOn(next, learnt.profile);
    const ratio = rehearsed.alarmsPerMonth / learnt.alarmsPerMonth;
    const alarms = rehearsed.behaviors.reduce((sum, one) => sum + one.alarms, 0);
    assert.ok(alarms >= 15, `only ${alarms} alarms say nothing`);
    assert.ok(ratio > 0.5 && ratio < 2, `stated ${learnt.alarmsPerMonth}, observed x ${ratio}`);
    assert.ok(Math.abs(learnt.alarmsPerMonth / wanted - 1) < 0.3, `${learnt.alarmsPerMonth}`);
  });
}

test("few alarms are stated, more rarely than the week can show, and next weeks have about as many", () => {
  let [stated, observed] = [0, 0];
  for (let seed = 1; seed <= 4; seed++) {
    const chance = createPrng(seed);
    const learnt = learnFrom(weekOf(chance.fork(), THINGS, MONDAY_MS), 3);
    const after = weekOf(chance.fork(), THINGS, MONDAY_MS + 7 * DAY_MS);
    stated += learnt.alarmsPerMonth;
    observed += rehearseOn(after, learnt.profile).alarmsPerMonth;
  }
  assert.ok(observed / stated > 0.5 && observed / stated < 2, `${observed} of ${stated}`);
});

test("what is stable is proposed, what is not is named", () => {
  const { profile, notes } = learnFrom(week, 1);
  assert.ok("profile" in parseProfile(profile, { nameDefault: "x", strict: true }));
  const criteria = (metric: string) =>
    profile.behaviors.find((one) => one.metric === metric)?.criteria;
  assert.equal(criteria("aws:listening-tcp-ports")?.value, { ports: [22, 8883] });
  assert.equal(criteria("services")?.value, { strings: ["mosquitto", "sshd"] });
  assert.equal(criteria("aws:destination-ip-addresses")?.value, {
    cidrs: ["10.1.0.5", "10.1.0.6", "192.0.2.10"],
  });
  const bytes = criteria("aws:all-bytes-out");
  assert.is(bytes?.durationSeconds, 300);
  assert.is(bytes?.consecutiveDatapointsToAlarm, 2);
  assert.is(criteria("aws:num-established-tcp-connections")?.value?.count, 3);
  assert.is(criteria("temperature_c")?.durationSeconds, undefined);
  for (const [metric, why] of [
    ["aws:listening-udp-ports", /not stable: \d+ new|thousands/],
    ["aws:num-listening-tcp-ports", /aws:listening-tcp-ports says more/],
    ["uptime_s", /it drifts/],
  ] as const) {
    assert.is(criteria(metric), undefined);
    assert.match(notes.find((note) => note.startsWith(metric)) ?? "", why);
  }
});

test("a shift that the week never had is an alarm", () => {
  const { profile } = learnFrom(week, 1);
  const shifted = next.slice(0, THINGS * 20).map((line) => {
    const report = structuredClone(line.report) as {
      metrics: { network_stats: { bytes_out: number } };
    };
    report.metrics.network_stats.bytes_out = 1_000_000;
    return { ...line, report } as unknown as Line;
  });
  const figures = rehearseOn(shifted, profile).behaviors.find(
    ({ metric }) => metric === "aws:all-bytes-out",
  );
  assert.is(figures?.alarms, THINGS);
});

test.run();
