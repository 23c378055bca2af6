import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Disk } from "../../agent/core/disk.ts";
import type { Log } from "../../agent/core/log.ts";
import type { Spool, SpoolRecord } from "../../agent/core/spool.ts";
import { openSpool, type SpoolOptions } from "../../agent/store/spool.ts";
import { createManualClock, type ManualClock } from "../../sim/engine/clock.ts";
import type { DiskUnderTest } from "./disk.ts";

export const START_WALL_MS = Date.UTC(2026, 10, 24);
export const DAY_MS = 86_400_000;

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A record whose body and carry tell its id, so that a mix-up shows. */
export function recordOf(id: number, { bodyBytes = 1_000, wallMs = START_WALL_MS } = {}) {
  const body = new Uint8Array(bodyBytes).fill(id & 0xff);
  const carry = new TextEncoder().encode(`carry of ${id}`);
  return { id, wallMs, body, carry } satisfies SpoolRecord;
}

export function carryIdOf(spool: Spool): number | null {
  if (spool.carry === null) return null;
  return Number(/^carry of (\d+)$/.exec(new TextDecoder().decode(spool.carry))?.[1]);
}

export interface Opened {
  disk: Disk;
  clock: ManualClock;
  open(options?: Partial<SpoolOptions>): Promise<Spool>;
}

export function openerOn(disk: Disk): Opened {
  const clock = createManualClock({ wallMs: START_WALL_MS });
  const defaults = { disk, clock, log: silentLog, bytesMax: 256 * 1024, ageMsMax: 7 * DAY_MS };
  return { disk, clock, open: (options = {}) => openSpool({ ...defaults, ...options }) };
}

/** Takes out all that waits, oldest first. */
export async function drain(spool: Spool): Promise<SpoolRecord[]> {
  const records: SpoolRecord[] = [];
  for (let next = await spool.peek(); next !== null; next = await spool.peek()) {
    records.push(next);
    await spool.remove(next.id);
  }
  return records;
}

export const idsOf = (records: readonly SpoolRecord[]): number[] => records.map(({ id }) => id);

/** What agent/core/spool.ts promises, over any Disk. */
export function testSpool(name: string, createDisk: () => Promise<DiskUnderTest>): void {
  const test = suite(`spool: ${name}: contract`);

  const check = (what: string, body: (opened: Opened) => Promise<void>): void => {
    test(what, async () => {
      const { disk, dispose } = await createDisk();
      try {
        await body(openerOn(disk));
      } finally {
        await dispose();
      }
    });
  };

  check("a new spool is empty", async ({ open }) => {
    const spool = await open();
    assert.is(spool.lastId, 0);
    assert.is(spool.carry, null);
    assert.is(await spool.peek(), null);
    const { records, oldestWallMs, losses, lostRecords } = spool.status();
    assert.equal({ records, oldestWallMs, losses, lostRecords }, NOTHING);
    await spool.close();
  });

  check("records come out as they went in, oldest first, also after a restart", async (opened) => {
    const before = await opened.open();
    for (const id of [3, 4, 1_764_000_000]) {
      assert.equal(await before.append(recordOf(id)), { outcome: "stored" });
    }
    assert.equal(await before.peek(), recordOf(3));
    await before.close();
    const after = await opened.open();
    assert.equal(
      await drain(after),
      [3, 4, 1_764_000_000].map((id) => recordOf(id)),
    );
    await after.close();
  });

  check("peek gives the same record until it is removed", async ({ open }) => {
    const spool = await open();
    await spool.append(recordOf(1));
    await spool.append(recordOf(2));
    assert.is((await spool.peek())?.id, 1);
    assert.is((await spool.peek())?.id, 1);
    await spool.remove(1);
    await spool.remove(1);
    assert.is((await spool.peek())?.id, 2);
  });

  check("remove forgets the older ones too", async ({ open }) => {
    const spool = await open();
    for (const id of [1, 2, 3, 4]) await spool.append(recordOf(id));
    await spool.remove(3);
    assert.equal(idsOf(await drain(spool)), [4]);
  });

  check("the newest id and carry outlive their record and restarts", async ({ open }) => {
    let spool = await open();
    for (const id of [5, 6, 9]) await spool.append(recordOf(id));
    await drain(spool);
    for (let restart = 0; restart < 3; restart++) {
      await spool.close();
      spool = await open();
      assert.is(spool.lastId, 9);
      assert.is(carryIdOf(spool), 9);
      assert.is(await spool.peek(), null);
    }
  });

  check("an id that is not above the newest is a bug of the caller", async ({ open }) => {
    const spool = await open();
    await spool.append(recordOf(5));
    for (const id of [5, 4, 0, -1, 5.5, Number.NaN, 2 ** 53]) {
      const failed = await spool.append(recordOf(id)).catch((error) => error);
      assert.instance(failed, RangeError, `id ${id}`);
    }
    assert.equal(idsOf(await drain(spool)), [5]);
  });

  check("calls at the same time work one after the other", async ({ open }) => {
    const spool = await open();
    const appends = [1, 2, 3, 4, 5].map((id) => spool.append(recordOf(id)));
    const peeks = [spool.peek(), spool.remove(2), spool.peek()];
    await Promise.all(appends);
    const [first, , third] = await Promise.all(peeks);
    assert.is(first?.id, 1);
    assert.is(third?.id, 3);
  });

  check("files of others stay as they are", async ({ disk, open }) => {
    await disk.append("spool/notes.txt", new Uint8Array([1, 2, 3]));
    await disk.append("spool/1-2.seg", new Uint8Array([4]));
    const spool = await open({ bytesMax: 64 * 1024 });
    for (let id = 1; id <= 30; id++) await spool.append(recordOf(id, { bodyBytes: 3_000 }));
    await spool.close();
    assert.equal(await disk.read("spool/notes.txt"), new Uint8Array([1, 2, 3]));
    assert.equal(await disk.read("spool/1-2.seg"), new Uint8Array([4]));
  });

  check("above its bytes the oldest go, noted as one range", async ({ disk, open }) => {
    const spool = await open({ bytesMax: 64 * 1024 });
    for (let id = 1; id <= 100; id++) {
      assert.equal(await spool.append(recordOf(id)), { outcome: "stored" });
      assert.ok((await folderBytes(disk)) <= 64 * 1024, `after ${id}`);
    }
    const { losses, lostRecords, records, bytes } = spool.status();
    assert.is(bytes, await folderBytes(disk));
    assert.is(records + lostRecords, 100);
    assert.equal(losses, [
      {
        fromId: 1,
        toId: lostRecords,
        count: lostRecords,
        reason: "bytes-max",
        wallMs: START_WALL_MS,
      },
    ]);
    await spool.close();
    const after = await open({ bytesMax: 64 * 1024 });
    assert.equal(after.status().losses, losses);
    assert.is(after.status().lostRecords, lostRecords);
    const waiting = Array.from({ length: records }, (_, index) => lostRecords + 1 + index);
    assert.equal(idsOf(await drain(after)), waiting);
  });

  check("a record above its own bound is lost and noted; the next is kept", async ({ open }) => {
    const spool = await open({ recordBytesMax: 2_000 });
    await spool.append(recordOf(1));
    const result = await spool.append(recordOf(2, { bodyBytes: 2_001 }));
    assert.is(result.outcome, "lost");
    assert.match(result.outcome === "lost" ? result.reason : "", "at most 2000");
    await spool.append(recordOf(3));
    const [loss] = spool.status().losses;
    assert.equal([loss?.fromId, loss?.toId, loss?.count, loss?.reason], [2, 2, 1, "bytes-max"]);
    assert.equal(idsOf(await drain(spool)), [1, 3]);
  });

  check("above its age a record goes, noted", async ({ clock, open }) => {
    const spool = await open({ ageMsMax: DAY_MS });
    await spool.append(recordOf(1));
    clock.advance(DAY_MS / 2);
    await spool.append(recordOf(2));
    clock.advance(DAY_MS / 2 + 1);
    assert.is((await spool.peek())?.id, 2);
    const [loss] = spool.status().losses;
    assert.equal([loss?.fromId, loss?.toId, loss?.count, loss?.reason], [1, 1, 1, "age-max"]);
    assert.is(loss?.wallMs, clock.wallMs());
  });

  check("what is sent is deleted: online the spool stays small", async ({ disk, open }) => {
    const spool = await open();
    for (let id = 1; id <= 40; id++) {
      await spool.append(recordOf(id));
      await drain(spool);
      assert.ok((await folderBytes(disk)) < 20 * 1024, `after ${id}`);
    }
    assert.is(spool.status().lostRecords, 0);
  });

  test.run();
}

const NOTHING = { records: 0, oldestWallMs: null, losses: [], lostRecords: 0 };

export async function folderBytes(disk: Disk): Promise<number> {
  let bytes = 0;
  for (const name of await disk.list("spool")) {
    bytes += (await disk.read(`spool/${name}`))?.length ?? 0;
  }
  return bytes;
}
