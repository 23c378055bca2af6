import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Spool } from "../../../agent/core/spool.ts";
import { openSpool } from "../../../agent/store/spool.ts";
import { createManualClock } from "../../../sim/engine/clock.ts";
import { createSimDisk, type DiskFault, type SimDisk } from "../../../sim/engine/disk.ts";
import { createPrng, type Prng } from "../../../sim/engine/prng.ts";
import {
  carryIdOf,
  DAY_MS,
  drain,
  idsOf,
  recordOf,
  START_WALL_MS,
  silentLog,
} from "../../contracts/spool.ts";

const test = suite("spool: against a naive model");

const SEEDS = 150;
const STEPS = 60;
const BYTES_MAX = 64 * 1024;
const HOUR_MS = 3_600_000;

/** One run's conditions, all from its seed. Each fault is off half the time: faults mask faults. */
function optionsSwarm(prng: Prng) {
  const faulty = () => prng.chance(1, 2);
  return {
    bodyBytesMax: prng.pick([50, 3_000, 9_000]),
    ageMsMax: faulty() ? HOUR_MS : 365 * DAY_MS,
    cutPercent: faulty() ? prng.between(1, 15) : 0,
    restartPercent: faulty() ? prng.between(1, 10) : 0,
    jumpPercent: faulty() ? prng.between(1, 10) : 0,
    diskFullPercent: faulty() ? prng.between(1, 10) : 0,
    syncFaultPercent: faulty() ? prng.between(1, 40) : 0,
    appendFaultPercent: faulty() ? prng.between(1, 40) : 0,
    truncateFaultPercent: faulty() ? prng.between(1, 100) : 0,
    removeFaultPercent: faulty() ? prng.between(1, 40) : 0,
  };
}

/** The naive model: every report ever stored, in memory, and what may have become of it. */
class Run {
  readonly #prng: Prng;
  readonly #options: ReturnType<typeof optionsSwarm>;
  readonly #clock = createManualClock({ wallMs: START_WALL_MS });
  #disk: SimDisk = createSimDisk();
  #spool!: Spool;
  /** Monotonic time of the append by id, in the order of the ids. */
  readonly #stored = new Map<number, number>();
  /** Not stored, as far as one was told. */
  readonly #lost: number[] = [];
  #pending: number | null = null;
  #removedTo = 0;
  #durablyRemovedTo = 0;
  #newestId = 0;
  #starts = 0;

  constructor(seed: number) {
    const prng = createPrng(seed);
    this.#options = optionsSwarm(prng.fork());
    this.#prng = prng;
  }

  async play(): Promise<void> {
    await this.#start();
    for (let step = 0; step < STEPS; step++) {
      await this.#step();
      assert.ok(this.#disk.bytesUsed() <= BYTES_MAX, `${this.#disk.bytesUsed()} bytes used`);
      assert.ok(this.#spool.status().bytes >= this.#disk.bytesUsed(), "bytes are under-reported");
      this.#checkLosses();
    }
    this.#heal();
    await this.#spool.close();
    await this.#start();
    const drained = idsOf(await drain(this.#spool));
    for (const id of drained) this.#comesBack(id);
    assert.equal(drained, this.#waiting());
    assert.equal(idsOf(await drain(this.#spool)), []);
  }

  async #step(): Promise<void> {
    const hit = (percent: number) => this.#prng.chance(percent, 100);
    const { cutPercent, restartPercent, jumpPercent, diskFullPercent } = this.#options;
    if (hit(jumpPercent)) this.#clock.jumpWall(this.#prng.pick([-1, 1, 40]) * 365 * DAY_MS);
    if (hit(diskFullPercent)) {
      const free = this.#prng.pick([0, 100, 5_000, Number.POSITIVE_INFINITY]);
      this.#disk.setCapacity(this.#disk.bytesUsed() + free);
    }
    this.#clock.advance(this.#prng.below(300_000));
    if (hit(restartPercent)) return this.#restart();
    if (hit(cutPercent)) this.#disk.dieAfter(this.#prng.below(5));
    const act = this.#prng.chance(2, 3) ? this.#append() : this.#send();
    const died = this.#disk.died.then(() => true);
    if (await Promise.race([act.then(() => false), died])) await this.#powerCycle();
    this.#disk.dieAfter(Number.POSITIVE_INFINITY);
  }

  async #append(): Promise<void> {
    const id = Math.max(this.#spool.lastId, this.#newestId) + this.#prng.pick([1, 1, 300]);
    const bodyBytes = this.#prng.below(this.#options.bodyBytesMax);
    this.#pending = id;
    this.#newestId = id;
    const { outcome } = await this.#spool.append(recordOf(id, { bodyBytes }));
    this.#pending = null;
    assert.is(this.#spool.lastId, id);
    if (outcome === "lost") {
      this.#lost.push(id);
      return;
    }
    this.#stored.set(id, this.#clock.monotonicMs());
    this.#durablyRemovedTo = this.#removedTo;
    assert.is(carryIdOf(this.#spool), id);
  }

  async #send(): Promise<void> {
    const next = await this.#spool.peek();
    if (next !== null) this.#comesBack(next.id);
    assert.is(next?.id ?? null, this.#waiting()[0] ?? null);
    if (next === null) return;
    assert.equal(next.body, new Uint8Array(next.body.length).fill(next.id & 0xff));
    this.#removedTo = next.id;
    await this.#spool.remove(next.id);
  }

  async #restart(): Promise<void> {
    await this.#spool.close();
    await this.#start();
  }

  async #powerCycle(): Promise<void> {
    this.#disk = this.#disk.powerCut(this.#prng);
    await this.#start();
  }

  async #start(): Promise<void> {
    this.#starts++;
    this.#heal();
    this.#spool = await openSpool({
      disk: this.#disk,
      clock: this.#clock,
      log: silentLog,
      bytesMax: BYTES_MAX,
      ageMsMax: this.#options.ageMsMax,
    });
    if (this.#pending !== null) this.#lost.push(this.#pending);
    this.#pending = null;
    const carried = carryIdOf(this.#spool);
    if (carried !== null) this.#comesBack(carried);
    assert.is(carried, this.#storedIds().at(-1) ?? null, "carry");
    assert.ok(this.#spool.lastId >= (carried ?? 0), "last id");
    // What was removed may be back, but not what the next append made durable.
    const first = (await this.#spool.peek())?.id ?? Number.POSITIVE_INFINITY;
    this.#comesBack(first);
    if (first <= this.#removedTo) {
      assert.ok(first > this.#durablyRemovedTo, `${first} is back for good`);
      this.#removedTo = first - 1;
    }
    this.#disk.setFault(this.#fault());
  }

  #fault(): DiskFault {
    const { options, prng } = { options: this.#options, prng: this.#prng.fork() };
    const percentOf: Partial<Record<Parameters<DiskFault>[0], number>> = {
      sync: options.syncFaultPercent,
      append: options.appendFaultPercent,
      truncate: options.truncateFaultPercent,
      remove: options.removeFaultPercent,
    };
    return (operation) => (prng.chance(percentOf[operation] ?? 0, 100) ? "io" : null);
  }

  #heal(): void {
    this.#disk.setFault(null);
    this.#disk.setCapacity(Number.POSITIVE_INFINITY);
  }

  #isLost(id: number): boolean {
    const { losses } = this.#spool.status();
    return losses.some(({ fromId, toId }) => fromId <= id && id <= toId);
  }

  #storedIds(): number[] {
    return [...this.#stored.keys()].sort((one, other) => one - other);
  }

  #waiting(): number[] {
    return this.#storedIds().filter((id) => id > this.#removedTo && !this.#isLost(id));
  }

  /**
   * A report whose append was cut off, or was answered "lost" without that being written anywhere,
   * may be whole on the disk all the same.
   */
  #comesBack(id: number): void {
    if (!this.#lost.includes(id) || this.#isLost(id)) return;
    this.#lost.splice(this.#lost.indexOf(id), 1);
    this.#stored.set(id, this.#clock.monotonicMs());
  }

  #checkLosses(): void {
    const { losses, lostRecords } = this.#spool.status();
    assert.is(
      losses.reduce((sum, { count }) => sum + count, 0),
      lostRecords,
    );
    const dropped = [...this.#stored.keys()].filter((id) => this.#isLost(id)).length;
    assert.ok(lostRecords >= dropped, `${lostRecords} told, ${dropped} dropped`);
    // A state torn at the end may be taken for a report.
    const most = dropped + this.#lost.length + this.#starts - 1;
    assert.ok(lostRecords <= most, `${lostRecords} told, at most ${most} lost`);
    const now = this.#clock.monotonicMs();
    const aged = losses.filter(({ reason }) => reason === "age-max");
    const leastMs = this.#options.ageMsMax * (1 - this.#starts / 4);
    for (const [id, appendedMs] of this.#stored) {
      if (!aged.some(({ fromId, toId }) => fromId <= id && id <= toId)) continue;
      assert.ok(now - appendedMs > leastMs, `${id} was dropped at ${now - appendedMs} ms`);
    }
  }
}

test("whatever happens in whatever order", async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    try {
      await new Run(seed).play();
    } catch (error) {
      if (error instanceof Error) error.message += ` (seed ${seed})`;
      throw error;
    }
  }
});

test.run();
