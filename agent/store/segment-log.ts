/**
 * The segments as one log, kept within its bound: what is newest, acknowledged and lost, and which
 * files may go.
 */
import { type Disk, DiskError } from "../core/disk.ts";
import { SPOOL_LOSSES_MAX } from "../core/limits.ts";
import type { Log } from "../core/log.ts";
import type { LossReason, SpoolRecord } from "../core/spool.ts";
import { Head } from "./head.ts";
import type { Losses } from "./losses.ts";
import type { Segment } from "./queue.ts";
import type { Recovered } from "./recovery.ts";
import { type EntryDraft, type Place, type State, stateEntryBytes } from "./segment.ts";
import { SegmentWriter, type Written } from "./writer.ts";

/** A segment is a 32nd of the spool within these: dropping the oldest drops no more than that. */
const SEGMENT_BYTES_LEAST = 8 * 1024;
const SEGMENT_BYTES_MOST = 256 * 1024;

export const STATE_BYTES_MAX = stateEntryBytes(SPOOL_LOSSES_MAX);

export interface SegmentLogOptions {
  disk: Disk;
  log: Log;
  folder: string;
  bytesMax: number;
  wallMs: () => number;
  spoolMs: () => number;
}

export class SegmentLog {
  readonly losses: Losses;
  readonly head: Head;
  newest: Place;
  acknowledged: Place;
  carry: Uint8Array | null;
  readonly #options: SegmentLogOptions;
  readonly #segments: Segment[];
  readonly #writer: SegmentWriter;
  /** Holds the newest record, and so the carry. */
  #carrier: Segment | null;
  /** What the newest segment tells of acknowledgements and losses. */
  #told: { acknowledgedId: number; lost: number };

  constructor(options: SegmentLogOptions, recovered: Recovered) {
    const { segments, losses, lastIntact } = recovered;
    const { disk, folder } = options;
    this.#options = options;
    this.#segments = segments;
    this.losses = losses;
    this.newest = recovered.newest;
    this.acknowledged = recovered.acknowledged;
    this.#carrier = recovered.carrier;
    this.carry = recovered.carry;
    this.#told = { acknowledgedId: recovered.acknowledged.id, lost: losses.total };
    this.head = new Head(disk, segments, losses);
    const segmentBytes = Math.max(Math.floor(options.bytesMax / 32), SEGMENT_BYTES_LEAST);
    const segmentBytesMax = Math.min(segmentBytes, SEGMENT_BYTES_MOST);
    const state = () => this.#state();
    this.#writer = new SegmentWriter({
      disk,
      folder,
      segmentBytesMax,
      segments,
      lastIntact,
      state,
    });
  }

  get records(): number {
    return this.#segments.reduce((sum, { live }) => sum + live, 0);
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get bytesWritten(): number {
    return this.#writer.bytesWritten;
  }

  /** Makes durable what recovery found out, and so proves that the folder can be written. */
  async start(): Promise<void> {
    await this.#write([{ kind: "state", state: this.#state() }], true);
    await this.#reclaim();
    await this.makeRoom(0);
  }

  /** Appends the record durably, with all that was not told yet. Throws the DiskError. */
  async store(record: SpoolRecord): Promise<void> {
    const place: Place = { id: record.id, ordinal: this.newest.ordinal + 1 };
    const { wallMs } = record;
    const spoolMs = this.#options.spoolMs();
    const draft: EntryDraft = { kind: "record", record, ordinal: place.ordinal, spoolMs };
    const { segment, extent } = await this.#write([...this.#untold(), draft], true);
    this.newest = place;
    this.#carrier = segment;
    this.carry = record.carry.slice();
    if (segment.first === null) segment.oldestWallMs = wallMs;
    segment.first ??= place;
    segment.last = place;
    segment.live++;
    this.head.add(segment, { ...extent, place, wallMs, spoolMs });
    await this.#reclaim();
  }

  /** After records were taken out of the line: one unsynced entry, or a segment can go. */
  async tellAcknowledged(): Promise<void> {
    const entries = this.#untold();
    if (this.#droppable().some(({ live }) => live === 0)) await this.#letGo();
    else if (entries.length > 0 && this.#fits(STATE_BYTES_MAX)) await this.#write(entries, false);
  }

  /** A clean end: what was told without a sync becomes durable. */
  async finish(): Promise<void> {
    if (this.#writer.unsynced || this.#untold().length > 0) await this.#checkpoint();
  }

  /** Drops the oldest segments until an entry of this size fits. False when that cannot be had. */
  async makeRoom(entryBytes: number): Promise<boolean> {
    // Beside the entry there is always room for two states: at the head of a new segment, and to
    // tell what was dropped when all is full.
    const bytes = entryBytes + 2 * STATE_BYTES_MAX;
    if (this.#fits(bytes)) return true;
    const victims: Segment[] = [];
    let over = this.bytes + bytes - this.#options.bytesMax;
    for (const segment of this.#droppable()) {
      if (over <= 0) break;
      victims.push(segment);
      over -= segment.bytes;
    }
    this.#drop(victims, "bytes-max");
    if (victims.length > 0) await this.#letGo();
    return this.#fits(bytes - STATE_BYTES_MAX);
  }

  /** The disk has no room even for the news of a loss: the files go first. False when none can. */
  async dropForFullDisk(): Promise<boolean> {
    const droppable = this.#droppable();
    if (!droppable.some(({ live }) => live === 0)) this.#drop(droppable.slice(0, 1), "disk-full");
    return (await this.#reclaim()) > 0;
  }

  /** Takes the oldest record out of the line as lost; where no one knows it, its whole segment. */
  giveUpHead(reason: LossReason): void {
    const { position, segment } = this.head;
    if (position === null) {
      this.#drop(segment === null ? [] : [segment], reason);
      return;
    }
    const { id } = position.place;
    this.losses.note({ fromId: id, toId: id, count: 1, reason }, this.acknowledged.id);
    this.take();
  }

  /** Takes the oldest record, which the head has just loaded, out of the line. */
  take(): void {
    this.acknowledged = this.head.pop().place;
  }

  /** Counts a report as lost that never came to be a record, and so has no ordinal. */
  lose(id: number, reason: LossReason): void {
    this.losses.note({ fromId: id, toId: id, count: 1, reason }, this.newest.id);
    this.newest = { id, ordinal: this.newest.ordinal };
  }

  #state(): State {
    const { newest, acknowledged, losses } = this;
    const { wallMs, spoolMs } = this.#options;
    return {
      newest,
      acknowledged,
      wallMs: wallMs(),
      spoolMs: spoolMs(),
      lostRecords: losses.total,
      losses: losses.list,
    };
  }

  /** The entry, if any, for what memory knows and the log does not. */
  #untold(): EntryDraft[] {
    if (this.losses.total !== this.#told.lost) return [{ kind: "state", state: this.#state() }];
    if (this.acknowledged.id === this.#told.acknowledgedId) return [];
    return [{ kind: "acknowledgement", place: this.acknowledged }];
  }

  /** Whatever is written tells all: callers put `#untold` in front. */
  async #write(entries: readonly EntryDraft[], durable: boolean): Promise<Written> {
    const written = await this.#writer.write(entries, durable);
    this.#told = { acknowledgedId: this.acknowledged.id, lost: this.losses.total };
    return written;
  }

  async #checkpoint(): Promise<void> {
    const untold = this.#untold();
    const entry: EntryDraft = { kind: "acknowledgement", place: this.acknowledged };
    await this.#write(untold.length > 0 ? untold : [entry], true);
  }

  /** Deletes the segments in which nothing waits, after making durable that nothing does. */
  async #letGo(): Promise<void> {
    if (this.bytes + STATE_BYTES_MAX <= this.#options.bytesMax) await this.#checkpoint();
    await this.#reclaim();
  }

  #drop(victims: readonly Segment[], reason: LossReason): void {
    for (const segment of victims) {
      const { first, last, live } = segment;
      if (live > 0) {
        const fromId = Math.max(first!.id, this.acknowledged.id + 1);
        this.losses.note({ fromId, toId: last!.id, count: live, reason }, this.acknowledged.id);
        this.acknowledged = last!;
      }
      this.head.drop(segment);
    }
  }

  /** Oldest first. Not the newest record's, nor the one that is written to. */
  #droppable(): Segment[] {
    const { current } = this.#writer;
    return this.#segments.filter((segment) => segment !== current && segment !== this.#carrier);
  }

  /** Deletes what nothing waits in, and says how many went; what cannot be deleted now stays. */
  async #reclaim(): Promise<number> {
    let removed = 0;
    for (const segment of this.#droppable().filter(({ live }) => live === 0)) {
      try {
        await this.#options.disk.remove(segment.path);
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        this.#options.log.debug("spool cannot delete a segment", { reason: error.message });
        continue;
      }
      this.#segments.splice(this.#segments.indexOf(segment), 1);
      removed++;
    }
    return removed;
  }

  #fits(bytes: number): boolean {
    return this.bytes + bytes <= this.#options.bytesMax;
  }
}
