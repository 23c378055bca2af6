/** The index over the segments: which there are, how much of each still waits. Bodies stay on disk. */
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
  /** Its oldest and newest record that counts, waiting or not; null without any. */
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

/** Notes as corrupt what of the gap no loss tells of yet. No other loss leaves one in the line. */
export function explainGap({ after, last }: Gap, losses: Losses): void {
  const fromId = after.id + 1;
  const toId = Math.max(last.id, fromId);
  const count = last.ordinal - after.ordinal - losses.corruptWithin(fromId, toId);
  if (count > 0) losses.note({ fromId, toId, count, reason: "corrupt" }, after.id);
}

/** Whether the record, although it is there, was answered "lost": a dropped one is acknowledged. */
export function isGivenUp({ id }: Place, acknowledged: Place, losses: Losses): boolean {
  return id > acknowledged.id && losses.overlaps(id, id);
}

/**
 * Where the waiting records lie in the bytes of a segment, oldest first. Records behind its last are
 * what a failed write left: they were written again elsewhere, or given up.
 */
export function positionsIn(
  bytes: Uint8Array,
  segment: Segment,
  acknowledged: Place,
  losses: Losses,
): Position[] {
  const positions: Position[] = [];
  let newestId = acknowledged.id;
  for (const found of scanSegment(bytes, segment.salt)) {
    if (found.kind !== "record" || found.place.id <= newestId) continue;
    if (found.place.id > segment.last!.id) break;
    newestId = found.place.id;
    if (isGivenUp(found.place, acknowledged, losses)) continue;
    const { offset, bytes: length, place, wallMs, spoolMs } = found;
    positions.push({ offset, bytes: length, place, wallMs, spoolMs });
  }
  return positions;
}
