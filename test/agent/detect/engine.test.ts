import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Datapoint } from "../../../agent/detect/datapoint.ts";
import { createDetector } from "../../../agent/detect/engine.ts";
import type { BehaviorCriteria, SecurityProfile } from "../../../agent/detect/profile.ts";
import type { ViolationEvent } from "../../../agent/detect/violation.ts";

const test = suite("detect: the detector");

const START_MS = Date.UTC(2026, 10, 24);
const SLOT_MS = 300_000;
const DAY_MS = 86_400_000;

const profileOf = (metric: string, criteria: BehaviorCriteria): SecurityProfile => ({
  securityProfileName: "P",
  behaviors: [{ name: "b", metric, criteria }],
});
const portsIn: BehaviorCriteria = {
  comparisonOperator: "in-port-set",
  value: { ports: [8888] },
};
const ports = (...list: number[]): Datapoint[] => [
  { metric: "aws:listening-tcp-ports", value: { ports: list } },
];
const sent = (count: number): Datapoint[] => [
  { metric: "aws:num-messages-sent", value: { count } },
];
/** "in-alarm 0 +300" : the event, the value's number, seconds after the start. */
const shown = ({ event, value, timeMs }: ViolationEvent) =>
  [event, JSON.stringify(value ?? null), (timeMs - START_MS) / 1000].join(" ");

test("a port outside the set alarms with the report that shows it; an empty list clears", () => {
  const detector = createDetector({ profiles: [profileOf("aws:listening-tcp-ports", portsIn)] });
  assert.equal(detector.observe("gw", ports(8888), START_MS), []);
  const [alarm] = detector.observe("gw", ports(443, 8888, 443), START_MS + SLOT_MS);
  assert.is(alarm!.event, "in-alarm");
  assert.equal(alarm!.offending, [443]);
  assert.equal(alarm!.value, { ports: [443, 8888, 443] });
  assert.equal(detector.observe("gw", ports(443), START_MS + 2 * SLOT_MS), []);
  assert.equal(
    detector.active().map(({ lastMs, lastValue, startMs }) => [lastMs, startMs, lastValue]),
    [[START_MS + 2 * SLOT_MS, START_MS + SLOT_MS, { ports: [443] }]],
  );
  const [cleared] = detector.observe("gw", [...ports()], START_MS + 3 * SLOT_MS);
  assert.is(cleared!.event, "alarm-cleared");
  assert.is(cleared!.violationId, alarm!.violationId);
  const [again] = detector.observe("gw", ports(443), START_MS + 4 * SLOT_MS);
  assert.is.not(again!.violationId, alarm!.violationId);
});

test("cloud-side counts are judged at the end of their slot; silence is 0", () => {
  const criteria: BehaviorCriteria = {
    comparisonOperator: "greater-than",
    value: { count: 10 },
    durationSeconds: 600,
  };
  const detector = createDetector({ profiles: [profileOf("aws:num-messages-sent", criteria)] });
  detector.observe("gw", sent(6), START_MS + 1_000);
  detector.observe("gw", sent(5), START_MS + 2_000);
  // AWS's own sample has "greater-than 10" in alarm with a count of 0.
  const events = detector.advance(START_MS + 3 * SLOT_MS);
  assert.equal(events.map(shown), ['in-alarm {"count":0} 900']);
});

test("a duration sums the slots of reports", () => {
  const criteria: BehaviorCriteria = {
    comparisonOperator: "less-than-equals",
    value: { count: 100 },
    durationSeconds: 900,
  };
  const detector = createDetector({ profiles: [profileOf("aws:all-bytes-out", criteria)] });
  const seen = [50, 50, 1, 0, 49, 60].flatMap((count, index) =>
    detector.observe(
      "gw",
      [{ metric: "aws:all-bytes-out", value: { count } }],
      START_MS + index * SLOT_MS + 7_000,
    ),
  );
  assert.equal(seen.map(shown), [
    'in-alarm {"count":101} 607',
    'alarm-cleared {"count":51} 907',
    'in-alarm {"count":109} 1507',
  ]);
});

test("a statistic judges each thing against all", () => {
  const criteria: BehaviorCriteria = {
    comparisonOperator: "less-than-equals",
    statisticalThreshold: { statistic: "p90" },
    durationSeconds: 300,
  };
  const detector = createDetector({ profiles: [profileOf("aws:all-bytes-out", criteria)] });
  for (let thing = 1; thing <= 10; thing++) {
    const value = { count: thing === 7 ? 99 : thing };
    detector.observe(`gw-${thing}`, [{ metric: "aws:all-bytes-out", value }], START_MS);
  }
  const events = detector.advance(START_MS + SLOT_MS);
  assert.equal(
    events.map(({ thing, threshold, value }) => [thing, threshold, value]),
    [["gw-7", 10, { count: 99 }]],
  );
});

test("a group of one has no percentile", () => {
  const criteria: BehaviorCriteria = {
    comparisonOperator: "less-than",
    statisticalThreshold: { statistic: "p50" },
  };
  const detector = createDetector({ profiles: [profileOf("aws:num-messages-sent", criteria)] });
  detector.observe("gw", sent(6), START_MS);
  assert.equal(detector.advance(START_MS + SLOT_MS), []);
});

test("two days of silence invalidate, whenever it is noticed", () => {
  const detector = createDetector({ profiles: [profileOf("aws:listening-tcp-ports", portsIn)] });
  const [alarm] = detector.observe("gw", ports(1), START_MS);
  assert.equal(detector.advance(START_MS + 2 * DAY_MS), []);
  const [end, ...more] = detector.advance(START_MS + 9 * DAY_MS);
  assert.equal(more, []);
  assert.equal(shown(end!), `alarm-invalidated null ${(2 * DAY_MS) / 1000}`);
  assert.is(end!.violationId, alarm!.violationId);
  assert.equal(detector.counts, { things: 0, datapointsDropped: 0 });
});

test("what is no longer watched is invalidated: profile, target, thing, also over a restart", () => {
  const profiles = [profileOf("aws:listening-tcp-ports", portsIn)];
  const other = [profileOf("aws:listening-tcp-ports", { ...portsIn, value: { ports: [1] } })];
  const members = new Set(["a", "b", "c", "d"]);
  const isMember = (thing: string) => members.has(thing);
  const detector = createDetector({ profiles, isMember });
  for (const thing of ["a", "b", "c", "x"]) detector.observe(thing, ports(1), START_MS);
  const ends = (events: ViolationEvent[]) => events.map(({ thing, event }) => `${thing} ${event}`);
  members.delete("a");
  assert.equal(ends(detector.refreshMembers(START_MS + 1)), ["a alarm-invalidated"]);
  assert.equal(ends(detector.forget("b", START_MS + 2)), ["b alarm-invalidated"]);
  // Whether alerts are withheld changes nothing of what is normal.
  const quiet = profiles.map((one) => ({
    ...one,
    behaviors: one.behaviors.map((behavior) => ({ ...behavior, suppressAlerts: true })),
  }));
  assert.equal(detector.setProfiles(quiet, START_MS + 3), []);
  const savedState = detector.state();
  const next = createDetector({ profiles: other, isMember, savedState });
  assert.equal(ends(next.observe("d", ports(1), START_MS + 4)), ["c alarm-invalidated"]);
  assert.equal(ends(detector.setProfiles(other, START_MS + 4)), ["c alarm-invalidated"]);
});

test("the same reports after a power cut give the same ids", () => {
  const profiles = [profileOf("aws:listening-tcp-ports", portsIn)];
  const detector = createDetector({ profiles });
  detector.observe("gw", ports(8888), START_MS);
  const savedState = detector.state();
  const first = detector.observe("gw", ports(1), START_MS + SLOT_MS);
  const again = createDetector({ profiles, savedState }).observe(
    "gw",
    ports(1),
    START_MS + SLOT_MS,
  );
  assert.is(first.length, 1);
  assert.equal(again, first);
});

test("a damaged state is told and begins anew", () => {
  const profiles = [profileOf("aws:listening-tcp-ports", portsIn)];
  const detector = createDetector({ profiles });
  detector.observe("gw", ports(1), START_MS);
  const good = detector.state();
  assert.is(createDetector({ profiles, savedState: good }).restored, "restored");
  for (let length = 0; length < good.length; length++) {
    const cut = createDetector({ profiles, savedState: good.subarray(0, length) });
    assert.is(cut.restored, "damaged");
    const flipped = Uint8Array.from(good);
    flipped[length]! ^= 1;
    assert.is(createDetector({ profiles, savedState: flipped }).restored, "damaged");
  }
  assert.is(createDetector({ profiles }).restored, "fresh");
});

test("follows no more things than it may", () => {
  const profiles = [profileOf("aws:listening-tcp-ports", portsIn)];
  const detector = createDetector({ profiles, settings: { thingsMax: 2 } });
  for (const thing of ["a", "b", "c", "a"]) detector.observe(thing, ports(8888), START_MS);
  assert.equal(detector.counts, { things: 2, datapointsDropped: 1 });
});

test("the largest states there are take at most 256 bytes each", () => {
  const text = "x".repeat(128);
  const names = ["1", "2", "3"].map((digit) => digit + text.slice(1));
  const profiles: SecurityProfile[] = [
    {
      securityProfileName: text,
      behaviors: [
        {
          name: names[0]!,
          metric: "aws:all-bytes-out",
          criteria: {
            comparisonOperator: "less-than",
            value: { count: 0 },
            durationSeconds: 3600,
          },
        },
        {
          name: names[1]!,
          metric: "aws:destination-ip-addresses",
          criteria: { comparisonOperator: "in-cidr-set", value: { cidrs: [] } },
        },
      ],
    },
  ];
  const detector = createDetector({ profiles });
  const cidrs = Array.from({ length: 900 }, (_, at) => `2001:db8:1111:2222:3333:4444:5555:${at}`);
  const things = 200;
  for (let slot = 0; slot < 13; slot++) {
    for (let thing = 0; thing < things; thing++) {
      detector.observe(
        text.slice(4) + thing,
        [
          { metric: "aws:all-bytes-out", value: { count: 2 ** 49 + slot } },
          { metric: "aws:destination-ip-addresses", value: { cidrs } },
        ],
        START_MS + slot * SLOT_MS,
      );
    }
  }
  assert.is(detector.active().length, 2 * things);
  assert.ok(detector.state().length / (2 * things) <= 256, String(detector.state().length));
});

test.run();
