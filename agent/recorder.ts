import { type Disk, DiskError } from "./core/disk.ts";
import type { Log } from "./core/log.ts";

/** A line of a recording: what `detect --reports` reads. */
export interface RecordedLine {
  thing: string;
  /** Epoch milliseconds, whole. */
  received_at: number;
  /** The report under its long names. */
  report: object;
}

/** Keeps reports as NDJSON, a file for each UTC day: `reports-2026-11-24.ndjson`. */
export interface Recorder {
  /**
   * Appends the report, durably once it resolves. One call at a time. Never rejects for the disk's
   * sake: what cannot be kept is missing from the recording, and the log says so once until one is
   * kept again.
   */
  record(line: RecordedLine): Promise<void>;
}

export interface RecorderOptions {
  /** Its root is the recording's folder. */
  disk: Disk;
  log: Log;
  /** All days together. The oldest go; when a day alone fills it, the rest of the day is not kept. */
  bytesMax: number;
}

/** Longest line looked for behind a power cut: a report of 128 KiB and its frame fit in it. */
const LINE_BYTES_MAX = 1024 * 1024;
/** A file is at most so long, for the search of its end: 2^40 bytes. */
const LENGTH_BITS_MAX = 40;
const DAY_FILE = /^reports-\d{4}-\d\d-\d\d\.ndjson$/;
const NEWLINE = 10;

export function createRecorder({ disk, log, bytesMax }: RecorderOptions): Recorder {
  /** Bytes of each file that count: whole lines. Null until the folder was looked through. */
  let lengths: Map<string, number> | null = null;
  /** Files behind whose counted bytes part of a line may stand. */
  const torn = new Set<string>();
  let isSaid = false;

  async function lookThrough(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const name of (await disk.list("")).filter((name) => DAY_FILE.test(name))) {
      const length = await lengthOf(disk, name);
      const whole = await wholeLinesOf(disk, name, length);
      found.set(name, whole);
      if (whole < length) torn.add(name);
    }
    return found;
  }

  async function mend(files: ReadonlyMap<string, number>): Promise<void> {
    for (const name of torn) {
      // An append that failed may not even have made the file.
      if ((await disk.readAt(name, 0, 1)) !== null) {
        await disk.truncate(name, files.get(name) ?? 0);
      }
      torn.delete(name);
    }
  }

  /** True when there is room then. Removes days older than that of `name`, never newer ones. */
  async function makeRoom(files: Map<string, number>, name: string, more: number) {
    const used = () => [...files.values()].reduce((sum, length) => sum + length, more);
    for (const oldest of [...files.keys()].sort()) {
      if (used() <= bytesMax || oldest >= name) break;
      await disk.remove(oldest);
      files.delete(oldest);
      torn.delete(oldest);
    }
    return used() <= bytesMax;
  }

  async function append(name: string, line: Uint8Array): Promise<string | null> {
    lengths ??= await lookThrough();
    await mend(lengths);
    if (!(await makeRoom(lengths, name, line.length))) return "the recording has its full size";
    const length = lengths.get(name) ?? 0;
    lengths.set(name, length);
    torn.add(name);
    await disk.append(name, line);
    await disk.sync(name);
    torn.delete(name);
    lengths.set(name, length + line.length);
    return null;
  }

  return {
    async record({ thing, received_at, report }) {
      const line = `${JSON.stringify({ thing, received_at, report })}\n`;
      const name = `reports-${new Date(received_at).toISOString().split("T")[0]}.ndjson`;
      const reason = await append(name, new TextEncoder().encode(line)).catch((error) => {
        if (error instanceof DiskError) return error.message;
        throw error;
      });
      if (reason !== null && !isSaid) log.warn("reports are not recorded", { reason });
      if (reason === null && isSaid) log.info("reports are recorded again", { file: name });
      isSaid = reason !== null;
    },
  };
}

/** The file's length, by halving: Disk has no way to ask for it. */
async function lengthOf(disk: Disk, name: string): Promise<number> {
  let length = 0;
  for (let bit = 2 ** LENGTH_BITS_MAX; bit >= 1; bit /= 2) {
    const byte = await disk.readAt(name, length + bit - 1, 1);
    if (byte !== null && byte.length === 1) length += bit;
  }
  return length;
}

/** Bytes up to the end of the last line that is JSON: a power cut tears the last one at most. */
async function wholeLinesOf(disk: Disk, name: string, length: number): Promise<number> {
  const start = Math.max(0, length - LINE_BYTES_MAX);
  const tail = (await disk.readAt(name, start, length - start)) ?? new Uint8Array();
  for (let end = tail.length; end > 0; ) {
    const newline = tail.lastIndexOf(NEWLINE, end - 1);
    if (newline < 0) break;
    const before = newline === 0 ? -1 : tail.lastIndexOf(NEWLINE, newline - 1);
    if (isJson(tail.subarray(before + 1, newline))) return start + newline + 1;
    end = newline;
  }
  return start;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
