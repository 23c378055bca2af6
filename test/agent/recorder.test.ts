import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { recordedReports } from "../../agent/cli/recorded.ts";
import type { Log } from "../../agent/core/log.ts";
import { createRecorder } from "../../agent/recorder.ts";
import { createFsDisk } from "../../agent/world/disk-fs.ts";
import { createSimDisk, type SimDisk } from "../../sim/engine/disk.ts";
import { createPrng } from "../../sim/engine/prng.ts";

const test = suite("recorder");

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 10, 24, 12);
const TODAY = "reports-2026-11-24.ndjson";

const lineOf = (id: number, received_at = START_MS) => ({
  thing: "gateway-1",
  received_at,
  report: { header: { report_id: id, version: "1.0" } },
});
const LINE_BYTES = JSON.stringify(lineOf(1)).length + 1;

function createNotes() {
  const notes: string[] = [];
  const note = (message: string) => notes.push(message);
  const log: Log = { debug() {}, info: note, warn: note, error: note };
  return { notes, log };
}

const quiet = createNotes().log;
const recorderOn = (disk: SimDisk, bytesMax = 1e6, log: Log = quiet) =>
  createRecorder({ disk, bytesMax, log });

async function idsIn(disk: SimDisk, path: string): Promise<number[]> {
  const text = new TextDecoder().decode((await disk.read(path)) ?? new Uint8Array());
  const lines = text.split("\n");
  assert.is(lines.pop(), "", "ends with a whole line");
  return lines.map((line) => JSON.parse(line).report.header.report_id);
}

test("what it writes is what detect --reports reads", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldwarden-recorder-"));
  const disk = createFsDisk({ folder });
  const recorder = createRecorder({ disk, log: quiet, bytesMax: 1e6 });
  const metrics = { network_stats: { bytes_in: 5 } };
  for (const receivedAt of [START_MS, START_MS + 300_000]) {
    const line = lineOf(1, receivedAt);
    await recorder.record({ ...line, report: { ...line.report, metrics } });
  }
  await disk.close();
  const read = [];
  for await (const report of recordedReports(join(folder, TODAY))) read.push(report);
  await rm(folder, { recursive: true });
  assert.equal(
    read.map(({ thing, receivedAtMs, datapoints }) => [thing, receivedAtMs, datapoints.length]),
    [
      ["gateway-1", START_MS, 1],
      ["gateway-1", START_MS + 300_000, 1],
    ],
  );
});

test("each UTC day has its file, and the oldest go", async () => {
  const disk = createSimDisk();
  for (let day = 0; day < 5; day++) {
    // A new one each day, as after a restart: the bound holds over what was there.
    const recorder = recorderOn(disk, 3 * LINE_BYTES);
    await recorder.record(lineOf(day + 1, START_MS + day * DAY_MS));
    assert.ok(disk.bytesUsed() <= 3 * LINE_BYTES);
  }
  assert.equal(
    disk.paths(),
    [26, 27, 28].map((day) => `reports-2026-11-${day}.ndjson`),
  );
});

test("a day that fills all of it keeps what it has; it is said once", async () => {
  const disk = createSimDisk();
  const { notes, log } = createNotes();
  const recorder = recorderOn(disk, 2 * LINE_BYTES, log);
  for (const id of [1, 2, 3, 4]) await recorder.record(lineOf(id));
  assert.equal(await idsIn(disk, TODAY), [1, 2]);
  assert.equal(notes, ["reports are not recorded"]);
  await recorder.record(lineOf(5, START_MS + DAY_MS));
  assert.equal(await idsIn(disk, "reports-2026-11-25.ndjson"), [5]);
  assert.is(notes.length, 2);
});

test("a clock that jumped back removes no newer day", async () => {
  const disk = createSimDisk();
  const recorder = recorderOn(disk, LINE_BYTES);
  await recorder.record(lineOf(1));
  await recorder.record(lineOf(2, START_MS - DAY_MS));
  assert.equal(disk.paths(), [TODAY]);
});

test("a full disk: reports go on, it is said once, and no torn line stays", async () => {
  const disk = createSimDisk({ capacityBytes: LINE_BYTES + 10 });
  const { notes, log } = createNotes();
  const recorder = recorderOn(disk, 1e6, log);
  for (const id of [1, 2, 3]) await recorder.record(lineOf(id));
  assert.equal(notes, ["reports are not recorded"]);
  disk.setCapacity(1e6);
  await recorder.record(lineOf(4));
  assert.equal(await idsIn(disk, TODAY), [1, 4]);
  assert.equal(notes, ["reports are not recorded", "reports are recorded again"]);
});

test("a disk that refuses everything for a while is used again after it", async () => {
  const disk = createSimDisk();
  const recorder = recorderOn(disk);
  for (const operation of ["list", "append", "sync", "truncate"]) {
    disk.setFault((asked) => (asked === operation ? "io" : null));
    await recorder.record(lineOf(1));
  }
  disk.setFault(null);
  await recorder.record(lineOf(2));
  assert.is((await idsIn(disk, TODAY)).at(-1), 2);
});

test("a power cut at any write loses the report under way at most", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.nat(12), async (seed, writes) => {
      let disk = createSimDisk();
      const kept: number[] = [];
      disk.dieAfter(writes);
      const recorder = recorderOn(disk);
      for (let id = 1; id <= 5; id++) {
        const done = recorder.record(lineOf(id)).then(() => true);
        if (!(await Promise.race([done, disk.died.then(() => false)]))) break;
        kept.push(id);
      }
      disk = disk.powerCut(createPrng(seed));
      await recorderOn(disk).record(lineOf(9));
      const ids = await idsIn(disk, TODAY);
      assert.is(ids.at(-1), 9);
      assert.equal(ids.slice(0, kept.length), kept);
      assert.ok(ids.length <= kept.length + 2);
    }),
    { numRuns: 300 },
  );
});

test.run();
