import { suite } from "uvu";
import * as assert from "uvu/assert";
import { UNWRITTEN_MAX } from "../../../agent/alerts/ledger.ts";
import { customProblemOf } from "../../../agent/core/custom-value.ts";
import { createSimDisk, type SimDisk } from "../../../sim/engine/disk.ts";
import { FINDINGS_WALL_MS, findingOf } from "../../fixtures/findings.ts";
import { createReceiver } from "../../fixtures/receiver.ts";
import { newClock, openDesk, pass } from "./desk.ts";

const test = suite("alerts: dispatcher");

const stage = async (names = ["mqtt"]) => {
  const disk = createSimDisk();
  const clock = newClock();
  const receivers = names.map((name) => createReceiver(name));
  const open = (changes = {}) => openDesk({ disk, clock, receivers, ...changes });
  return { disk, clock, receivers, receiver: receivers[0]!, open, alerts: await open() };
};
const subjectsOf = (receiver: ReturnType<typeof createReceiver>) =>
  receiver.received.map(({ kind, finding }) => `${kind} ${finding.subject}`);

test("a finding goes to every output once, in order, and is active until it ends", async () => {
  const { alerts, clock, receivers } = await stage(["file", "mqtt", "syslog"]);
  await alerts.raise([findingOf(1), findingOf(2)]);
  await alerts.raise([findingOf(1, { event: "alarm-cleared", wallMs: FINDINGS_WALL_MS + 1 })]);
  await pass(alerts, clock);
  for (const receiver of receivers) {
    assert.equal(receiver.sequences(), [1, 2, 3]);
    assert.equal(subjectsOf(receiver), ["raised tcp/1", "raised tcp/2", "ended tcp/1"]);
  }
  const { active, recent, outputs, sequence } = alerts.status();
  assert.equal(
    active.map(({ finding }) => finding.subject),
    ["tcp/2"],
  );
  assert.equal(
    recent.map((record) => record.sequence),
    [3, 2, 1],
  );
  assert.is(sequence, 3);
  assert.equal(outputs[0], {
    name: "file",
    endpoint: "receiver file",
    waiting: 0,
    delivered: 3,
    refused: 0,
    lost: 0,
    detail: "",
  });
  await alerts.close();
});

test("an output that is away holds up no other, waits ever longer, and gets all after it", async () => {
  const { alerts, clock, receivers } = await stage(["mqtt", "webhook"]);
  const [mqtt, webhook] = receivers;
  mqtt!.goAway();
  for (let number = 1; number <= 100; number++) await alerts.raise([findingOf(number)]);
  await pass(alerts, clock, 3);
  assert.is(webhook!.received.length, 100);
  const { waiting, detail, delivered } = alerts.status().outputs[0]!;
  assert.equal([waiting, detail, delivered], [100, "away", 0]);
  await pass(alerts, clock, 2000);
  mqtt!.comeBack();
  await pass(alerts, clock, 310);
  assert.equal(
    mqtt!.sequences(),
    Array.from({ length: 100 }, (_, index) => index + 1),
  );
  assert.is(alerts.status().outputs[0]!.detail, "");
});

test("what an output refuses is counted and does not hold up the next", async () => {
  const { alerts, clock, receiver } = await stage();
  receiver.answerWith({ outcome: "refused", reason: "too large" });
  await alerts.raise([findingOf(1)]);
  await pass(alerts, clock, 2);
  receiver.answerWith(null);
  await alerts.raise([findingOf(2)]);
  await pass(alerts, clock, 2);
  const { refused, delivered } = alerts.status().outputs[0]!;
  assert.equal([refused, delivered], [1, 1]);
  assert.equal(receiver.sequences(), [2]);
});

test("reminders while it lasts, over a restart", async () => {
  const { alerts, clock, receiver, open } = await stage();
  await alerts.raise([findingOf(1)]);
  await pass(alerts, clock, 1800);
  await alerts.close();
  const again = await open();
  await pass(again, clock, 1700);
  assert.is(receiver.received.length, 1);
  await pass(again, clock, 200);
  assert.equal(subjectsOf(receiver), ["raised tcp/1", "reminder tcp/1"]);
});

test("a restart doubles nothing, and an engine that says it all again neither", async () => {
  const { clock, receiver, open, alerts } = await stage();
  const story = [findingOf(1), findingOf(2)];
  await alerts.raise(story);
  await pass(alerts, clock, 3);
  for (let restart = 0; restart < 3; restart++) {
    const again = await open();
    await again.raise(story);
    await pass(again, clock, 3);
    assert.equal(
      again.status().active.map(({ count }) => count),
      [1, 1],
    );
  }
  assert.equal(receiver.sequences(), [1, 2]);
});

test("a new output starts with the next finding", async () => {
  const { disk, clock, alerts } = await stage();
  await alerts.raise([findingOf(1)]);
  await alerts.close();
  const added = createReceiver("webhook");
  const again = await openDesk({ disk, clock, receivers: [createReceiver("mqtt"), added] });
  await again.raise([findingOf(2)]);
  await pass(again, clock, 3);
  assert.equal(added.sequences(), [2]);
});

test("above its bytes the oldest go; who had not got them is told how many", async () => {
  const { disk, clock } = await stage();
  const away = createReceiver("away");
  const here = createReceiver("here");
  away.goAway();
  const bytesMax = 64 * 1024;
  const alerts = await openDesk({ disk, clock, receivers: [away, here], bytesMax });
  for (let number = 1; number <= 300; number++) {
    await alerts.raise([findingOf(number)]);
    await pass(alerts, clock, 1);
    assert.ok(disk.bytesUsed() <= bytesMax + 1024, `${disk.bytesUsed()} bytes`);
  }
  assert.is(here.received.length, 300);
  away.comeBack();
  await pass(alerts, clock, 310);
  const { lost, delivered } = alerts.status().outputs[0]!;
  assert.is(lost + delivered, 300);
  assert.ok(lost > 150 && delivered > 50, `${lost} lost`);
  assert.equal(away.sequences().at(-1), 300);
  assert.is(alerts.status().problem, "");
  assert.is((await openDesk({ disk, clock, receivers: [], bytesMax })).status().problem, "");
});

test("a disk that takes nothing keeps no alarm back, and gets it when it is well again", async () => {
  const { disk, clock, receiver, open, alerts } = await stage();
  await alerts.raise([findingOf(1)]);
  disk.setFault((operation) => (operation === "append" || operation === "sync" ? "io" : null));
  await alerts.raise([findingOf(2)]);
  await alerts.raise([findingOf(3)]);
  await pass(alerts, clock, 3);
  assert.equal(receiver.sequences(), [1, 2, 3]);
  assert.is(alerts.status().unwritten, 2);
  disk.setFault(null);
  await pass(alerts, clock, 2);
  assert.is(alerts.status().unwritten, 0);
  await alerts.close();
  const again = await open();
  await pass(again, clock, 3);
  assert.equal(again.status().problem, "");
  assert.equal(
    again.status().recent.map(({ finding }) => finding.subject),
    ["tcp/3", "tcp/2", "tcp/1"],
  );
  assert.equal(receiver.sequences(), [1, 2, 3]);
});

test("a failed sync is no promise: its bytes are written anew", async () => {
  const { disk, clock, receiver, open, alerts } = await stage();
  await alerts.raise([findingOf(1)]);
  let failures = 1;
  disk.setFault((operation) => (operation === "sync" && failures-- > 0 ? "io" : null));
  await alerts.raise([findingOf(2)]);
  await alerts.raise([findingOf(3)]);
  const survived = disk.powerCut({
    keepBytes: () => 0,
    garble: () => false,
    keepName: () => 0,
  });
  const again = await open({ disk: survived });
  await pass(again, clock, 3);
  assert.equal(receiver.sequences(), [1, 2, 3]);
  assert.is(again.status().problem, "");
});

test("a full disk gives up its oldest findings for the newest", async () => {
  const { disk, clock, receiver, open } = await stage();
  const alerts = await open({ bytesMax: 64 * 1024 });
  for (let number = 1; number <= 60; number++) await alerts.raise([findingOf(number)]);
  await pass(alerts, clock, 3);
  disk.setCapacity(disk.bytesUsed() + 100);
  await alerts.raise([findingOf(61)]);
  assert.is(alerts.status().unwritten, 0);
  await pass(alerts, clock, 2);
  assert.is(receiver.sequences().at(-1), 61);
});

test("memory is bounded when the disk stays broken", async () => {
  const { disk, alerts } = await stage();
  disk.setFault((operation) => (operation === "append" ? "io" : null));
  for (let number = 1; number <= 2 * UNWRITTEN_MAX; number++) {
    await alerts.raise([findingOf(number)]);
  }
  assert.is(alerts.status().unwritten, UNWRITTEN_MAX);
});

test("a folder that may not be written is said at the start", async () => {
  const disk = createSimDisk();
  disk.setFault((operation) => (operation === "replace" ? "denied" : null));
  const opened = await openDesk({ disk, clock: newClock(), receivers: [] }).catch((error) => error);
  assert.is(opened.code, "denied");
});

/** Cuts whole lines off the end of the newest file, as someone who hides them would. */
async function cutEnd(disk: SimDisk, lines: number): Promise<void> {
  const path = disk.paths().findLast((name) => name.endsWith(".ndjson"))!;
  const text = Buffer.from((await disk.read(path))!).toString();
  const kept = text.split("\n").slice(0, -1 - lines);
  await disk.truncate(path, Buffer.byteLength(kept.map((line) => `${line}\n`).join("")));
}

test("a chain that was cut is a finding itself, told once, and the gap stays to be seen", async () => {
  const { disk, clock, receiver, open, alerts } = await stage();
  await alerts.raise([findingOf(1), findingOf(2), findingOf(3)]);
  await pass(alerts, clock, 3);
  await alerts.close();
  await cutEnd(disk, 2);
  const again = await open();
  await pass(again, clock, 3);
  assert.match(again.status().problem, /the last record is 1; there were 3/);
  const { sequence, finding } = receiver.received.at(-1)!;
  assert.equal([sequence, finding.severity, finding.techniques], [4, "critical", ["T0872"]]);
  assert.match(finding.why, /not whole: the last record is 1; there were 3/);
  await again.close();
  const third = await open();
  await pass(third, clock, 3);
  assert.match(third.status().problem, /2 missing before record 4/);
  assert.is(receiver.received.length, 4);
});

test("without its head all that is kept goes out again: rather twice than never", async () => {
  const { disk, clock, receiver, open, alerts } = await stage();
  await alerts.raise([findingOf(1), findingOf(2)]);
  await pass(alerts, clock, 3);
  await disk.remove("alerts/head.json");
  const again = await open();
  await pass(again, clock, 3);
  assert.equal(receiver.sequences(), [1, 2, 1, 2, 3]);
  assert.match(again.status().problem, /missing or damaged/);
});

test("the anchor is what the cloud keeps of custom metrics", async () => {
  const { alerts } = await stage();
  const values = () => alerts.anchor();
  assert.equal(values().findings_sequence, [{ number: 0 }]);
  await alerts.raise([findingOf(1)]);
  assert.equal(values(), {
    findings_sequence: [{ number: 1 }],
    findings_hash: [{ string_list: [alerts.status().hash] }],
  });
  for (const [name, [value]] of Object.entries(values())) {
    assert.is(customProblemOf(name, value), null);
  }
});

test.run();
