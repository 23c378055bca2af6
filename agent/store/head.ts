import type { Disk } from "../core/disk.ts";
import type { Losses } from "./losses.ts";
import {
  explainGap,
  type Position,
  positionsIn,
  SEGMENT_READ_BYTES_MAX,
  type Segment,
} from "./queue.ts";
import type { Place } from "./segment.ts";

/** The oldest segment with waiting records, and the place in it of each: all that memory holds. */
export class Head {
  readonly #disk: Disk;
  readonly #segments: readonly Segment[];
  readonly #losses: Losses;
  #loaded: Segment | null = null;
  #positions: Position[] = [];

  constructor(disk: Disk, segments: readonly Segment[], losses: Losses) {
    this.#disk = disk;
    this.#segments = segments;
    this.#losses = losses;
  }

  /** The oldest segment in which a record waits, or null. */
  get segment(): Segment | null {
    return this.#segments.find(({ live }) => live > 0) ?? null;
  }

  /** The oldest waiting record as far as it is known without a look at the disk. */
  get position(): Position | null {
    return this.#loaded !== null && this.#loaded === this.segment
      ? (this.#positions[0] ?? null)
      : null;
  }

  /** The oldest waiting record. Notes what is gone since it was written; throws the DiskError. */
  async load(acknowledged: Place): Promise<Position | null> {
    for (let segment = this.segment; segment !== null; segment = this.segment) {
      if (segment !== this.#loaded) await this.#read(segment, acknowledged);
      if (this.position !== null) return this.position;
      segment.live = 0;
    }
    return null;
  }

  /** Takes the oldest record, which `load` gave, out of the line. */
  pop(): Position {
    this.#loaded!.live--;
    return this.#positions.shift()!;
  }

  /** A record was appended to this segment. */
  add(segment: Segment, position: Position): void {
    if (segment === this.#loaded) this.#positions.push(position);
  }

  /** Nothing of this segment waits any more. */
  drop(segment: Segment): void {
    segment.live = 0;
    if (segment !== this.#loaded) return;
    this.#loaded = null;
    this.#positions = [];
  }

  async #read(segment: Segment, acknowledged: Place): Promise<void> {
    const bytes = await this.#disk.readAt(segment.path, 0, SEGMENT_READ_BYTES_MAX);
    const file = bytes ?? new Uint8Array(0);
    const positions = positionsIn(file, segment, acknowledged, this.#losses);
    const first = placeBefore(segment.first!);
    let before = acknowledged.id > first.id ? acknowledged : first;
    for (const { place } of positions) {
      explainGap({ after: before, last: placeBefore(place) }, this.#losses);
      before = place;
    }
    explainGap({ after: before, last: segment.last! }, this.#losses);
    segment.live = positions.length;
    this.#loaded = segment;
    this.#positions = positions;
  }
}

function placeBefore({ id, ordinal }: Place): Place {
  return { id: id - 1, ordinal: ordinal - 1 };
}
