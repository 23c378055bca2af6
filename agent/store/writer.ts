/**
 * Appends entries to the newest segment and begins a new one where that is full or has failed: a
 * file is never written to again after an error, because what it holds is no longer known.
 */
import { type Disk, DiskError } from "../core/disk.ts";
import { type Segment, segmentOf } from "./queue.ts";
import {
  type EntryDraft,
  type Extent,
  encodeEntry,
  entryBytesOf,
  type State,
  segmentName,
} from "./segment.ts";

export interface WriterOptions {
  disk: Disk;
  folder: string;
  segmentBytesMax: number;
  /** All segments, oldest first. The writer adds the ones it begins. */
  segments: Segment[];
  /** Whether the last of them may grow. */
  lastIntact: boolean;
  /** The state that every new segment begins with, so that it needs none of the older ones. */
  state: () => State;
}

export interface Written {
  segment: Segment;
  /** Of the last entry. */
  extent: Extent;
}

export class SegmentWriter {
  bytesWritten = 0;
  readonly #options: WriterOptions;
  #current: Segment | null;
  #unsynced = false;
  #sequence: number;

  constructor(options: WriterOptions) {
    this.#options = options;
    const newest = options.segments.at(-1);
    this.#current = options.lastIntact ? (newest ?? null) : null;
    this.#sequence = newest?.sequence ?? 0;
  }

  /** The segment that entries go to, if one is open. */
  get current(): Segment | null {
    return this.#current;
  }

  /** Whether some of what was written is not durable yet. */
  get unsynced(): boolean {
    return this.#unsynced;
  }

  /**
   * Writes the entries with one append and, where asked, makes them and all before them durable.
   * Throws the DiskError; then none of them counts, and the next write begins a new segment.
   */
  async write(entries: readonly EntryDraft[], durable: boolean): Promise<Written> {
    const { disk } = this.#options;
    const { segment, drafts } = this.#target(entries);
    const encoded = drafts.map((draft) => encodeEntry(draft, segment.salt));
    const batch = joined(encoded);
    const before = segment.bytes;
    try {
      await disk.append(segment.path, batch);
      this.bytesWritten += batch.length;
      this.#unsynced = true;
      if (durable) await this.#sync(segment);
    } catch (error) {
      await this.#abandon(segment, before, before + batch.length);
      throw error;
    }
    segment.bytes += batch.length;
    const lastBytes = encoded.at(-1)!.length;
    return { segment, extent: { offset: segment.bytes - lastBytes, bytes: lastBytes } };
  }

  async #sync(segment: Segment): Promise<void> {
    await this.#options.disk.sync(segment.path);
    this.#unsynced = false;
  }

  /** Where the entries go: behind the others, or with a state before them into a new segment. */
  #target(entries: readonly EntryDraft[]): { segment: Segment; drafts: readonly EntryDraft[] } {
    const { folder, segments, segmentBytesMax, state } = this.#options;
    const current = this.#current;
    const bytes = entries.reduce((total, entry) => total + entryBytesOf(entry), 0);
    if (current !== null && (current.bytes === 0 || current.bytes + bytes <= segmentBytesMax)) {
      return { segment: current, drafts: entries };
    }
    // The state tells all that an acknowledgement or another state would.
    const records = entries.filter(({ kind }) => kind === "record");
    const first: EntryDraft = { kind: "state", state: state() };
    this.#sequence++;
    const firstId = first.state.newest.id + 1;
    this.#current = segmentOf(folder, segmentName(this.#sequence, firstId), 0);
    segments.push(this.#current);
    return { segment: this.#current, drafts: [first, ...records] };
  }

  /**
   * Cuts off what the failed write left. Where not even that works the rest stays behind as damage,
   * or as a record that recovery knows to be written again or lost.
   */
  async #abandon(segment: Segment, before: number, after: number): Promise<void> {
    const { disk, segments } = this.#options;
    this.#current = null;
    this.#unsynced = false;
    try {
      if (before > 0) await disk.truncate(segment.path, before);
      else await disk.remove(segment.path);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      segment.bytes = after;
      return;
    }
    if (before === 0) segments.splice(segments.indexOf(segment), 1);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
