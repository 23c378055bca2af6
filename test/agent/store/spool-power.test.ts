import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Spool } from "../../../agent/core/spool.ts";
import { type CutChoice, createSimDisk, type SimDisk } from "../../../sim/engine/disk.ts";
import { createPrng } from "../../../sim/engine/prng.ts";
import { carryIdOf, drain, idsOf, openerOn, recordOf } from "../../contracts/spool.ts";

const test = suite("spool: power cut");

/** What the workload was told, up to the moment at which the power went. */
interface Told {
  stored: number[];
  /** Appended, not answered. */
  open: number | null;
  /** Removed, perhaps without an answer. */
  removed: number;
  /** Power cuts: each may have torn one report, which is then noted. */
  cuts: number;
}

/** Rolls segments, sends some, drops some for space, restarts: every kind of write is in it. */
async function work(disk: SimDisk, told: Told): Promise<void> {
  const options = { bytesMax: 64 * 1024 };
  let spool = await openerOn(disk).open(options);
  const append = async (id: number, bodyBytes: number): Promise<void> => {
    told.open = id;
    assert.equal(await spool.append(recordOf(id, { bodyBytes })), { outcome: "stored" });
    told.stored.push(id);
    told.open = null;
  };
  const removeTo = async (id: number): Promise<void> => {
    told.removed = id;
    await spool.remove(id);
  };
  for (let id = 1; id <= 6; id++) await append(id * 10, 2_500);
  await removeTo(10);
  await removeTo(20);
  await removeTo(50);
  await append(70, 300);
  await spool.close();
  spool = await openerOn(disk).open(options);
  for (let id = 8; id <= 32; id++) await append(id * 10, 3_000);
  await removeTo(200);
  await append(330, 100);
}

async function workUntilCut(writes: number): Promise<{ told: Told; disk: SimDisk }> {
  const disk = createSimDisk();
  const told: Told = { stored: [], open: null, removed: 0, cuts: 1 };
  disk.dieAfter(writes);
  await Promise.race([work(disk, told), disk.died]);
  return { told, disk };
}

/** Opens what the cut left and compares it with what was told. */
async function checkAfterCut(disk: SimDisk, told: Told, where: string): Promise<void> {
  const spool = await openerOn(disk).open({ bytesMax: 64 * 1024 });
  assert.ok(disk.bytesUsed() <= 64 * 1024, `${where}: ${disk.bytesUsed()} bytes`);
  const newest = told.stored.at(-1) ?? 0;
  const carried = carryIdOf(spool) ?? 0;
  assert.ok(carried === newest || carried === told.open, `${where}: carry of ${carried}`);
  assert.ok(spool.lastId >= newest, `${where}: last id ${spool.lastId}`);
  const { losses } = spool.status();
  const isLost = (id: number) => losses.some(({ fromId, toId }) => fromId <= id && id <= toId);
  const corrupt = losses.filter(({ reason }) => reason === "corrupt");
  const torn = corrupt.reduce((sum, { count }) => sum + count, 0);
  assert.ok(torn <= told.cuts, `${where}: ${torn} corrupt`);
  const drained = idsOf(await drain(spool));
  assert.equal(
    drained,
    drained.toSorted((one, other) => one - other),
    where,
  );
  assert.not.ok(drained.some(isLost), `${where}: a lost one came`);
  for (const id of told.stored) {
    const arrives = drained.includes(id);
    const accounted = id <= told.removed || arrives !== isLost(id);
    assert.ok(accounted, `${where}: ${id} is gone silently`);
  }
  const invented = drained.filter((id) => !told.stored.includes(id) && id !== told.open);
  assert.equal(invented, [], where);
  await checkGoesOn(spool, disk, where);
}

async function checkGoesOn(spool: Spool, disk: SimDisk, where: string): Promise<void> {
  const id = spool.lastId + 1;
  assert.equal(await spool.append(recordOf(id)), { outcome: "stored" }, where);
  const again = await openerOn(disk).open({ bytesMax: 64 * 1024 });
  assert.is(carryIdOf(again), id, where);
  assert.equal(idsOf(await drain(again)), [id], where);
  assert.equal(again.status().losses, spool.status().losses, where);
}

const sparing = (keep: "none" | "all", names: "old" | "new", garbled: boolean): CutChoice => ({
  keepBytes: (_, unsynced) => (keep === "all" ? unsynced : 0),
  garble: () => garbled,
  keepName: (_, states) => (names === "new" ? states - 1 : 0),
});

test("after and during every single write, whatever of it reached the disk", async () => {
  const { disk: whole } = await workUntilCut(Number.POSITIVE_INFINITY);
  assert.ok(whole.writes > 80, `${whole.writes} writes`);
  for (let writes = 0; writes <= whole.writes; writes++) {
    for (const keep of ["none", "all"] as const) {
      for (const names of ["old", "new"] as const) {
        for (const garbled of keep === "all" ? [false, true] : [false]) {
          const { told, disk } = await workUntilCut(writes);
          const where = `cut at write ${writes}, keeping ${keep}, ${names} names, ${garbled}`;
          await checkAfterCut(disk.powerCut(sparing(keep, names, garbled)), told, where);
        }
      }
    }
  }
});

test("at every byte of an append", async () => {
  const bodyBytes = 700;
  let unsyncedBytes = Number.POSITIVE_INFINITY;
  for (let keep = 0; keep <= unsyncedBytes; keep++) {
    const disk = createSimDisk();
    const spool = await openerOn(disk).open();
    await spool.append(recordOf(1));
    disk.dieAfter(1);
    void spool.append(recordOf(2, { bodyBytes }));
    await disk.died;
    const cut = disk.powerCut({
      keepBytes(_, unsynced) {
        unsyncedBytes = unsynced;
        return keep;
      },
      garble: () => false,
      keepName: (_, states) => states - 1,
    });
    const told: Told = { stored: [1], open: 2, removed: 0, cuts: 1 };
    await checkAfterCut(cut, told, `${keep} bytes of the append`);
  }
  assert.ok(unsyncedBytes > bodyBytes && unsyncedBytes < bodyBytes + 200, `${unsyncedBytes}`);
});

test("cut upon cut", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const prng = createPrng(seed);
    const told: Told = { stored: [], open: null, removed: 0, cuts: 1 };
    let disk = createSimDisk();
    for (let cuts = 0; cuts < 5; cuts++) {
      disk.dieAfter(prng.below(12));
      const run = async (): Promise<void> => {
        const spool = await openerOn(disk).open({ bytesMax: 64 * 1024 });
        const carried = carryIdOf(spool) ?? 0;
        if (carried === told.open) told.stored.push(carried);
        told.open = null;
        for (;;) {
          told.open = Math.max(spool.lastId, told.stored.at(-1) ?? 0) + prng.between(1, 300);
          await spool.append(recordOf(told.open, { bodyBytes: prng.between(10, 4_000) }));
          told.stored.push(told.open);
          told.open = null;
        }
      };
      await Promise.race([run(), disk.died]);
      disk = disk.powerCut(prng);
      told.cuts = cuts + 1;
    }
    await checkAfterCut(disk, told, `seed ${seed}`);
  }
});

test.run();
