import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createBaseline, newBaselineFile } from "../../../../agent/detect/baseline/baseline.ts";
import { BASELINE_INTERACTIONS_MAX } from "../../../../agent/detect/baseline/row.ts";
import { createPlantDetector } from "../../../../agent/detect/plant/detector.ts";
import { rules } from "../../../../agent/detect/rules/index.ts";
import {
  command,
  datagrams,
  going,
  hmi,
  judged,
  laptop,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  talk,
  told,
  write,
} from "../../../fixtures/plant.ts";

const test = suite("detect: baseline");

test("says what was normal: pairs, commands, writers, rates, MAC addresses", () => {
  const normal = learnt(quietMinute()).normal()!;
  assert.ok(normal.isAsset(hmi));
  assert.not(normal.isAsset(laptop));
  assert.equal(normal.macsOf(plc), ["00:1b:1b:00:00:01"]);
  const edge = normal.edge(hmi, plc, "modbus")!;
  assert.ok(edge.hasCommand("read holding registers"));
  assert.not(edge.hasCommand("write multiple registers"));
  assert.ok(edge.hasObject("unit 1"));
  assert.not(edge.hasObject("unit 2"));
  assert.ok(edge.hasClass("write"));
  assert.not(normal.edge(hmi, plc2, "modbus")!.hasClass("write"));
  // Ten writes in each slot of ten seconds, in a bucket up to eleven.
  assert.is(edge.writesP99, 11);
  assert.ok(edge.commandsMax! >= 20);
  assert.is(edge.poll!.gapMaxMs, 1000);
  assert.ok(Math.abs(edge.poll!.gapMeanMs - 1000) < 1);
});

test("learns an hour of packet time, without the night in between", () => {
  const baseline = createBaseline(newBaselineFile());
  const detector = createPlantDetector({ thing: "gw", baseline, saved: null, rules: [] });
  for (const observation of [...quietMinute(0), ...quietMinute(86_400)]) {
    detector.observe(observation);
  }
  // Of a silence nobody knows whether it was watched: a minute of it counts.
  assert.is(baseline.learntMs, 59_000 + 60_000 + 59_000);
  assert.is(baseline.normal(), null);
});

test("what came less often than asked is not normal, and waits for a person", () => {
  const probe = observed(-1, { conversations: [talk(-1, { port: 22, packets: [1, 1] })] });
  const baseline = learnt([...quietMinute(), probe]);
  assert.is(baseline.normal()!.edge(hmi, plc, "tcp/22"), null);
  const row = baseline.file().interactions.find(({ protocol }) => protocol === "tcp/22")!;
  assert.is(row.learnt, false);
});

test("frozen, rates stand still and new things wait, over a save and a load", () => {
  const baseline = learnt(quietMinute());
  const before = baseline.normal()!.hash;
  const storm = Array.from({ length: 60 }, (_, atS) =>
    observed(atS, {
      commands: [write(atS, { requestCount: 50 }), command(atS, { command: "odd" })],
    }),
  );
  judged([], storm, baseline);
  const saved = JSON.parse(JSON.stringify(baseline.file()));
  const again = createBaseline(saved);
  assert.is(again.normal()!.hash, before);
  const row = saved.interactions.find(({ server }: { server: string }) => server === plc);
  assert.is(row.commands.find((each: { command: string }) => each.command === "odd").learnt, false);
  assert.equal(told(judged(rules, quietMinute(120), again)), []);
});

test("learns on beside what is normal", () => {
  const baseline = learnt(quietMinute());
  baseline.resume();
  const visits = [0, 1, 2].map((atS) =>
    observed(atS, { conversations: [talk(atS, { port: 80 })] }),
  );
  judged([], visits, baseline);
  baseline.freeze();
  assert.ok(baseline.normal()!.edge(hmi, plc, "tcp/80"));
  assert.ok(baseline.normal()!.edge(hmi, plc, "modbus"));
});

test("what came while it was frozen must repeat while it learns on to become normal", () => {
  const visit = (atS: number) => observed(atS, { conversations: [talk(atS, { port: 80 })] });
  const baseline = learnt(quietMinute());
  judged([], [0, 1, 2, 3].map(visit), baseline);
  baseline.freeze();
  assert.is(baseline.normal()!.edge(hmi, plc, "tcp/80"), null);
  baseline.resume();
  judged([], quietMinute(10), baseline);
  baseline.freeze();
  assert.is(baseline.normal()!.edge(hmi, plc, "tcp/80"), null);
});

test("a scan pushes out what was seen once, and never what is learnt", () => {
  const baseline = learnt(quietMinute());
  for (let second = 0; second < 100; second++) {
    const scan = Array.from({ length: 100 }, (_, at) =>
      datagrams(second, 3, { from: laptop, to: `10.${second}.0.${at}`, port: 161 }),
    );
    judged([], [observed(second, { conversations: scan })], baseline);
  }
  const { interactions } = baseline.file();
  assert.is(interactions.length, BASELINE_INTERACTIONS_MAX);
  assert.is(interactions.filter((row) => row.learnt).length, 2);
  assert.equal(told(judged(rules, quietMinute(200), baseline)), []);
});

test("a table full of learnt rows takes no more, and says so", () => {
  const all = Array.from({ length: BASELINE_INTERACTIONS_MAX + 7 }, (_, at) =>
    going(0, { from: `10.2.${at >> 8}.${at & 255}` }),
  );
  const baseline = learnt([
    observed(0, { conversations: all.slice(0, BASELINE_INTERACTIONS_MAX) }),
  ]);
  baseline.resume();
  judged([], [observed(1, { conversations: all })], baseline);
  const file = baseline.file();
  assert.is(file.interactions.length, BASELINE_INTERACTIONS_MAX);
  assert.ok(file.droppedCount >= 7);
});

test("what rules found while it was learnt is noted", () => {
  const stop = command(0, { command: "plc stop", commandClass: "control", action: "stop" });
  const baseline = createBaseline(newBaselineFile());
  judged(rules, [observed(0, { commands: [stop] })], baseline);
  assert.equal(baseline.file().findings, { operating_mode: 1 });
});

test.run();
