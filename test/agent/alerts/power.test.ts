import { suite } from "uvu";
import * as assert from "uvu/assert";
import { chainOf } from "../../../agent/alerts/chain.ts";
import type { Alerts } from "../../../agent/alerts/dispatcher.ts";
import { readLedger } from "../../../agent/alerts/files.ts";
import type { Finding } from "../../../agent/core/finding.ts";
import { type CutChoice, createSimDisk, type SimDisk } from "../../../sim/engine/disk.ts";
import { createPrng, type Prng } from "../../../sim/engine/prng.ts";
import { FINDINGS_WALL_MS, findingOf } from "../../fixtures/findings.ts";
import { createReceiver, type Receiver } from "../../fixtures/receiver.ts";
import { newClock, openDesk, pass } from "./desk.ts";

const test = suite("alerts: power cut");

/** What the device's engine finds, step by step. It says all of it again after a power cut. */
const story: readonly (readonly Finding[])[] = [
  [findingOf(1)],
  [findingOf(2), findingOf(3)],
  [findingOf(2, { event: "alarm-cleared", wallMs: FINDINGS_WALL_MS + 300_000 })],
  [findingOf(1, { severity: "critical", wallMs: FINDINGS_WALL_MS + 300_001 }), findingOf(4)],
  [findingOf(4, { event: "alarm-invalidated", wallMs: FINDINGS_WALL_MS + 600_000 })],
];

/** What must be told of it, whatever happens. */
const tellings = [
  "raised 1",
  "raised 2",
  "raised 3",
  "ended 2",
  "escalated 1",
  "raised 4",
  "ended 4",
];

/** So much that files are begun and dropped; its engine remembers what it has said. */
const long: readonly (readonly Finding[])[] = Array.from({ length: 60 }, (_, step) => [
  findingOf(step + 1, { why: `${step} `.repeat(600) }),
]);

interface World {
  story: typeof story;
  /** One takes all, one is away at first: the device has records to bring to it for long. */
  receivers: Receiver[];
  told: number;
}

const newWorld = (told = story): World => {
  const receivers = [createReceiver("mqtt"), createReceiver("webhook")];
  if (told === story) receivers[1]!.goAway();
  return { story: told, receivers, told: 0 };
};

async function live(disk: SimDisk, world: World): Promise<void> {
  const clock = newClock();
  const { story: steps, receivers } = world;
  const alerts = await openDesk({ disk, clock, receivers, bytesMax: 64 * 1024 });
  for (const [step, findings] of steps.entries()) {
    if (steps === long && step < world.told) continue;
    await alerts.raise(findings);
    world.told = Math.max(world.told, step + 1);
    await pass(alerts, clock, 4);
    if (step === 2) world.receivers[1]!.comeBack();
  }
  await pass(alerts, clock, 15);
  await alerts.close();
}

/** Lives on after the cut until everything was said and brought, and compares. */
async function checkAfterCut(disk: SimDisk, world: World, cuts: number, where: string) {
  for (const receiver of world.receivers) receiver.comeBack();
  await live(disk, world);
  const clock = newClock();
  const { receivers } = world;
  const alerts = await openDesk({ disk, clock, receivers, bytesMax: 64 * 1024 });
  await pass(alerts, clock, 10);
  const expected = world.story === long ? long.map((_, at) => `raised ${at + 1}`) : tellings;
  for (const receiver of receivers) {
    assert.equal(checkReceived(receiver, cuts, where).toSorted(), expected.toSorted(), where);
  }
  await checkChain(disk, alerts, where);
}

function checkReceived({ received }: Receiver, cuts: number, where: string): string[] {
  const bySequence = new Map(received.map((notice) => [notice.sequence, notice]));
  for (const notice of received) {
    assert.is(notice.hash, bySequence.get(notice.sequence)!.hash, `${where}: two of one number`);
  }
  const doubled = received.length - bySequence.size;
  assert.ok(doubled <= cuts, `${where}: ${doubled} doubled by ${cuts} cuts`);
  const inOrder = [...bySequence.keys()].sort((one, other) => one - other);
  assert.equal(inOrder.at(-1), inOrder.length, `${where}: a number is missing`);
  const what = inOrder.map((sequence) => {
    const { kind, finding } = bySequence.get(sequence)!;
    return `${kind} ${Number.parseInt(finding.id, 16)}`;
  });
  return what;
}

async function checkChain(disk: SimDisk, alerts: Alerts, where: string): Promise<void> {
  const { head, files } = await readLedger(disk);
  const { faults } = chainOf(files, head);
  assert.equal(faults, [], where);
  assert.is(alerts.status().problem, "", where);
  assert.ok(disk.bytesUsed() <= 66 * 1024, `${where}: ${disk.bytesUsed()} bytes`);
}

async function liveUntilCut(disk: SimDisk, world: World, writes: number): Promise<void> {
  disk.dieAfter(writes);
  await Promise.race([live(disk, world), disk.died]);
}

const sparing = (keep: "none" | "all", names: "old" | "new", garbled: boolean): CutChoice => ({
  keepBytes: (_, unsynced) => (keep === "all" ? unsynced : 0),
  garble: () => garbled,
  keepName: (_, states) => (names === "new" ? states - 1 : 0),
});

test("after and during every single write, whatever of it reached the disk", async () => {
  const whole = createSimDisk();
  await live(whole, newWorld());
  assert.ok(whole.writes > 30, `${whole.writes} writes`);
  for (let writes = 0; writes <= whole.writes; writes++) {
    for (const keep of ["none", "all"] as const) {
      for (const names of ["old", "new"] as const) {
        for (const garbled of keep === "all" ? [false, true] : [false]) {
          const [disk, world] = [createSimDisk(), newWorld()];
          await liveUntilCut(disk, world, writes);
          const where = `cut at write ${writes}, keeping ${keep}, ${names} names, ${garbled}`;
          await checkAfterCut(disk.powerCut(sparing(keep, names, garbled)), world, 1, where);
        }
      }
    }
  }
});

/** Power that goes again and again, also while the device starts. */
async function liveThroughCuts(prng: Prng, told: typeof story, where: string): Promise<void> {
  const world = newWorld(told);
  const cuts = prng.between(2, 8);
  let disk = createSimDisk();
  for (let cut = 0; cut < cuts; cut++) {
    if (told === story && prng.chance(1, 3)) world.receivers[prng.below(2)]!.goAway();
    await liveUntilCut(disk, world, prng.below(told.length * 12));
    disk = disk.powerCut(prng.fork());
  }
  await checkAfterCut(disk, world, cuts, where);
}

test("cut upon cut", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    await liveThroughCuts(createPrng(seed), story, `seed ${seed}`);
  }
});

test("cut upon cut while files are begun and dropped", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    await liveThroughCuts(createPrng(seed), long, `seed ${seed}`);
  }
});

test.run();
