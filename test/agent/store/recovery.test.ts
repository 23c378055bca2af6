import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSimDisk, type SimDisk } from "../../../sim/engine/disk.ts";
import { createPrng } from "../../../sim/engine/prng.ts";
import { carryIdOf, drain, idsOf, openerOn, recordOf } from "../../contracts/spool.ts";

const test = suite("spool: always starts");

const RECORDS = 40;
const ids = Array.from({ length: RECORDS }, (_, index) => (index + 1) * 7);

/** A spool of several segments, nothing sent. */
async function filledDisk(): Promise<SimDisk> {
  const disk = createSimDisk();
  const spool = await openerOn(disk).open();
  for (const id of ids) await spool.append(recordOf(id));
  await spool.close();
  assert.ok(disk.paths().length >= 4);
  return disk;
}

/** The spool opens, gives what is intact in order, and accounts for the rest. Returns what is gone. */
async function checkOpens(disk: SimDisk, where: string): Promise<number[]> {
  const spool = await openerOn(disk).open();
  const { losses, lostRecords } = spool.status();
  const drained = idsOf(await drain(spool));
  const missing = ids.filter((id) => !drained.includes(id));
  assert.equal(
    drained,
    ids.filter((id) => !missing.includes(id)),
    where,
  );
  for (const { reason } of losses) assert.is(reason, "corrupt", where);
  const isTold = (id: number) => losses.some(({ fromId, toId }) => fromId <= id && id <= toId);
  assert.not.ok(drained.some(isTold), `${where}: an intact one is told lost`);
  // It takes new ones, and what was lost is told once, however often it starts.
  const next = Math.max(spool.lastId, ids.at(-1)!) + 1;
  assert.equal(await spool.append(recordOf(next)), { outcome: "stored" }, where);
  await spool.close();
  const again = await openerOn(disk).open();
  assert.equal(again.status().losses, losses, where);
  assert.is(again.status().lostRecords, lostRecords, where);
  assert.is(carryIdOf(again), next, where);
  assert.equal(idsOf(await drain(again)), [next], where);
  return missing;
}

test("one flipped bit, anywhere: at most one report is lost, and it is told", async () => {
  const clean = await filledDisk();
  const prng = createPrng(1);
  for (let round = 0; round < 150; round++) {
    const disk = await copyOf(clean);
    const path = prng.pick(disk.paths());
    const bit = prng.below(8 * (await disk.read(path))!.length);
    disk.rot(path, bit);
    const where = `bit ${bit} of ${path}`;
    const before = await openerOn(await copyOf(disk)).open();
    const { lostRecords } = before.status();
    const missing = await checkOpens(disk, where);
    assert.ok(missing.length <= 1, `${where}: ${missing} are gone`);
    assert.ok(lostRecords >= missing.length, `${where}: ${missing} is gone silently`);
  }
});

test("a segment that is gone: its reports are told, with their exact number", async () => {
  const clean = await filledDisk();
  const paths = clean.paths();
  for (const path of paths.slice(0, -1)) {
    const disk = await copyOf(clean);
    await disk.remove(path);
    const spool = await openerOn(await copyOf(disk)).open();
    const { lostRecords } = spool.status();
    const missing = await checkOpens(disk, `without ${path}`);
    assert.ok(missing.length > 2);
    assert.is(lostRecords, missing.length);
  }
});

test("a segment cut anywhere: the reports before are kept", async () => {
  const clean = await filledDisk();
  const prng = createPrng(2);
  for (let round = 0; round < 60; round++) {
    const disk = await copyOf(clean);
    const path = prng.pick(disk.paths().slice(0, -1));
    await disk.truncate(path, prng.below((await disk.read(path))!.length));
    const spool = await openerOn(await copyOf(disk)).open();
    const { lostRecords } = spool.status();
    const missing = await checkOpens(disk, `round ${round}`);
    assert.is(lostRecords, missing.length, `round ${round}`);
  }
});

test("whatever stands in the folder", async () => {
  const clean = await filledDisk();
  const [first, second, third] = clean.paths() as [string, string, string];
  const name = fc.oneof(
    fc.constantFrom(first, second, third, `${first}x`),
    fc.constantFrom("spool/000000000000-0000000000000000.seg", "spool/a"),
    // With the next sequence the names get longer, and their order as text is another.
    fc.constant("spool/999999999999-0000000000000009.seg"),
  );
  const file = fc.tuple(name, fc.uint8Array({ maxLength: 3_000 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(file, { maxLength: 4 }), async (files) => {
      const disk = await copyOf(clean);
      for (const [path, bytes, appended] of files) {
        if (appended) await disk.append(path, bytes);
        else await disk.replace(path, bytes);
      }
      await checkOpens(disk, JSON.stringify(files.map(([path]) => path)));
    }),
    { numRuns: 100 },
  );
});

test("files of nothing but noise", async () => {
  const prng = createPrng(3);
  for (let round = 0; round < 20; round++) {
    const disk = createSimDisk();
    for (let file = 0; file < 4; file++) {
      const sequence = String(prng.below(1e6)).padStart(12, "0");
      await disk.append(`spool/${sequence}-0000000000000001.seg`, prng.bytes(5_000));
    }
    const spool = await openerOn(disk).open();
    assert.is(await spool.peek(), null);
    const id = spool.lastId + 1;
    await spool.append(recordOf(id));
    assert.equal(idsOf(await drain(await openerOn(disk).open())), [id]);
    assert.is(disk.paths().length, 1);
  }
});

test("a folder that cannot be listed is told as what it is", async () => {
  const disk = createSimDisk();
  disk.setFault((operation) => (operation === "list" ? "denied" : null));
  const error = await openerOn(disk)
    .open()
    .catch((failure) => failure);
  assert.is(error.code, "denied");
});

test("files that cannot be read are as damaged ones", async () => {
  const disk = await filledDisk();
  disk.setFault((operation) => (operation === "read" ? "io" : null));
  const spool = await openerOn(disk).open();
  assert.is(await spool.peek(), null);
  assert.is(spool.lastId, 0);
  disk.setFault(null);
  assert.equal(await spool.append(recordOf(1_000)), { outcome: "stored" });
  assert.equal(idsOf(await drain(spool)), [1_000]);
});

test.run();

async function copyOf(disk: SimDisk): Promise<SimDisk> {
  const copy = createSimDisk();
  for (const path of disk.paths()) {
    await copy.append(path, (await disk.read(path))!);
    await copy.sync(path);
  }
  return copy;
}
