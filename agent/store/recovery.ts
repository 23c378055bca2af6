/** What a start finds in the spool's folder. Reads only; whatever the bytes are, it comes through. */
import { type Disk, DiskError } from "../core/disk.ts";
import { createLosses, type Losses } from "./losses.ts";
import {
  explainGap,
  type Gap,
  readPositions,
  SEGMENT_READ_BYTES_MAX,
  type Segment,
  segmentOf,
} from "./queue.ts";
import { scanSegment } from "./scan.ts";
import {
  type Damage,
  type Place,
  RECORD_ENTRY_BYTES_MIN,
  type RecordEntry,
  type State,
  sequenceOf,
} from "./segment.ts";
import type { SpoolStamp } from "./spool-time.ts";

/** Gaps told apart; a further one widens the last. */
const GAPS_MAX = 64;

const ZERO: Place = { id: 0, ordinal: 0 };

export interface Recovered {
  segments: Segment[];
  /** The last segment, if any, has no damage in it and may grow. */
  lastIntact: boolean;
  /** The highest among the segments that are ours beyond doubt. */
  sequence: number;
  newest: Place;
  acknowledged: Place;
  losses: Losses;
  /** Of them, those that this reading found out. */
  lostNow: number;
  stamp: SpoolStamp | null;
  carry: Uint8Array | null;
  /** Where the newest record lies, and with it the carry. */
  carrier: Segment | null;
}

export async function recover(
  disk: Disk,
  folder: string,
  wallMs: () => number,
): Promise<Recovered> {
  const log = new LogReader();
  const names = await disk.list(folder);
  for (const name of names.filter((name) => sequenceOf(name) !== null)) {
    const path = `${folder}/${name}`;
    const bytes = await readTwice(disk, path);
    log.read(segmentOf(folder, name, bytes.length), bytes);
  }
  const { acknowledged, losses } = log.account(wallMs);
  for (const segment of log.segments) {
    segment.live = await countLive(disk, segment, acknowledged, losses);
  }
  const { segments, newest, stamp, lastIntact, sequence } = log;
  const lostNow = losses.total - log.lostBefore;
  const carrying = await findCarry(disk, segments, losses);
  return {
    segments,
    lastIntact,
    sequence,
    newest,
    acknowledged,
    losses,
    lostNow,
    stamp,
    ...carrying,
  };
}

/** Follows the entries through all segments in their order. */
class LogReader {
  readonly segments: Segment[] = [];
  newest = ZERO;
  stamp: SpoolStamp | null = null;
  lastIntact = true;
  sequence = 0;
  #acknowledged = ZERO;
  #seen = ZERO;
  #state: State | null = null;
  /** Damage at the end of the last segment, in which nothing can be made out. */
  #tail: Damage | null = null;
  readonly #gaps: Gap[] = [];

  /** Losses that the log itself tells of. */
  get lostBefore(): number {
    return this.#state?.lostRecords ?? 0;
  }

  read(segment: Segment, bytes: Uint8Array): void {
    this.segments.push(segment);
    this.#tail = null;
    this.lastIntact = bytes.length < SEGMENT_READ_BYTES_MAX;
    for (const found of scanSegment(bytes, segment.salt)) {
      if (found.kind === "damage") this.lastIntact = false;
      else this.sequence = Math.max(this.sequence, segment.sequence);
      if (found.kind === "record") this.#record(segment, found);
      else if (found.kind === "state") this.#apply(found.state);
      else if (found.kind === "acknowledgement") this.#acknowledge(found.place);
      else if (found.newest !== null) this.newest = newerOf(this.newest, found.newest);
      else if (found.offset + found.bytes === bytes.length) this.#tail = found;
    }
  }

  /** The sum of it all: what was acknowledged and what was lost, with what was found out just now. */
  account(wallMs: () => number): { acknowledged: Place; losses: Losses } {
    // The last bytes were a report that was being written, or one that rotted: one is told of.
    if (this.#tail !== null && this.#tail.bytes >= RECORD_ENTRY_BYTES_MIN) {
      this.newest = { id: this.newest.id + 1, ordinal: this.newest.ordinal + 1 };
    }
    this.#missing(this.newest);
    const losses = createLosses(this.#state?.losses ?? [], this.lostBefore, wallMs);
    let acknowledged = this.#acknowledged;
    for (const gap of this.#gaps) {
      if (gap.last.ordinal <= acknowledged.ordinal) continue;
      explainGap({ after: newerOf(gap.after, acknowledged), last: gap.last }, losses);
      // With the oldest waiting report gone nothing is left to wait for up to the gap's end.
      if (gap.after.ordinal <= acknowledged.ordinal) acknowledged = gap.last;
    }
    return { acknowledged, losses };
  }

  #record(segment: Segment, { place, wallMs, spoolMs }: RecordEntry): void {
    // The same report again: it was written a second time when the first write seemed to fail.
    if (place.ordinal <= this.#seen.ordinal) return;
    this.#missing({ id: place.id - 1, ordinal: place.ordinal - 1 });
    this.#seen = place;
    this.newest = newerOf(this.newest, place);
    this.stamp = { wallMs, spoolMs };
    if (segment.first === null) segment.oldestWallMs = wallMs;
    segment.first ??= place;
    segment.last = place;
    segment.live++;
  }

  #apply(state: State): void {
    this.#state = state;
    this.newest = newerOf(this.newest, state.newest);
    this.stamp = { wallMs: state.wallMs, spoolMs: state.spoolMs };
    this.#acknowledge(state.acknowledged);
  }

  #acknowledge(place: Place): void {
    this.#acknowledged = newerOf(this.#acknowledged, place);
    this.newest = newerOf(this.newest, place);
  }

  #missing(last: Place): void {
    if (last.ordinal <= this.#seen.ordinal) return;
    const widest = this.#gaps.length < GAPS_MAX ? undefined : this.#gaps.pop();
    this.#gaps.push({ after: widest?.after ?? this.#seen, last });
    this.#seen = last;
  }
}

/** Of a segment that the reading left with `live` records, those that wait. */
async function countLive(
  disk: Disk,
  segment: Segment,
  acknowledged: Place,
  losses: Losses,
): Promise<number> {
  const { first, last, live } = segment;
  if (first === null || last === null || last.ordinal <= acknowledged.ordinal) return 0;
  const whole = first.ordinal > acknowledged.ordinal;
  if (whole && losses.countWithin(first.id, last.id) === 0) return live;
  return (await readPositions(disk, segment, acknowledged, losses)).length;
}

async function findCarry(disk: Disk, segments: readonly Segment[], losses: Losses) {
  for (const segment of segments.toReversed()) {
    if (segment.first === null) continue;
    let carry: Uint8Array | null = null;
    for (const found of scanSegment(await readTwice(disk, segment.path), segment.salt)) {
      if (found.kind !== "record" || losses.has(found.place.id)) continue;
      carry = found.carry.slice();
    }
    if (carry !== null) return { carry, carrier: segment };
  }
  return { carry: null, carrier: null };
}

/** A file that cannot be read, twice, is as one that is damaged from end to end. */
async function readTwice(disk: Disk, path: string): Promise<Uint8Array> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const bytes = await disk.readAt(path, 0, SEGMENT_READ_BYTES_MAX);
      return bytes ?? new Uint8Array(0);
    } catch (error) {
      if (!(error instanceof DiskError) || error.code === "denied") throw error;
    }
  }
  return new Uint8Array(0);
}

function newerOf(one: Place, other: Place): Place {
  return one.ordinal >= other.ordinal ? one : other;
}
