/**
 * The records of findings on the disk: `alerts/<sequence of the first>.ndjson`, a record a line, each
 * with the hash of the one before, and `alerts/head.json` with their end and each output's cursor.
 *
 * A record counts as kept when its line and then the head are synced. The oldest files go when all
 * together would exceed `bytesMax`, or for a full disk; first the head says so. Only where the disk has
 * no room for that either is it the other way round: should the power fail between, they are missed.
 * Records that the disk does not take stay in memory, go out from there, and are tried again with each
 * `flush`.
 */
import type { Clock } from "../core/clock.ts";
import { type Disk, DiskError } from "../core/disk.ts";
import type { Log } from "../core/log.ts";
import { chainOf, type Fault, type Segment } from "./chain.ts";
import { HEAD_FILE, nameOf, pathOf, readLedger } from "./files.ts";
import { baseOf, cursorsOf, encodeHead, type Head } from "./head.ts";
import { type Link, lineOf, type Notice, type NoticeDraft, noticeOf, sealed } from "./notice.ts";

/** Least `bytesMax`: a record has 40 KiB at most, a file is begun anew above an eighth. */
export const LEDGER_BYTES_MIN = 64 * 1024;

/** Records in memory that the disk does not take; the oldest of more are given up. */
export const UNWRITTEN_MAX = 256;

/** Files kept, the newest included. */
const SEGMENTS_MAX = 8;

export interface LedgerOptions {
  disk: Disk;
  clock: Clock;
  log: Log;
  bytesMax: number;
}

export interface Ledger {
  /** Place of the newest record. */
  readonly tip: Link;
  readonly unwritten: number;
  /** Gives the drafts their places and tries to keep them. They go out either way. */
  append(drafts: readonly NoticeDraft[]): Promise<readonly Notice[]>;
  /** Tries again what the disk did not take. */
  flush(): Promise<void>;
  /** At most `countMax` records after the one with this sequence, in order. */
  read(after: number, countMax: number): Promise<Notice[]>;
  cursor(output: string): number;
  /** Durable when resolved, unless the disk fails: then it is with the next that succeeds. */
  moveCursor(output: string, sequence: number): Promise<void>;
}

/** What a start finds: the ledger, what it holds, and what is wrong with it. */
export interface OpenedLedger {
  ledger: Ledger;
  notices: readonly Notice[];
  faults: readonly Fault[];
}

/**
 * Opens the ledger whatever its files hold. An output that had no cursor starts with the next record.
 * Rejects with the DiskError when the folder may not be read or written.
 */
export async function openLedger(
  options: LedgerOptions,
  outputs: readonly string[],
): Promise<OpenedLedger> {
  if (options.bytesMax < LEDGER_BYTES_MIN) {
    throw new RangeError(`ledger of ${options.bytesMax} bytes: the least is ${LEDGER_BYTES_MIN}`);
  }
  const { disk } = options;
  const { head, files } = await readLedger(disk);
  const chain = chainOf(files, head);
  const cursors = cursorsOf(head, chain.tip, chain.notices, outputs);
  const base = head?.base ?? baseOf(chain.notices);
  const ledger = new SegmentLedger(options, { ...chain.tip, base, cursors }, chain.segments);
  await ledger.start();
  return { ledger, notices: chain.notices, faults: chain.faults };
}

class SegmentLedger implements Ledger {
  readonly #options: LedgerOptions;
  #segments: Segment[];
  /** As it is on the disk, or as it is to be there as soon as the disk takes it. */
  #head: Head;
  #tip: Link;
  #unwritten: Notice[] = [];
  /** Whether the newest file may hold bytes behind its last record. */
  #isTorn: boolean;
  #isSaidFailing = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LedgerOptions, head: Head, segments: Segment[]) {
    this.#options = options;
    this.#head = head;
    this.#tip = { sequence: head.sequence, hash: head.hash };
    this.#segments = segments;
    this.#isTorn = segments.at(-1)?.isTorn ?? false;
  }

  get tip(): Link {
    return this.#tip;
  }

  get unwritten(): number {
    return this.#unwritten.length;
  }

  async start(): Promise<void> {
    try {
      const empty = this.#segments.filter(({ last }) => last === null);
      for (const { name } of empty) await this.#options.disk.remove(pathOf(name));
      this.#segments = this.#segments.filter(({ last }) => last !== null);
      // A killed agent leaves lines that were never synced; the head must not be ahead of them.
      await this.#mend();
      const newest = this.#segments.at(-1);
      if (newest !== undefined) await this.#options.disk.sync(pathOf(newest.name));
      await this.#writeHead();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (error.code === "denied" || error.code === "read-only") throw error;
      this.#sayFailing(error);
    }
  }

  append(drafts: readonly NoticeDraft[]): Promise<readonly Notice[]> {
    return this.#exclusive(async () => {
      const recordedMs = this.#options.clock.wallMs();
      const notices = drafts.map((draft) => {
        const notice = sealed(draft, this.#tip, recordedMs);
        this.#tip = { sequence: notice.sequence, hash: notice.hash };
        return notice;
      });
      this.#unwritten.push(...notices);
      await this.#flush();
      const surplus = this.#unwritten.length - UNWRITTEN_MAX;
      if (surplus > 0) {
        this.#unwritten.splice(0, surplus);
        this.#options.log.error("findings are no longer kept in memory", { lost: surplus });
      }
      return notices;
    });
  }

  flush(): Promise<void> {
    return this.#exclusive(() => this.#flush());
  }

  read(after: number, countMax: number): Promise<Notice[]> {
    return this.#exclusive(async () => {
      const found: Notice[] = [];
      for (const segment of this.#segments) {
        if (found.length >= countMax) break;
        if (segment.last!.sequence > after) found.push(...(await this.#noticesIn(segment, after)));
      }
      found.push(...this.#unwritten.filter(({ sequence }) => sequence > after));
      return found.slice(0, countMax);
    });
  }

  cursor(output: string): number {
    return this.#head.cursors[output] ?? this.#tip.sequence;
  }

  moveCursor(output: string, sequence: number): Promise<void> {
    return this.#exclusive(async () => {
      this.#head = { ...this.#head, cursors: { ...this.#head.cursors, [output]: sequence } };
      await this.#tolerating(() => this.#writeHead());
    });
  }

  async #flush(): Promise<void> {
    // Each round writes records or drops a file, but for the last.
    while (this.#unwritten.length > 0) {
      try {
        await this.#writeSome();
        this.#isSaidFailing = false;
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.#sayFailing(error);
        if (error.code !== "full" || this.#segments.length < 2) return;
        if (!(await this.#tolerating(() => this.#dropForFullDisk()))) return;
      }
    }
  }

  /** The oldest records in memory, as many as one file may hold; one at least. */
  async #writeSome(): Promise<void> {
    const { disk, bytesMax } = this.#options;
    const segmentBytesMax = bytesMax / SEGMENTS_MAX;
    const lines = this.#unwritten.map((notice) => encoder.encode(`${lineOf(notice)}\n`));
    const count = countWithin(lines, segmentBytesMax);
    const notices = this.#unwritten.slice(0, count);
    const bytes = Buffer.concat(lines.slice(0, count));
    await this.#mend();
    let current = this.#segments.at(-1);
    if (current === undefined || current.bytes + bytes.length > segmentBytesMax) {
      current = { name: nameOf(notices[0]!.sequence), bytes: 0, isTorn: false, last: null };
    }
    const isNew = current.last === null;
    const total = this.#segments.reduce((sum, segment) => sum + segment.bytes, bytes.length);
    await this.#makeRoom(total, this.#segments.length + (isNew ? 1 : 0));
    this.#isTorn = true;
    if (isNew) {
      // What an earlier try left under this name is none of the chain.
      await disk.remove(pathOf(current.name));
    }
    await disk.append(pathOf(current.name), bytes);
    await disk.sync(pathOf(current.name));
    const { sequence, hash } = notices.at(-1)!;
    current.bytes += bytes.length;
    current.last = { sequence, hash };
    if (isNew) this.#segments.push(current);
    this.#isTorn = false;
    this.#unwritten.splice(0, count);
    this.#head = { ...this.#head, sequence, hash };
    await this.#tolerating(() => this.#writeHead());
  }

  /** Cuts off what a failed or interrupted write left behind the last record. */
  async #mend(): Promise<void> {
    const newest = this.#segments.at(-1);
    if (this.#isTorn && newest !== undefined) {
      await this.#options.disk.truncate(pathOf(newest.name), newest.bytes);
    }
    this.#isTorn = false;
  }

  async #makeRoom(total: number, count: number): Promise<void> {
    let freed = 0;
    let dropped = 0;
    for (const { bytes } of this.#segments) {
      if (total - freed <= this.#options.bytesMax && count - dropped <= SEGMENTS_MAX) break;
      freed += bytes;
      dropped++;
    }
    if (dropped > 0) await this.#drop(dropped);
  }

  async #drop(count: number): Promise<void> {
    const going = this.#segments.slice(0, count);
    this.#head = { ...this.#head, base: going.at(-1)!.last! };
    await this.#writeHead();
    for (const { name } of going) await this.#options.disk.remove(pathOf(name));
    this.#segments.splice(0, count);
  }

  async #dropForFullDisk(): Promise<void> {
    try {
      await this.#drop(1);
    } catch (error) {
      if (!(error instanceof DiskError) || error.code !== "full") throw error;
      const { name } = this.#segments.shift()!;
      await this.#options.disk.remove(pathOf(name));
      await this.#writeHead();
    }
  }

  async #noticesIn({ name, bytes }: Segment, after: number): Promise<Notice[]> {
    let read: Uint8Array | null = null;
    await this.#tolerating(async () => {
      read = await this.#options.disk.readAt(pathOf(name), 0, bytes);
    });
    if (read === null) return [];
    const notices = decoder.decode(read).split("\n").map(noticeOf);
    return notices.filter((notice) => notice !== null && notice.sequence > after) as Notice[];
  }

  #writeHead(): Promise<void> {
    // A cursor may be ahead of what the disk took; after a power cut those numbers are given anew.
    const { sequence } = this.#head;
    const cursors = Object.fromEntries(
      Object.entries(this.#head.cursors).map(([name, at]) => [name, Math.min(at, sequence)]),
    );
    const bytes = encodeHead({ ...this.#head, cursors });
    return this.#options.disk.replace(pathOf(HEAD_FILE), bytes);
  }

  #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** False when the disk failed: what matters of it is tried again later. */
  async #tolerating(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#sayFailing(error);
      return false;
    }
  }

  #sayFailing(error: DiskError): void {
    if (this.#isSaidFailing) return;
    this.#isSaidFailing = true;
    this.#options.log.error("findings cannot be written", { reason: error.message });
  }
}

/** How many of the lines, the first in any case, have at most `bytesMax` together. */
function countWithin(lines: readonly Uint8Array[], bytesMax: number): number {
  let bytes = 0;
  for (const [index, line] of lines.entries()) {
    bytes += line.length;
    if (bytes > bytesMax) return Math.max(1, index);
  }
  return lines.length;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
