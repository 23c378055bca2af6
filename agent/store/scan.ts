/** Reads a segment back: whatever its bytes are, every intact entry and what lies between them. */
import type { Loss } from "../core/spool.ts";
import { crc32c } from "./crc32c.ts";
import {
  type Damage,
  type Extent,
  type Found,
  HEADER_BYTES,
  KIND,
  LOSS_BYTES,
  MAGIC,
  PAYLOAD_BYTES_MAX,
  type Place,
  RECORD_FIXED_BYTES,
  type RecordEntry,
  reasons,
  STATE_FIXED_BYTES,
} from "./segment.ts";

/** The entries of a segment in their order, and the damage between them. Never throws. */
export function* scanSegment(bytes: Uint8Array, salt: number): Generator<Found> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let damage: Damage | null = null;
  let offset = 0;
  while (offset < bytes.length) {
    const header = headerAt(view, offset, salt);
    const entry = header === null ? null : entryOf(header, bytes, salt);
    if (entry !== null) {
      if (damage !== null) yield { ...damage, bytes: offset - damage.offset };
      damage = null;
      yield entry;
      offset += entry.bytes;
      continue;
    }
    damage ??= { kind: "damage", offset, bytes: 0, newest: null };
    if (header?.kind === KIND.record) damage.newest = header.place;
    offset = magicAfter(bytes, offset);
  }
  if (damage !== null) yield { ...damage, bytes: offset - damage.offset };
}

/** The record that these bytes are, or null when they are damaged or something else. */
export function recordAt(bytes: Uint8Array, salt: number): RecordEntry | null {
  const [found] = scanSegment(bytes, salt);
  return found?.kind === "record" ? found : null;
}

interface Header {
  offset: number;
  kind: number;
  payloadBytes: number;
  place: Place;
  payloadCrc: number;
}

function headerAt(view: DataView, offset: number, salt: number): Header | null {
  if (offset + HEADER_BYTES > view.byteLength) return null;
  if (MAGIC.some((byte, index) => view.getUint8(offset + index) !== byte)) return null;
  const sealedBytes = new Uint8Array(view.buffer, view.byteOffset + offset, HEADER_BYTES - 4);
  if (crc32c(sealedBytes, salt) !== view.getUint32(offset + 28, true)) return null;
  const place = { id: integerAt(view, offset + 8), ordinal: integerAt(view, offset + 16) };
  if (!Number.isSafeInteger(place.id) || !Number.isSafeInteger(place.ordinal)) return null;
  return {
    offset,
    kind: view.getUint8(offset + 3),
    payloadBytes: view.getUint32(offset + 4, true),
    place,
    payloadCrc: view.getUint32(offset + 24, true),
  };
}

function entryOf(header: Header, bytes: Uint8Array, salt: number): Found | null {
  const { offset, payloadBytes, place } = header;
  const start = offset + HEADER_BYTES;
  if (payloadBytes > PAYLOAD_BYTES_MAX || start + payloadBytes > bytes.length) return null;
  const payload = bytes.subarray(start, start + payloadBytes);
  if (crc32c(payload, salt) !== header.payloadCrc) return null;
  const extent: Extent = { offset, bytes: HEADER_BYTES + payloadBytes };
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (header.kind === KIND.record) return decodeRecord(extent, place, payload, view);
  if (header.kind === KIND.state) return decodeState(extent, place, view);
  if (header.kind === KIND.acknowledgement) return { kind: "acknowledgement", ...extent, place };
  return null;
}

function decodeRecord(
  extent: Extent,
  place: Place,
  payload: Uint8Array,
  view: DataView,
): RecordEntry | null {
  if (payload.length < RECORD_FIXED_BYTES) return null;
  const carryAt = RECORD_FIXED_BYTES + view.getUint32(16, true);
  if (carryAt > payload.length) return null;
  return {
    kind: "record",
    ...extent,
    place,
    wallMs: view.getFloat64(0, true),
    spoolMs: view.getFloat64(8, true),
    body: payload.subarray(RECORD_FIXED_BYTES, carryAt),
    carry: payload.subarray(carryAt),
  };
}

function decodeState(extent: Extent, newest: Place, view: DataView): Found | null {
  if (view.byteLength < STATE_FIXED_BYTES) return null;
  const losses: Loss[] = [];
  for (let at = STATE_FIXED_BYTES; at + LOSS_BYTES <= view.byteLength; at += LOSS_BYTES) {
    losses.push({
      fromId: integerAt(view, at),
      toId: integerAt(view, at + 8),
      count: integerAt(view, at + 16),
      reason: reasons[view.getUint8(at + 32)] ?? "corrupt",
      wallMs: view.getFloat64(at + 24, true),
    });
  }
  const acknowledged = { id: integerAt(view, 16), ordinal: integerAt(view, 24) };
  const wallMs = view.getFloat64(0, true);
  const spoolMs = view.getFloat64(8, true);
  const state = { newest, acknowledged, wallMs, spoolMs, lostRecords: integerAt(view, 32), losses };
  return { kind: "state", ...extent, state };
}

function magicAfter(bytes: Uint8Array, offset: number): number {
  for (let at = offset + 1; ; at++) {
    at = bytes.indexOf(MAGIC[0], at);
    if (at < 0) return bytes.length;
    if (bytes[at + 1] === MAGIC[1] && bytes[at + 2] === MAGIC[2]) return at;
  }
}

function integerAt(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}
