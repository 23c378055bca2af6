import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Disk, DiskError, type DiskErrorCode } from "../../../agent/core/disk.ts";
import type { Loss } from "../../../agent/core/spool.ts";
import { createFsDisk } from "../../../agent/world/disk-fs.ts";
import { createSimDisk, type DiskOperation, type SimDisk } from "../../../sim/engine/disk.ts";
import {
  carryIdOf,
  DAY_MS,
  drain,
  idsOf,
  openerOn,
  recordOf,
  START_WALL_MS,
  testSpool,
} from "../../contracts/spool.ts";

testSpool("sim", async () => ({ disk: createSimDisk(), dispose: async () => {} }));

testSpool("fs", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldwarden-spool-"));
  const disk = createFsDisk({ folder });
  const dispose = async (): Promise<void> => {
    await disk.close();
    await rm(folder, { recursive: true });
  };
  return { disk, dispose };
});

const test = suite("spool: what can go wrong");

const lossOf = ({ fromId, toId, count, reason }: Loss) => ({ fromId, toId, count, reason });

function failing(operation: DiskOperation, code: DiskErrorCode, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return (asked: DiskOperation) => (asked === operation && left-- > 0 ? code : null);
}

test("a disk that others have filled: the oldest go, then the newest report is lost", async () => {
  const disk = createSimDisk();
  const { open } = openerOn(disk);
  const spool = await open();
  for (let id = 1; id <= 30; id++) await spool.append(recordOf(id));
  disk.setCapacity(disk.bytesUsed() + 100);
  assert.equal(await spool.append(recordOf(31)), { outcome: "stored" });
  // Now not even a dropped segment makes room.
  disk.setCapacity(0);
  const result = await spool.append(recordOf(32));
  assert.is(result.outcome, "lost");
  assert.is(spool.lastId, 32);
  assert.is(carryIdOf(spool), 31);
  disk.setCapacity(Number.POSITIVE_INFINITY);
  assert.equal(await spool.append(recordOf(33)), { outcome: "stored" });
  const losses = spool.status().losses.map(lossOf);
  assert.ok(losses.every(({ reason }) => reason === "disk-full"));
  assert.equal(losses.at(-1), { fromId: 32, toId: 32, count: 1, reason: "disk-full" });
  const after = await openerOn(disk.powerCut(NOTHING_UNSYNCED)).open();
  assert.equal(after.status().losses.map(lossOf), losses);
  const lost = losses.flatMap(({ fromId, toId }) => range(fromId, toId));
  const kept = range(1, 33).filter((id) => !lost.includes(id));
  assert.equal(idsOf(await drain(after)), kept);
});

const NOTHING_UNSYNCED = { keepBytes: () => 0, garble: () => false, keepName: () => 0 };

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

test("a failed sync: the record is written again elsewhere and survives", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  await spool.append(recordOf(1));
  disk.setFault(failing("sync", "io", 2));
  assert.equal(await spool.append(recordOf(2)), { outcome: "stored" });
  await spool.append(recordOf(3));
  const after = await openerOn(disk.powerCut(NOTHING_UNSYNCED)).open();
  assert.equal(idsOf(await drain(after)), [1, 2, 3]);
  assert.is(after.status().lostRecords, 0);
});

test("a failed sync whose rest cannot be cut off: still each record once", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  await spool.append(recordOf(1));
  const sync = failing("sync", "io", 1);
  disk.setFault((asked) => sync(asked) ?? failing("truncate", "io")(asked));
  assert.equal(await spool.append(recordOf(2)), { outcome: "stored" });
  // The first copy of 2 is whole in the first segment, the second in the next.
  assert.is(disk.paths().length, 2);
  disk.setFault(null);
  const after = await openerOn(disk).open();
  assert.equal(idsOf(await drain(after)), [1, 2]);
  assert.is(after.status().lostRecords, 0);
});

test("of two copies the one counts whose sync worked", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  await spool.append(recordOf(1));
  const sync = failing("sync", "io", 1);
  disk.setFault((asked) => sync(asked) ?? failing("truncate", "io")(asked));
  await spool.append(recordOf(2, { bodyBytes: 5_000 }));
  await spool.append(recordOf(3, { bodyBytes: 5_000 }));
  assert.is(disk.paths().length, 3);
  disk.setFault(null);
  // The first copy of 2 looks whole until the page cache is gone.
  const next = await openerOn(disk).open();
  await next.append(recordOf(4));
  const after = await openerOn(disk.powerCut(NOTHING_UNSYNCED)).open();
  assert.equal(idsOf(await drain(after)), [1, 2, 3, 4]);
});

test("a report noted as lost does not come back, whatever stands on the disk", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  await spool.append(recordOf(1));
  disk.setFault((asked) => (asked === "sync" || asked === "truncate" ? "io" : null));
  assert.is((await spool.append(recordOf(2))).outcome, "lost");
  disk.setFault(null);
  await spool.append(recordOf(3));
  const after = await openerOn(disk).open();
  assert.equal(idsOf(await drain(after)), [1, 3]);
  const losses = [{ fromId: 2, toId: 2, count: 1, reason: "disk-error" }];
  assert.equal(after.status().losses.map(lossOf), losses);
});

test("an agent killed before its sync: what the next one finds, it makes durable first", async () => {
  const disk = createSimDisk();
  let killed = false;
  const killable: Disk = {
    list: (folder) => disk.list(folder),
    read: (path) => disk.read(path),
    readAt: (path, offset, length) => disk.readAt(path, offset, length),
    append: (path, bytes) => disk.append(path, bytes),
    sync: (path) => (killed ? new Promise(() => {}) : disk.sync(path)),
    truncate: (path, length) => disk.truncate(path, length),
    replace: (path, bytes) => disk.replace(path, bytes),
    remove: (path) => disk.remove(path),
  };
  const before = await openerOn(killable).open();
  await before.append(recordOf(1));
  killed = true;
  void before.append(recordOf(2));
  await new Promise((resolve) => setImmediate(resolve));
  // And something that it had only begun to write.
  await disk.append(disk.paths()[0]!, recordOf(3).body);
  const after = await openerOn(disk).open();
  assert.is(carryIdOf(after), 2);
  const last = await openerOn(disk.powerCut(NOTHING_UNSYNCED)).open();
  assert.is(carryIdOf(last), 2);
  assert.equal(idsOf(await drain(last)), [1, 2]);
});

test("a folder that may not be written is told at the start", async () => {
  for (const code of ["denied", "read-only"] as const) {
    const disk = createSimDisk();
    disk.setFault(failing("append", code));
    const error = await openerOn(disk)
      .open()
      .catch((failure) => failure);
    assert.instance(error, DiskError);
    assert.is(error.code, code);
  }
});

test("a full or failing disk at the start is none of that", async () => {
  for (const code of ["full", "io"] as const) {
    const disk = createSimDisk();
    const before = await openerOn(disk).open();
    await before.append(recordOf(1));
    disk.setFault((asked) => (asked === "append" || asked === "sync" ? code : null));
    const spool = await openerOn(disk).open();
    assert.is((await spool.peek())?.id, 1);
    assert.is((await spool.append(recordOf(2))).outcome, "lost");
    disk.setFault(null);
    assert.equal(await spool.append(recordOf(3)), { outcome: "stored" });
    assert.equal(idsOf(await drain(spool)), [1, 3]);
  }
});

test("a read that fails for a while loses nothing; one that fails for good, that record", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  await spool.append(recordOf(1));
  await spool.append(recordOf(2));
  await spool.peek();
  disk.setFault(failing("read", "io", 3));
  for (let attempt = 0; attempt < 3; attempt++) assert.is(await spool.peek(), null);
  assert.is((await spool.peek())?.id, 1);
  disk.setFault(failing("read", "io", 8));
  for (let attempt = 0; attempt < 8; attempt++) assert.is(await spool.peek(), null);
  assert.is((await spool.peek())?.id, 2);
  assert.equal(spool.status().losses.map(lossOf), [
    { fromId: 1, toId: 1, count: 1, reason: "disk-error" },
  ]);
});

test("rot while the agent runs is noticed when the record is read", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  for (const id of [1, 2, 3]) await spool.append(recordOf(id));
  await spool.peek();
  const [path] = disk.paths();
  disk.rot(path!, 8 * 500);
  assert.equal(idsOf(await drain(spool)), [2, 3]);
  assert.equal(spool.status().losses.map(lossOf), [
    { fromId: 1, toId: 1, count: 1, reason: "corrupt" },
  ]);
});

test("a clock that jumps, to 1970 or 2060, takes nothing from the spool", async () => {
  const disk = createSimDisk();
  const { clock, open } = openerOn(disk);
  let spool = await open({ ageMsMax: DAY_MS });
  let id = 0;
  for (const jumpMs of [-START_WALL_MS, 34 * 365 * DAY_MS, -10 * DAY_MS, 40 * DAY_MS]) {
    await spool.append(recordOf(++id, { wallMs: clock.wallMs() }));
    clock.jumpWall(jumpMs);
    await spool.append(recordOf(++id, { wallMs: clock.wallMs() }));
    assert.is((await spool.peek())?.id, 1);
  }
  await spool.close();
  for (const jumpMs of [-2 * START_WALL_MS, 60 * 365 * DAY_MS, -60 * 365 * DAY_MS]) {
    clock.jumpWall(jumpMs);
    spool = await open({ ageMsMax: DAY_MS });
    assert.is((await spool.peek())?.id, 1);
    await spool.close();
  }
  assert.is(spool.status().lostRecords, 0);
});

test("time off counts for the age where it is plausible", async () => {
  const { clock, open } = openerOn(createSimDisk());
  let spool = await open({ ageMsMax: DAY_MS });
  await spool.append(recordOf(1));
  for (let hours = 0; hours <= 24; hours += 5) {
    await spool.close();
    clock.jumpWall(5 * 3_600_000);
    spool = await open({ ageMsMax: DAY_MS });
  }
  assert.is(await spool.peek(), null);
  assert.equal(spool.status().losses.map(lossOf), [
    { fromId: 1, toId: 1, count: 1, reason: "age-max" },
  ]);
});

test("a smaller bound than before is kept from the start on", async () => {
  const disk = createSimDisk();
  const before = await openerOn(disk).open({ bytesMax: 256 * 1024 });
  for (let id = 1; id <= 150; id++) await before.append(recordOf(id));
  await before.close();
  const spool = await openerOn(disk).open({ bytesMax: 64 * 1024 });
  assert.ok(disk.bytesUsed() <= 64 * 1024);
  const { lostRecords } = spool.status();
  assert.ok(lostRecords > 80 && lostRecords < 110, `${lostRecords} lost`);
  assert.equal(idsOf(await drain(spool)), range(lostRecords + 1, 150));
});

test("losses beyond the bound of the list still count", async () => {
  const disk: SimDisk = createSimDisk();
  const spool = await openerOn(disk).open({ recordBytesMax: 1_500 });
  for (let id = 1; id <= 200; id++) {
    await spool.append(recordOf(id, { bodyBytes: id % 2 === 0 ? 2_000 : 10 }));
  }
  const { losses, lostRecords } = spool.status();
  assert.is(losses.length, 64);
  assert.is(losses.at(-1)?.toId, 200);
  assert.is(lostRecords, 100);
  await spool.append(recordOf(201));
  const after = await openerOn(disk).open();
  assert.equal(after.status().losses, losses);
  assert.is(after.status().lostRecords, 100);
  assert.equal(idsOf(await drain(after)), [...range(1, 200).filter((id) => id % 2 === 1), 201]);
});

test("one append costs one sync, a removal none", async () => {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  const counted: DiskOperation[] = [];
  disk.setFault((operation) => {
    counted.push(operation);
    return null;
  });
  await spool.append(recordOf(1));
  await spool.append(recordOf(2));
  await drain(spool);
  const countOf = (wanted: DiskOperation) => counted.filter((done) => done === wanted).length;
  assert.is(countOf("sync"), 2);
  assert.is(countOf("append"), 4);
});

test.run();
