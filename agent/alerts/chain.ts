/**
 * Reads the files of the chain of records and says whether it is whole. Pure: the agent calls it at
 * its start, `fieldwarden findings verify` at any time.
 */
import type { Head } from "./head.ts";
import { GENESIS, hashOf, type Link, type Notice, noticeOf } from "./notice.ts";

export interface SegmentFile {
  name: string;
  bytes: Uint8Array;
}

/** "gap": records are missing. "truncated": the end is. "edited": a record is not what it was. */
export type FaultKind = "edited" | "gap" | "truncated" | "unreadable" | "head-missing" | "anchor";

export interface Fault {
  kind: FaultKind;
  /** The record at which it shows. */
  sequence: number;
  detail: string;
}

export interface Segment {
  name: string;
  /** Bytes up to the end of the last record that stays. */
  bytes: number;
  /** Whether there are bytes behind that. */
  isTorn: boolean;
  /** The newest record in it; null when there is none. */
  last: Link | null;
}

export interface Chain {
  notices: Notice[];
  segments: Segment[];
  faults: Fault[];
  /** What the next record follows. */
  tip: Link;
}

/** One line of a segment, and what it turned out to be. */
interface Line {
  notice: Notice | null;
  /** Offset of the byte after its newline. */
  end: number;
}

/**
 * `files` in the order of their names, which is the order of writing. A torn end that was never
 * acknowledged is no fault: the power went while it was written.
 */
export function chainOf(files: readonly SegmentFile[], head: Head | null): Chain {
  const notices: Notice[] = [];
  const segments: Segment[] = [];
  const faults: Fault[] = [];
  let tip = head?.base ?? null;
  files.forEach((file, index) => {
    const lines = linesIn(file.bytes);
    const end = index === files.length - 1 ? endOf(lines, head?.sequence ?? 0) : lines.length;
    const bytes = lines[end - 1]?.end ?? 0;
    const isTorn = bytes < file.bytes.length;
    const segment: Segment = { name: file.name, bytes, isTorn, last: null };
    for (const [number, { notice }] of lines.slice(0, end).entries()) {
      if (notice === null) {
        const detail = `line ${number + 1} of ${file.name} is no record`;
        faults.push({ kind: "unreadable", sequence: (tip?.sequence ?? 0) + 1, detail });
        continue;
      }
      // A file that was to be dropped when the power went: the base is beyond it.
      if (head !== null && notice.sequence <= head.base.sequence) continue;
      faults.push(...faultsOf(notice, tip));
      tip = { sequence: notice.sequence, hash: notice.hash };
      segment.last = tip;
      notices.push(notice);
    }
    segments.push(segment);
  });
  return { notices, segments, ...ended(faults, tip ?? GENESIS, head) };
}

/** Compares the end of the records with the head that was kept apart. */
function ended(faults: Fault[], tip: Link, head: Head | null): { faults: Fault[]; tip: Link } {
  if (head === null) {
    if (tip.sequence === 0) return { faults, tip };
    const detail = "the file that says where the chain ends is missing or damaged";
    return { faults: [...faults, { kind: "head-missing", sequence: tip.sequence, detail }], tip };
  }
  if (tip.sequence > head.sequence) return { faults, tip };
  const { sequence, hash } = head;
  if (tip.sequence < sequence) {
    const detail = `the last record is ${tip.sequence}; there were ${sequence}`;
    faults = [...faults, { kind: "truncated", sequence: tip.sequence + 1, detail }];
  } else if (tip.hash !== hash && !faults.some((fault) => fault.sequence === sequence)) {
    const detail = `record ${sequence} is not the one that was written`;
    faults = [...faults, { kind: "edited", sequence, detail }];
  }
  return { faults, tip: { sequence, hash } };
}

function faultsOf(notice: Notice, after: Link | null): Fault[] {
  const { sequence, previous, hash } = notice;
  const faults: Fault[] = [];
  if (hashOf(notice) !== hash) {
    faults.push({ kind: "edited", sequence, detail: `record ${sequence} was changed` });
  }
  if (after === null) return faults;
  const missing = sequence - after.sequence - 1;
  if (missing !== 0) {
    const detail =
      missing > 0
        ? `${missing} missing before record ${sequence}`
        : `record ${sequence} comes after ${after.sequence}`;
    faults.push({ kind: "gap", sequence, detail });
  } else if (previous !== after.hash) {
    const detail = `record ${sequence} does not follow from record ${after.sequence} as it is now`;
    faults.push({ kind: "edited", sequence: after.sequence, detail });
  }
  return faults;
}

/** Lines up to the last intact one, when no acknowledged record is behind it: else all of them. */
function endOf(lines: readonly Line[], acknowledged: number): number {
  for (let end = lines.length; end > 0; end--) {
    const { notice } = lines[end - 1]!;
    if (notice === null) continue;
    if (notice.sequence <= acknowledged) break;
    if (hashOf(notice) === notice.hash) return end;
  }
  const known = lines.findLastIndex(
    ({ notice }) => notice !== null && notice.sequence <= acknowledged,
  );
  return known + 1;
}

function linesIn(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  const decoder = new TextDecoder();
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    lines.push({ notice: noticeOf(decoder.decode(bytes.subarray(start, end))), end: end + 1 });
    start = end + 1;
  }
  if (start < bytes.length) lines.push({ notice: null, end: bytes.length });
  return lines;
}

const NEWLINE = 0x0a;
