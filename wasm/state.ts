/** The state as a whole: made, copied out, and taken back from bytes that anyone may have written. */
import {
  ABI_MAJOR,
  ERR_ARG,
  ERR_CRC,
  ERR_RANGE,
  ERR_VERSION,
  OK,
  SNAPSHOT_ABI_MAJOR_AT,
  SNAPSHOT_CRC_AT,
  SNAPSHOT_HEADER_BYTES,
  SNAPSHOT_LAYOUT_HASH_AT,
  SNAPSHOT_MAGIC,
  SNAPSHOT_MAGIC_AT,
  SNAPSHOT_PROFILE_AT,
  SNAPSHOT_SECTIONS_AT,
  SNAPSHOT_SEQUENCE_AT,
  SNAPSHOT_STATE_LEN_AT,
} from "./abi/core";
import { crc32c } from "./crc32c";
import { DIRECTORY, STATE, STATE_BYTES } from "./layout";
import { check } from "./parts";
import { DIRECTORY_BYTES, DIRECTORY_TABLE, SECTION_COUNT } from "./sections";

/** Only init and a sound restore write the magic. */
export function isReady(): bool {
  return load<u32>(STATE, SNAPSHOT_MAGIC_AT) == SNAPSHOT_MAGIC;
}

export function clear(): void {
  memory.fill(STATE, 0, STATE_BYTES);
}

/** Of a cleared state makes a ready one. */
export function begin(): void {
  store<u32>(STATE, SNAPSHOT_MAGIC, SNAPSHOT_MAGIC_AT);
  store<u16>(STATE, <u16>ABI_MAJOR, SNAPSHOT_ABI_MAJOR_AT);
  store<u16>(STATE, <u16>PROFILE, SNAPSHOT_PROFILE_AT);
  store<u32>(STATE, crc32c(DIRECTORY_TABLE, DIRECTORY_BYTES), SNAPSHOT_LAYOUT_HASH_AT);
  store<u32>(STATE, STATE_BYTES, SNAPSHOT_STATE_LEN_AT);
  store<u32>(STATE, SECTION_COUNT, SNAPSHOT_SECTIONS_AT);
  memory.copy(DIRECTORY, DIRECTORY_TABLE, DIRECTORY_BYTES);
}

/** Seals the state for copying. @returns its length */
export function snapshot(): i32 {
  store<u64>(STATE, load<u64>(STATE, SNAPSHOT_SEQUENCE_AT) + 1, SNAPSHOT_SEQUENCE_AT);
  store<u32>(STATE, checksum(), SNAPSHOT_CRC_AT);
  return STATE_BYTES;
}

/** Judges the snapshot that the host has written over the state. Refused, the state is empty. */
export function restore(bytes: u32): i32 {
  const verdict = judge(bytes);
  if (verdict != OK) clear();
  return verdict;
}

function judge(bytes: u32): i32 {
  if (bytes != STATE_BYTES) return ERR_ARG;
  if (
    !isReady() ||
    load<u16>(STATE, SNAPSHOT_ABI_MAJOR_AT) != ABI_MAJOR ||
    load<u16>(STATE, SNAPSHOT_PROFILE_AT) != PROFILE ||
    load<u32>(STATE, SNAPSHOT_LAYOUT_HASH_AT) != crc32c(DIRECTORY_TABLE, DIRECTORY_BYTES) ||
    load<u32>(STATE, SNAPSHOT_STATE_LEN_AT) != STATE_BYTES
  ) {
    return ERR_VERSION;
  }
  if (load<u32>(STATE, SNAPSHOT_CRC_AT) != checksum()) return ERR_CRC;
  if (!check()) return ERR_RANGE;
  begin(); // The directory is this build's, whatever the bytes said.
  return OK;
}

function checksum(): u32 {
  return crc32c(STATE + SNAPSHOT_STATE_LEN_AT, STATE_BYTES - SNAPSHOT_STATE_LEN_AT);
}
