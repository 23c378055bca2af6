/** The index over the segments: which there are, how much of each still waits. Bodies stay on disk. */
import type { Disk } from "../core/disk.ts";
import type { Losses } from "./losses.ts";
import { scanSegment } from "./scan.ts";
import { type Extent, type Place, saltOf, sequenceOf } from "./segment.ts";

/** A longer file is not of our making; what lies beyond is not read. */
export const SEGMENT_READ_BYTES_MAX = 4 * 1024 * 1024;

export interface Segment {
  name: string;
  path: string;
  sequence: number;
  salt: number;
  /** Length of the file, damage included. */
  bytes: number;
  /** Its oldest and newest record, waiting or not; null without any. */
  first: Place | null;
  last: Place | null;
  /** Records that wait. */
  live: number;
  /** Stamp of the oldest record. */
  oldestWallMs: number;
}

/** A waiting record of the head segment. */
export interface Position extends Extent {
  place: Place;
  wallMs: number;
  spoolMs: number;
}

export function segmentOf(folder: string, name: string, bytes: number): Segment {
  return {
    name,
    path: `${folder}/${name}`,
    sequence: sequenceOf(name) ?? 0,
    salt: saltOf(name),
    bytes,
    first: null,
    last: null,
    live: 0,
    oldestWallMs: 0,
  };
}

/** Reports that are missing from the log: those after `after` up to and with `last`. */
export interface Gap {
  after: Place;
  last: Place;
}

/** Notes as corrupt what of the gap no loss tells of yet. */
export function explainGap({ after, last }: Gap, losses: Losses): void {
  const fromId = after.id + 1;
  const toId = Math.max(last.id, fromId);
  const count = last.ordinal - after.ordinal - losses.countWithin(fromId, toId);
  if (count > 0) losses.note({ fromId, toId, count, reason: "corrupt" }, after.id);
}

/** Where the waiting records of a segment lie, oldest first, by its file as it is now. */
export async function readPositions(
  disk: Disk,
  segment: Segment,
  acknowledged: Place,
  losses: Losses,
): Promise<Position[]> {
  const bytes = await disk.readAt(segment.path, 0, SEGMENT_READ_BYTES_MAX);
  const positions: Position[] = [];
  let newest = acknowledged.ordinal;
  for (const found of scanSegment(bytes ?? new Uint8Array(0), segment.salt)) {
    if (found.kind !== "record" || found.place.ordinal <= newest) continue;
    newest = found.place.ordinal;
    if (losses.has(found.place.id)) continue;
    const { offset, bytes: length, place, wallMs, spoolMs } = found;
    positions.push({ offset, bytes: length, place, wallMs, spoolMs });
  }
  return positions;
}
