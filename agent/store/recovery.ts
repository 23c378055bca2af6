/** What a start finds in the spool's folder. Reads only; whatever the bytes are, it comes through. */
import { type Disk, DiskError } from "../core/disk.ts";
import { createLosses, type Losses } from "./losses.ts";
import {
  explainGap,
  type Gap,
  isGivenUp,
  positionsIn,
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
  for (const segment of await listSegments(disk, folder)) {
    const bytes = await readTwice(disk, segment.path);
    segment.bytes = bytes?.length ?? 0;
    log.read(segment, bytes);
  }
  const { acknowledged, losses } = log.account(wallMs);
  for (const segment of log.segments) {
    await countLive(disk, segment, acknowledged, losses);
  }
  const { segments, newest, stamp, lastIntact } = log;
  const lostNow = losses.total - log.lostBefore;
  const carrying = await findCarry(disk, segments, acknowledged, losses);
  return {
    segments,
    lastIntact,
    newest,
    acknowledged,
    losses,
    lostNow,
    stamp,
    ...carrying,
  };
}

/** All files that are named as ours, in the order of writing. Their lengths are not known yet. */
async function listSegments(disk: Disk, folder: string): Promise<Segment[]> {
  const names = await disk.list(folder);
  const ours = names.filter((name) => sequenceOf(name) !== null);
  const segments = ours.map((name) => segmentOf(folder, name, 0));
  return segments.sort((one, other) => one.sequence - other.sequence);
}

/** Follows the entries through all segments in their order. */
class LogReader {
  readonly segments: Segment[] = [];
  /** By the intact entries; after `account` by the damaged ones too. */
  newest = ZERO;
  stamp: SpoolStamp | null = null;
  lastIntact = true;
  #acknowledged = ZERO;
  #seen = ZERO;
  /** Where the newest record is, and the one before it there. */
  #newestIn: { segment: Segment; before: Place | null } | null = null;
  #state: State | null = null;
  /** Of the damaged records the newest whose header can be made out. */
  #damaged = ZERO;
  /** Damage at the end of the last segment, in which nothing can be made out. */
  #tail: Damage | null = null;
  readonly #gaps: Gap[] = [];

  /** Losses that the log itself tells of. */
  get lostBefore(): number {
    return this.#state?.lostRecords ?? 0;
  }

  read(segment: Segment, bytes: Uint8Array | null): void {
    this.segments.push(segment);
    this.#tail = null;
    this.lastIntact = bytes !== null && bytes.length < SEGMENT_READ_BYTES_MAX;
    if (bytes === null) return;
    for (const found of scanSegment(bytes, segment.salt)) {
      if (found.kind === "damage") this.lastIntact = false;
      if (found.kind === "record") this.#record(segment, found);
      else if (found.kind === "state") this.#apply(found.state);
      else if (found.kind === "acknowledgement") this.#acknowledge(found.place);
      else if (found.newest !== null) this.#damaged = newerOf(this.#damaged, found.newest);
      else if (found.offset + found.bytes === bytes.length) this.#tail = found;
    }
  }

  /** The sum of it all: what was acknowledged and what was lost, with what was found out just now. */
  account(wallMs: () => number): { acknowledged: Place; losses: Losses } {
    let newest = newerOf(this.newest, this.#damaged);
    // The last bytes were a report that was being written, or one that rotted: one is told of.
    if (newest === this.newest && (this.#tail?.bytes ?? 0) >= RECORD_ENTRY_BYTES_MIN) {
      newest = { id: newest.id + 1, ordinal: newest.ordinal + 1 };
    }
    this.newest = newest;
    this.#missing(newest);
    const losses = createLosses(this.#state?.losses ?? [], this.lostBefore, wallMs);
    let acknowledged = this.#acknowledged;
    for (const gap of this.#gaps) {
      if (gap.last.id <= acknowledged.id) continue;
      explainGap({ after: newerOf(gap.after, acknowledged), last: gap.last }, losses);
      // With the oldest waiting report gone nothing is left to wait for up to the gap's end.
      if (gap.after.id <= acknowledged.id) acknowledged = gap.last;
    }
    return { acknowledged, losses };
  }

  #record(segment: Segment, { place, wallMs, spoolMs }: RecordEntry): void {
    if (place.id < this.#seen.id) return;
    if (place.id === this.#seen.id) this.#withdraw();
    this.#missing({ id: place.id - 1, ordinal: place.ordinal - 1 });
    this.#seen = place;
    this.newest = newerOf(this.newest, place);
    this.stamp = { wallMs, spoolMs };
    this.#newestIn = { segment, before: segment.last };
    if (segment.first === null) segment.oldestWallMs = wallMs;
    segment.first ??= place;
    segment.last = place;
    segment.live++;
  }

  /**
   * The same record again: it was written a second time because the sync of the first had failed.
   * That copy may be in the page cache only, whatever a later sync says: the second one counts.
   */
  #withdraw(): void {
    if (this.#newestIn === null) return;
    const { segment, before } = this.#newestIn;
    segment.last = before;
    if (before === null) segment.first = null;
    segment.live--;
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

/** Of the records that the reading found in the segment, those that wait. */
async function countLive(
  disk: Disk,
  segment: Segment,
  acknowledged: Place,
  losses: Losses,
): Promise<void> {
  const { first, last } = segment;
  if (first === null || last === null || last.id <= acknowledged.id) {
    segment.live = 0;
  } else if (first.id <= acknowledged.id || losses.overlaps(first.id, last.id)) {
    const bytes = await readTwice(disk, segment.path);
    if (bytes === null) return;
    const positions = positionsIn(bytes, segment, acknowledged, losses);
    segment.live = positions.length;
    // A record that was given up although it reached the disk is none: the last is the one before.
    segment.last = positions.at(-1)?.place ?? last;
  }
}

async function findCarry(
  disk: Disk,
  segments: readonly Segment[],
  acknowledged: Place,
  losses: Losses,
) {
  for (const segment of segments.toReversed()) {
    if (segment.first === null) continue;
    let carry: Uint8Array | null = null;
    const bytes = await readTwice(disk, segment.path);
    for (const found of scanSegment(bytes ?? new Uint8Array(0), segment.salt)) {
      if (found.kind !== "record" || isGivenUp(found.place, acknowledged, losses)) continue;
      carry = found.carry.slice();
    }
    if (carry !== null) return { carry, carrier: segment };
  }
  return { carry: null, carrier: null };
}

/** Null for a file that cannot be read, twice: it is as one that is damaged from end to end. */
async function readTwice(disk: Disk, path: string): Promise<Uint8Array | null> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const bytes = await disk.readAt(path, 0, SEGMENT_READ_BYTES_MAX);
      return bytes ?? new Uint8Array(0);
    } catch (error) {
      if (!(error instanceof DiskError) || error.code === "denied") throw error;
    }
  }
  return null;
}

function newerOf(one: Place, other: Place): Place {
  return one.id >= other.id ? one : other;
}
