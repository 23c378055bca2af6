/**
 * What a durable append costs: its time, and the bytes that reach the block device for each byte
 * kept. Against the least that any store can do: append the same bytes and fdatasync. The device is
 * the one under the folder for temporary files (TMPDIR); its counter counts the neighbours too, so
 * both sides take turns and the median counts.
 */
import { readFileSync, statSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "../../agent/core/log.ts";
import type { SpoolRecord } from "../../agent/core/spool.ts";
import { openSpool } from "../../agent/store/spool.ts";
import { SegmentWriter } from "../../agent/store/writer.ts";
import { systemClock } from "../../agent/world/clock-system.ts";
import { createFsDisk, type FsDisk } from "../../agent/world/disk-fs.ts";
import { type Figure, median } from "./figure.ts";

const RUNS = 7;
const COMMITS = 100;
const BODY_BYTES = 1_024;
const CARRY_BYTES = 64;
const RECORDS_PER_COMMIT = 20;
const AGAINST = "append + fdatasync";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Cost of one run of commits. */
interface Cost {
  msPerCommit: number;
  deviceBytesPerByte: number;
}

export default async function* spool(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), "fieldwarden-bench-"));
  try {
    const single = await takeTurns(folder, appends, 1);
    yield figureOf("spool.append", "ms", single, ({ msPerCommit }) => msPerCommit);
    const written = ({ deviceBytesPerByte }: Cost) => deviceBytesPerByte;
    yield figureOf("spool.device_bytes.1_per_commit", "bytes/byte", single, written);
    const batched = await takeTurns(folder, batches, RECORDS_PER_COMMIT);
    const name = `spool.device_bytes.${RECORDS_PER_COMMIT}_per_commit`;
    yield figureOf(name, "bytes/byte", batched, written);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Turns {
  ours: Cost[];
  theirs: Cost[];
}

function figureOf(name: string, unit: string, turns: Turns, costOf: (cost: Cost) => number) {
  const value = median(turns.ours.map(costOf));
  const ratio = value / median(turns.theirs.map(costOf));
  return { name, value, unit, ratio, against: AGAINST, runs: RUNS } satisfies Figure;
}

type Work = (disk: FsDisk, name: string) => Promise<() => Promise<void>>;

async function takeTurns(folder: string, work: Work, recordsPerCommit: number): Promise<Turns> {
  const turns: Turns = { ours: [], theirs: [] };
  for (let run = 0; run <= RUNS; run++) {
    const disk = createFsDisk({ folder });
    const commit = await work(disk, `spool-${recordsPerCommit}-${run}`);
    const ours = await measure(folder, recordsPerCommit, commit);
    await disk.close();
    const bare = await open(join(folder, `bare-${recordsPerCommit}-${run}`), "a");
    const bytes = new Uint8Array(recordsPerCommit * (BODY_BYTES + CARRY_BYTES)).fill(7);
    const theirs = await measure(folder, recordsPerCommit, async () => {
      await bare.appendFile(bytes);
      await bare.datasync();
    });
    await bare.close();
    if (run === 0) continue; // Warms both up.
    turns.ours.push(ours);
    turns.theirs.push(theirs);
  }
  return turns;
}

/** The spool as the agent uses it: one record, one commit. */
const appends: Work = async (disk, folder) => {
  const kept = await openSpool({
    disk,
    clock: systemClock,
    log: silent,
    bytesMax: 16 * 1024 * 1024,
    ageMsMax: 1e9,
    folder,
  });
  return async () => {
    const { outcome } = await kept.append(recordOf(kept.lastId + 1));
    if (outcome !== "stored") throw new Error("the disk under the bench does not keep a record");
  };
};

/** The log beneath it, with several records in one write: what batching would save. */
const batches: Work = async (disk, folder) => {
  let id = 0;
  const zero = { id: 0, ordinal: 0 };
  const counts = { wallMs: 0, spoolMs: 0, lostRecords: 0, losses: [] };
  const writer = new SegmentWriter({
    disk,
    folder,
    segmentBytesMax: 256 * 1024,
    segments: [],
    lastIntact: false,
    state: () => ({ newest: { id, ordinal: id }, acknowledged: zero, ...counts }),
  });
  return async () => {
    const drafts = Array.from({ length: RECORDS_PER_COMMIT }, () => {
      const record = recordOf(++id);
      return { kind: "record", record, ordinal: id, spoolMs: 0 } as const;
    });
    await writer.write(drafts, true);
  };
};

async function measure(
  folder: string,
  recordsPerCommit: number,
  commit: () => Promise<void>,
): Promise<Cost> {
  const bytesBefore = deviceBytes(folder);
  const startedMs = performance.now();
  for (let done = 0; done < COMMITS; done++) await commit();
  const msPerCommit = (performance.now() - startedMs) / COMMITS;
  const kept = COMMITS * recordsPerCommit * (BODY_BYTES + CARRY_BYTES);
  return { msPerCommit, deviceBytesPerByte: (deviceBytes(folder) - bytesBefore) / kept };
}

/** Bytes written to the block device since boot; Linux, Documentation/block/stat.rst: field 7. */
function deviceBytes(folder: string): number {
  const { dev } = statSync(folder);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const fields = readFileSync(`/sys/dev/block/${major}:${minor}/stat`, "utf8").trim().split(/\s+/);
  return Number(fields[6]) * 512;
}

function recordOf(id: number): SpoolRecord {
  const body = new Uint8Array(BODY_BYTES).fill(id & 0xff);
  return { id, wallMs: Date.now(), body, carry: new Uint8Array(CARRY_BYTES) };
}
