/**
 * Takes a snapshot back into a core. One of the same layout goes in whole. One of another build is
 * taken section by section: its directory says what lies where, and what this build has in the same
 * version and length is carried over. The core itself judges every index, as the bytes may be anyone's.
 */
import { abi } from "./abi.ts";
import type { CoreExports } from "./core-exports.ts";

export type RestoreResult =
  | { outcome: "restored" }
  /** The sections carried over; all others begin anew. */
  | { outcome: "carried"; sections: readonly number[] }
  /** The core has begun anew. */
  | { outcome: "refused"; reason: string };

/** @param start makes the core ready and empty */
export function restoreCore(
  core: CoreExports,
  bytes: Uint8Array,
  start: () => void,
): RestoreResult {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result = isSameLayout(core, header)
    ? restoreWhole(core, bytes)
    : carrySections(core, header, start);
  if (result.outcome === "refused") start();
  return result;
}

/** Of a core that has been started; the directory's CRC stands for all offsets. */
function isSameLayout(core: CoreExports, header: DataView): boolean {
  if (header.byteLength !== core.state_len()) return false;
  const own = new DataView(core.memory.buffer, core.state_ptr(), core.state_len());
  return [abi.SNAPSHOT_ABI_MAJOR_AT, abi.SNAPSHOT_LAYOUT_HASH_AT].every(
    (at) => own.getUint32(at, true) === header.getUint32(at, true),
  );
}

function restoreWhole(core: CoreExports, bytes: Uint8Array): RestoreResult {
  new Uint8Array(core.memory.buffer, core.state_ptr(), bytes.length).set(bytes);
  const code = core.restore(bytes.length);
  return code === abi.OK ? { outcome: "restored" } : { outcome: "refused", reason: reasonOf(code) };
}

function carrySections(core: CoreExports, header: DataView, start: () => void): RestoreResult {
  const length = header.byteLength;
  if (length < abi.SNAPSHOT_HEADER_BYTES) return { outcome: "refused", reason: "too short" };
  const u32 = (at: number) => header.getUint32(at, true);
  if (u32(abi.SNAPSHOT_MAGIC_AT) !== abi.SNAPSHOT_MAGIC) {
    return { outcome: "refused", reason: "not a snapshot" };
  }
  if (u32(abi.SNAPSHOT_STATE_LEN_AT) !== length) return { outcome: "refused", reason: "cut off" };
  if (crc32c(header, abi.SNAPSHOT_STATE_LEN_AT) !== u32(abi.SNAPSHOT_CRC_AT)) {
    return { outcome: "refused", reason: "wrong checksum" };
  }
  start();
  const carried: number[] = [];
  // The sections end where the snapshot does; the directory may have room to spare before them.
  let from = length - sectionBytes(header);
  for (const { id, version, bytes } of sectionsOf(header)) {
    const body = from >= 0 && from + bytes <= length ? bodyOf(header, from, bytes) : null;
    if (body && importSection(core, id, version, body)) carried.push(id);
    from += bytes;
  }
  return { outcome: "carried", sections: carried };
}

function importSection(core: CoreExports, id: number, version: number, body: Uint8Array): boolean {
  if (core.section_export(id) < 0) return false;
  const entry = new DataView(core.memory.buffer, core.out_ptr(), abi.SECTION_EXPORT_BYTES);
  if (entry.getUint16(abi.SECTION_VERSION_AT, true) !== version) return false;
  if (entry.getUint32(abi.SECTION_LEN_AT, true) !== body.length) return false;
  const at = entry.getUint32(abi.SECTION_PTR_AT, true);
  new Uint8Array(core.memory.buffer, at, body.length).set(body);
  return core.section_import(id) === abi.OK;
}

interface Section {
  id: number;
  version: number;
  bytes: number;
}

/** The directory, as far as the snapshot reaches. */
function* sectionsOf(header: DataView): Generator<Section> {
  const count = header.getUint32(abi.SNAPSHOT_SECTIONS_AT, true);
  for (let i = 0; i < count; i++) {
    const at = abi.SNAPSHOT_HEADER_BYTES + i * abi.SECTION_ENTRY_BYTES;
    if (at + abi.SECTION_ENTRY_BYTES > header.byteLength) return;
    yield {
      id: header.getUint16(at + abi.SECTION_ID_AT, true),
      version: header.getUint16(at + abi.SECTION_VERSION_AT, true),
      bytes: header.getUint32(at + abi.SECTION_LEN_AT, true),
    };
  }
}

function sectionBytes(header: DataView): number {
  let total = 0;
  for (const { bytes } of sectionsOf(header)) total += bytes;
  return total;
}

function bodyOf(header: DataView, from: number, bytes: number): Uint8Array {
  return new Uint8Array(header.buffer, header.byteOffset + from, bytes);
}

/** CRC-32C bit by bit: only a snapshot of another build comes here, once, after an upgrade. */
function crc32c(bytes: DataView, from: number): number {
  let crc = 0xffffffff;
  for (let at = from; at < bytes.byteLength; at++) {
    crc ^= bytes.getUint8(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function reasonOf(code: number): string {
  if (code === abi.ERR_VERSION) return "of another version";
  if (code === abi.ERR_CRC) return "wrong checksum";
  return code === abi.ERR_RANGE ? "impossible values" : `refused with ${code}`;
}
