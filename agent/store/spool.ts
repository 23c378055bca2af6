/**
 * The disk queue: segments of an append-only log (format: segment.ts). What is promised, and when:
 *
 * - `append` resolves "stored" after one fdatasync; with it all that was noted before is durable:
 *   acknowledgements, losses, the newest id and the carry. `remove` costs no sync of its own.
 * - The files together never exceed `bytesMax`. When a record does not fit, the oldest segments are
 *   dropped: first the loss is made durable, then the files go. Only when the disk itself is full
 *   is it the other way round; the missing ordinals tell of the loss should the power fail between.
 * - A segment is deleted when the acknowledgement of its last record is durable elsewhere, and never
 *   while it holds the newest record: its carry outlives the record.
 */
import type { Clock } from "../core/clock.ts";
import { type Disk, DiskError } from "../core/disk.ts";
import type { Log } from "../core/log.ts";
import type { AppendResult, LossReason, Spool, SpoolRecord, SpoolStatus } from "../core/spool.ts";
import type { Position } from "./queue.ts";
import { type Recovered, recover } from "./recovery.ts";
import { recordAt } from "./scan.ts";
import { PAYLOAD_BYTES_MAX, RECORD_ENTRY_BYTES_MIN, recordEntryBytes } from "./segment.ts";
import { SegmentLog, STATE_BYTES_MAX } from "./segment-log.ts";
import { createSpoolTime } from "./spool-time.ts";

/** Least `bytesMax`: eight segments, of which each holds a report of an ordinary gateway. */
export const SPOOL_BYTES_MIN = 64 * 1024;

const RECORD_BYTES_MAX_DEFAULT = 256 * 1024;

/** Writes of one record before it is given up; between two a segment is dropped or a new one begun. */
const APPEND_TRIES_MAX = 4;

/** Peeks that fail to read the oldest record before it is given up: a full table of files passes. */
const READ_TRIES_MAX = 8;

export interface SpoolOptions {
  disk: Disk;
  clock: Clock;
  log: Log;
  /** Bound of all files together, at least `SPOOL_BYTES_MIN`. */
  bytesMax: number;
  /** Older records are dropped; by spool time (spool-time.ts), which wrong clocks do not disturb. */
  ageMsMax: number;
  /** Bound of a record's body and carry together; in effect at most a quarter of `bytesMax`. */
  recordBytesMax?: number;
  /** Folder of the segments on the disk; files that are none of ours are left alone. */
  folder?: string;
}

/**
 * Opens the spool whatever its files hold. Rejects with the DiskError when the folder may not be
 * read or written ("denied", "read-only"): an agent that cannot keep a report must not start
 * silently. A full or failing disk is no reason not to start.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { disk, clock, folder = "spool", bytesMax } = options;
  if (bytesMax < SPOOL_BYTES_MIN) {
    throw new RangeError(`spool of ${bytesMax} bytes: the least is ${SPOOL_BYTES_MIN}`);
  }
  const recovered = await recover(disk, folder, clock.wallMs);
  const newest = recovered.segments.at(-1);
  if (newest !== undefined && !(await canSync(disk, newest.path))) recovered.lastIntact = false;
  const spool = new SegmentSpool({ ...options, folder }, recovered);
  await spool.start();
  return spool;
}

class SegmentSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #recordBytesMax: number;
  readonly #segments: SegmentLog;
  readonly #spoolMs: () => number;
  #readFailures = 0;
  /** Of the losses, those that the log was told of. */
  #lostSaid: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SpoolOptions & { folder: string }, recovered: Recovered) {
    const { disk, clock, log, folder, bytesMax, ageMsMax } = options;
    const { wallMs } = clock;
    const spoolMs = createSpoolTime(clock, ageMsMax, recovered.stamp);
    this.#options = options;
    this.#spoolMs = spoolMs;
    this.#segments = new SegmentLog({ disk, log, folder, bytesMax, wallMs, spoolMs }, recovered);
    this.#lostSaid = recovered.losses.total - recovered.lostNow;
    this.#recordBytesMax = Math.min(
      options.recordBytesMax ?? RECORD_BYTES_MAX_DEFAULT,
      Math.floor(bytesMax / 4) - STATE_BYTES_MAX - RECORD_ENTRY_BYTES_MIN,
      PAYLOAD_BYTES_MAX - RECORD_ENTRY_BYTES_MIN,
    );
  }

  get lastId(): number {
    return this.#segments.newest.id;
  }

  get carry(): Uint8Array | null {
    return this.#segments.carry;
  }

  async start(): Promise<void> {
    try {
      await this.#segments.start();
    } catch (error) {
      if (!(error instanceof DiskError) || isForbidden(error)) throw error;
      this.#options.log.warn("spool cannot write at its start", { reason: error.message });
    }
    this.#sayLost();
  }

  append(record: SpoolRecord): Promise<AppendResult> {
    return this.#exclusive(() => this.#append(record));
  }

  peek(): Promise<SpoolRecord | null> {
    return this.#exclusive(async () => {
      try {
        const record = await this.#peek();
        this.#readFailures = 0;
        return record;
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.#options.log.warn("spool cannot read its oldest record", { reason: error.message });
        if (++this.#readFailures >= READ_TRIES_MAX) this.#segments.giveUpHead("disk-error");
        return null;
      }
    });
  }

  remove(id: number): Promise<void> {
    return this.#exclusive(async () => {
      if (id <= this.#segments.acknowledged.id) return;
      await this.#tolerating("spool cannot acknowledge", async () => {
        await this.#whileHead(
          ({ place }) => place.id <= id,
          () => this.#segments.take(),
        );
        await this.#segments.tellAcknowledged();
      });
    });
  }

  status(): SpoolStatus {
    const { bytesMax, ageMsMax } = this.#options;
    const { records, bytes, bytesWritten, losses, head } = this.#segments;
    return {
      records,
      bytes,
      bytesMax,
      ageMsMax,
      oldestWallMs: head.position?.wallMs ?? head.segment?.oldestWallMs ?? null,
      losses: losses.list,
      lostRecords: losses.total,
      bytesWritten,
    };
  }

  close(): Promise<void> {
    return this.#exclusive(() =>
      this.#tolerating("spool cannot write at its end", () => this.#segments.finish()),
    );
  }

  async #append(record: SpoolRecord): Promise<AppendResult> {
    if (!Number.isSafeInteger(record.id) || record.id <= this.lastId) {
      throw new RangeError(`record ${record.id} is not above ${this.lastId}`);
    }
    const bytes = record.body.length + record.carry.length;
    if (bytes > this.#recordBytesMax) {
      return this.#lose(record.id, "bytes-max", `${bytes} bytes, at most ${this.#recordBytesMax}`);
    }
    await this.#tolerating("spool cannot look for aged records", () => this.#dropAged());
    let failure: DiskError | null = null;
    for (let attempt = 0; attempt < APPEND_TRIES_MAX; attempt++) {
      try {
        if (!(await this.#segments.makeRoom(recordEntryBytes(record)))) break;
        await this.#segments.store(record);
        return { outcome: "stored" };
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        failure = error;
        if (isForbidden(error)) break;
        if (error.code === "full" && !(await this.#segments.dropForFullDisk())) break;
      }
    }
    if (failure === null) return this.#lose(record.id, "bytes-max", "nothing older can be dropped");
    const reason = failure.code === "full" ? "disk-full" : "disk-error";
    return this.#lose(record.id, reason, failure.message);
  }

  async #peek(): Promise<SpoolRecord | null> {
    const { disk } = this.#options;
    const { head } = this.#segments;
    await this.#dropAged();
    // Ends: each round but the last takes a record out of the line.
    for (;;) {
      const position = await head.load(this.#segments.acknowledged);
      if (position === null) return null;
      const { path, salt } = head.segment!;
      const bytes = await disk.readAt(path, position.offset, position.bytes);
      const entry = bytes === null ? null : recordAt(bytes, salt);
      if (entry !== null && entry.place.id === position.place.id) {
        const { place, wallMs, body, carry } = entry;
        return { id: place.id, wallMs, body, carry };
      }
      this.#segments.giveUpHead("corrupt");
    }
  }

  async #dropAged(): Promise<void> {
    const oldestMs = this.#spoolMs() - this.#options.ageMsMax;
    await this.#whileHead(
      ({ spoolMs }) => spoolMs < oldestMs,
      () => this.#segments.giveUpHead("age-max"),
    );
  }

  /** `each` takes the oldest record out of the line, so that this ends. */
  async #whileHead(holds: (position: Position) => boolean, each: () => void): Promise<void> {
    for (;;) {
      const position = await this.#segments.head.load(this.#segments.acknowledged);
      if (position === null || !holds(position)) return;
      each();
    }
  }

  #lose(id: number, lossReason: LossReason, reason: string): AppendResult {
    this.#segments.lose(id, lossReason);
    return { outcome: "lost", reason };
  }

  /** Calls come from the sampling and the sending side at once: one after the other they work. */
  #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => this.#sayLost(),
      () => this.#sayLost(),
    );
    return result;
  }

  /** One line for all that one call lost. */
  #sayLost(): void {
    const { total, list } = this.#segments.losses;
    if (total === this.#lostSaid) return;
    const { reason, fromId, toId } = list.at(-1)!;
    const lost = total - this.#lostSaid;
    this.#lostSaid = total;
    const fields = { lost, reason, from_id: fromId, to_id: toId, lost_in_all: total };
    this.#options.log.warn("spool lost reports", fields);
  }

  /** What fails here is tried again with the next write, or costs a repetition: no reason to stop. */
  async #tolerating(message: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#options.log.debug(message, { reason: error.message });
    }
  }
}

/** Mending it takes a person: another try in a moment is of no use. */
function isForbidden({ code }: DiskError): boolean {
  return code === "denied" || code === "read-only";
}

/**
 * A killed agent leaves bytes that were never synced; what is taken up from the newest segment must
 * not vanish with a power cut later. False when the disk would not: the segment is left as it is.
 */
async function canSync(disk: Disk, path: string): Promise<boolean> {
  try {
    await disk.sync(path);
    return true;
  } catch (error) {
    if (!(error instanceof DiskError) || isForbidden(error)) throw error;
    return false;
  }
}
