import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PlantObservation } from "../../../../agent/core/plant.ts";
import { createPlantDetector } from "../../../../agent/detect/plant/detector.ts";
import { MATTERS_MAX } from "../../../../agent/detect/plant/matters.ts";
import { hostScan } from "../../../../agent/detect/rules/host-scan.ts";
import { rules } from "../../../../agent/detect/rules/index.ts";
import { operatingMode } from "../../../../agent/detect/rules/operating-mode.ts";
import { defineRule } from "../../../../agent/detect/rules/rule.ts";
import {
  command,
  fact,
  hmi,
  judged,
  knock,
  laptop,
  learnt,
  observed,
  plc,
  talk,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: plant: matters");

const stop = (atS: number, parts = {}) =>
  observed(atS, {
    commands: [
      command(atS, { command: "plc stop", commandClass: "control", action: "stop", ...parts }),
    ],
  });

test("a matter is told when it begins and when it is over, with one id", () => {
  const findings = judged(operatingMode, [stop(0), stop(60), observed(700, {})]);
  assert.equal(
    findings.map(({ event }) => event),
    ["in-alarm", "alarm-cleared"],
  );
  assert.is(new Set(findings.map(({ id }) => id)).size, 1);
  assert.match(findings[0]!.id, /^[0-9a-f]{32}$/);
  assert.match(findings[1]!.why, /not seen any more for 600 s \(seen in 2 stretches\)/);
  assert.is(findings[1]!.sinceWallMs, findings[0]!.sinceWallMs);
});

test("the same capture gives the same findings", () => {
  const scan = Array.from({ length: 30 }, (_, at) =>
    observed(at, { conversations: [knock(at, { from: laptop, to: `10.1.1.${at}` })] }),
  );
  assert.equal(judged(rules, scan), judged(rules, scan));
});

test("what got worse is told again, and what got better is not", () => {
  const severities = ["low", "high", "low"] as const;
  const rule = defineRule({
    ...operatingMode,
    begin: () => {
      let at = 0;
      return () => [
        { subject: "it", groups: ["g"], why: "so", numbers: {}, severity: severities[at++]! },
      ];
    },
  });
  const findings = judged(rule, [observed(0, {}), observed(1, {})]);
  assert.equal(
    findings.map(({ severity }) => severity),
    ["low", "high"],
  );
  assert.is(findings[0]!.id, findings[1]!.id);
});

test("a ninth matter of one doer, or to one victim, is one for all the rest", () => {
  const stops = Array.from({ length: 100 }, (_, at) =>
    stop(at, { client: laptop, server: `10.1.0.${at}` }),
  );
  const findings = told(judged(operatingMode, stops));
  assert.is(findings.length, 9);
  assert.is(findings.at(-1), `operating_mode ${laptop} and others`);
  const victim = Array.from({ length: 100 }, (_, at) => stop(at, { client: `10.1.1.${at}` }));
  assert.is(told(judged(operatingMode, victim)).at(-1), `operating_mode ${plc} and others`);
});

test("what lasts is not told again after a restart", () => {
  const options = { thing: "gw-7", baseline: null, rules: [operatingMode] };
  const before = createPlantDetector({ ...options, saved: null });
  assert.is(before.observe(stop(0)).length, 1);
  const saved = JSON.parse(JSON.stringify(before.state()));
  const after = createPlantDetector({ ...options, saved });
  assert.equal(after.observe(stop(5)), []);
  assert.is(after.active()[0]!.count, 2);
});

test("matters are bounded, and what found no room is counted", () => {
  const detector = createPlantDetector({
    thing: "gw",
    baseline: null,
    saved: null,
    rules: [operatingMode],
  });
  for (let at = 0; at < MATTERS_MAX + 50; at++) {
    const place = `${at >> 8}.${at & 255}`;
    detector.observe(stop(0, { client: `10.3.${place}`, server: `10.4.${place}` }));
  }
  assert.is(detector.active().length, MATTERS_MAX);
  assert.is(detector.droppedCount, 50);
});

test("an answer that comes in the next stretch is one", () => {
  const halves = Array.from({ length: 20 }, (_, at) => {
    const ends = { from: laptop, to: `10.1.2.${at}` };
    return [
      observed(at * 10, { conversations: [knock(at * 10 + 9.9, ends)] }),
      observed(at * 10 + 1, {
        conversations: [talk(at * 10 + 10, { ...ends, synCount: 1, packets: [3, 4] })],
      }),
    ];
  }).flat();
  assert.equal(told(judged(hostScan, halves)), []);
});

const text = fc.oneof(fc.constantFrom(hmi, plc, laptop, "", "::", "ff02::1", "x"), fc.string());
const count = fc.oneof(fc.nat(3), fc.nat());
const pair = fc.tuple(count, count);
const end = fc.record({ address: text, port: fc.nat(65_535) });
const time = fc.double({ min: 0, max: 4e12, noNaN: true });
const hostile: fc.Arbitrary<PlantObservation> = fc.record({
  fromMs: time,
  untilMs: time,
  lostCount: fc.nat(2),
  facts: fc
    .array(
      fc.record({
        name: fc.constantFrom("mac", "weakness"),
        value: text,
        address: text,
        atMs: time,
      }),
      { maxLength: 3 },
    )
    .map((facts) =>
      facts.map(({ address, ...rest }) => fact(0, { subject: { address }, ...rest } as never)),
    ),
  commands: fc.array(
    fc
      .record({
        client: text,
        server: text,
        object: text,
        requestCount: count,
        errorCount: count,
        responseCount: count,
        error: text,
        firstMs: time,
        lastMs: time,
        action: fc.constantFrom("stop", "time_set"),
        commandClass: fc.constantFrom("read", "write", "control", "other"),
      })
      .map((parts) => command(0, parts as never)),
    { maxLength: 5 },
  ),
  conversations: fc.array(
    fc
      .record({
        kind: fc.constantFrom("link", "arp", "ipv4", "ipv6"),
        protocol: fc.constantFrom(0, 1, 6, 17, 255),
        initiator: end,
        responder: end,
        packets: pair,
        payloadBytes: pair,
        synCount: fc.nat(4),
        rstCount: fc.nat(2),
        firstMs: time,
        lastMs: time,
      })
      .map((parts) => ({ ...talk(0), ...parts }) as never),
    { maxLength: 8 },
  ),
});

test("no observation brings the rules down, with a baseline or without", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 8 }), (observations) => {
      for (const baseline of [null, learnt(observations, 1)]) {
        for (const finding of judged(rules, observations, baseline)) {
          assert.type(finding.why, "string");
          assert.ok(Object.values(finding.numbers).every(Number.isFinite), finding.why);
          assert.ok(Number.isSafeInteger(finding.sinceWallMs));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test.run();
