/**
 * The spool's files and the entries in them.
 *
 * A segment is a file `<sequence, 12 digits>-<least id, 16 digits>.seg`. Sequences only grow: their
 * order is the order of writing. The id is for the people who look into the folder. A segment is
 * entries back to back, nothing before, between or after them. Numbers are little-endian.
 *
 * ```
 * entry    0  3  "FW" and the format's version, 1     every entry starts with a header of 32 bytes
 *          3  1  kind: 1 record, 2 acknowledgement, 3 state
 *          4  4  bytes of the payload
 *          8  8  id        record: its own; acknowledgement: it and all older are done with;
 *         16  8  ordinal   state: those of the newest report
 *         24  4  CRC-32C of the payload
 *         28  4  CRC-32C of the 28 bytes before
 * record  32  8  wall clock, epoch ms (double)
 *         40  8  spool time, ms (double): see spool-time.ts
 *         48  4  bytes of the body; then the body, then the carry
 * state   32  8  wall clock, 40 8 spool time, as above
 *         48  8  id and 56 8 ordinal of the newest acknowledged report
 *         64  8  lost reports in all
 *         72     losses, newest last: from id 8, to id 8, count 8, wall clock 8, reason 1
 * ```
 *
 * The ordinal counts the records that were ever written, without gaps, where ids may have them: a
 * missing ordinal that no loss tells of is a record that was destroyed. Both checksums start from the checksum
 * of the file's name: what an older file left in a block of the disk is no entry of this one.
 * After damage the scan goes on at the next intact entry, also inside what a torn header claimed.
 */
import type { Loss, LossReason, SpoolRecord } from "../core/spool.ts";
import { crc32c } from "./crc32c.ts";

export const HEADER_BYTES = 32;
export const RECORD_FIXED_BYTES = 20;
export const STATE_FIXED_BYTES = 40;
export const LOSS_BYTES = 33;

/** Least size of a record's entry: damage below it cannot have been a report. */
export const RECORD_ENTRY_BYTES_MIN = HEADER_BYTES + RECORD_FIXED_BYTES;

/** A payload above it is damage. The service's largest message is 128 KiB. */
export const PAYLOAD_BYTES_MAX = 1024 * 1024;

export const MAGIC = [0x46, 0x57, 0x01] as const;
export const KIND = { record: 1, acknowledgement: 2, state: 3 } as const;

/** Codes of the reasons on disk: only ever added to. */
export const reasons: readonly LossReason[] = [
  "bytes-max",
  "age-max",
  "disk-full",
  "disk-error",
  "corrupt",
];

/** A report's place in line: its id, which the service sees, and its ordinal, which has no gaps. */
export interface Place {
  id: number;
  ordinal: number;
}

export interface State {
  newest: Place;
  acknowledged: Place;
  wallMs: number;
  spoolMs: number;
  lostRecords: number;
  losses: readonly Loss[];
}

export interface RecordDraft {
  kind: "record";
  record: SpoolRecord;
  ordinal: number;
  spoolMs: number;
}

export type EntryDraft =
  | RecordDraft
  | { kind: "acknowledgement"; place: Place }
  | { kind: "state"; state: State };

/** Where an entry lies in its segment. */
export interface Extent {
  offset: number;
  bytes: number;
}

export type RecordEntry = Extent & {
  kind: "record";
  place: Place;
  wallMs: number;
  spoolMs: number;
  body: Uint8Array;
  carry: Uint8Array;
};

/** Bytes that are no entry. `newest`: the last record in them whose header at least is intact. */
export type Damage = Extent & { kind: "damage"; newest: Place | null };

export type Found =
  | RecordEntry
  | (Extent & { kind: "acknowledgement"; place: Place })
  | (Extent & { kind: "state"; state: State })
  | Damage;

export function entryBytesOf(draft: EntryDraft): number {
  if (draft.kind === "record") return recordEntryBytes(draft.record);
  return draft.kind === "state" ? stateEntryBytes(draft.state.losses.length) : HEADER_BYTES;
}

export function recordEntryBytes({ body, carry }: SpoolRecord): number {
  return RECORD_ENTRY_BYTES_MIN + body.length + carry.length;
}

export function stateEntryBytes(losses: number): number {
  return HEADER_BYTES + STATE_FIXED_BYTES + losses * LOSS_BYTES;
}

/** The sequence in a segment's name, or null for a file that is none of ours. */
export function sequenceOf(name: string): number | null {
  const match = /^(\d{12,15})-\d{16}\.seg$/.exec(name);
  return match === null ? null : Number(match[1]);
}

export function segmentName(sequence: number, firstId: number): string {
  return `${String(sequence).padStart(12, "0")}-${String(firstId).padStart(16, "0")}.seg`;
}

/** What both checksums of a segment's entries start from. */
export function saltOf(segmentName: string): number {
  return crc32c(new TextEncoder().encode(segmentName));
}

export function encodeEntry(draft: EntryDraft, salt: number): Uint8Array {
  switch (draft.kind) {
    case "record": {
      const place = { id: draft.record.id, ordinal: draft.ordinal };
      return sealed(KIND.record, place, encodeRecord(draft), salt);
    }
    case "acknowledgement":
      return sealed(KIND.acknowledgement, draft.place, new Uint8Array(0), salt);
    case "state":
      return sealed(KIND.state, draft.state.newest, encodeState(draft.state), salt);
  }
}

function sealed(kind: number, place: Place, payload: Uint8Array, salt: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set([...MAGIC, kind]);
  view.setUint32(4, payload.length, true);
  setInteger(view, 8, place.id);
  setInteger(view, 16, place.ordinal);
  view.setUint32(24, crc32c(payload, salt), true);
  view.setUint32(28, crc32c(bytes.subarray(0, 28), salt), true);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function encodeRecord({ record, spoolMs }: RecordDraft): Uint8Array {
  const payload = new Uint8Array(recordEntryBytes(record) - HEADER_BYTES);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, record.wallMs, true);
  view.setFloat64(8, spoolMs, true);
  view.setUint32(16, record.body.length, true);
  payload.set(record.body, RECORD_FIXED_BYTES);
  payload.set(record.carry, RECORD_FIXED_BYTES + record.body.length);
  return payload;
}

function encodeState(state: State): Uint8Array {
  const payload = new Uint8Array(stateEntryBytes(state.losses.length) - HEADER_BYTES);
  const view = new DataView(payload.buffer);
  view.setFloat64(0, state.wallMs, true);
  view.setFloat64(8, state.spoolMs, true);
  setInteger(view, 16, state.acknowledged.id);
  setInteger(view, 24, state.acknowledged.ordinal);
  setInteger(view, 32, state.lostRecords);
  state.losses.forEach((loss, index) => {
    const at = STATE_FIXED_BYTES + index * LOSS_BYTES;
    setInteger(view, at, loss.fromId);
    setInteger(view, at + 8, loss.toId);
    setInteger(view, at + 16, loss.count);
    view.setFloat64(at + 24, loss.wallMs, true);
    view.setUint8(at + 32, reasons.indexOf(loss.reason));
  });
  return payload;
}

function setInteger(view: DataView, offset: number, value: number): void {
  view.setBigUint64(offset, BigInt(value), true);
}
