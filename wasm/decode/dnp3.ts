/**
 * DNP3. A link frame: 05 64, length u8 (of what follows it, without checksums), control, destination u16 LE,
 * source u16 LE, CRC; then user data in blocks of 16 bytes, each with its CRC. The first byte of a frame's
 * user data says which part of a fragment it is; a fragment is control, function, and of a response two
 * bytes of indications.
 *
 * IEEE 1815-2012 clauses 9.2 (link frame), 8.2 (transport function), 4.2 (fragment).
 */
import { EXCERPT_DNP3, KIND_DNP3_FUNCTION, KIND_DNP3_LINK, OT_DNP3, OT_NONE } from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { isClient, OT_STATE } from "../flow/record";
import { IS_NANO } from "../profile";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, UNSOUND } from "./ot-results";

export const PORT: u32 = 20000;
const HEADER_BYTES: u32 = 10;
const START: u32 = 0x6405;
/** Of the length's: control and addresses. */
const LENGTH_MIN: u32 = 5;
const CHECKED_BYTES: u32 = 8;
const BLOCK_BYTES: u32 = 16;
/** From a master. */
const DIR: u32 = 0x80;

const FINAL: u32 = 0x80;
const FIRST: u32 = 0x40;
const SEQUENCE_MASK: u32 = 0x3f;

const WRITE: u32 = 2;
const RESPONSE_FIRST: u32 = 129;
const RESPONSE_LAST: u32 = 131;
/** IIN2: function not supported, object unknown, parameter error. */
const REFUSED: u32 = 7;
const DEVICE_ATTRIBUTES: u32 = 0;

/**
 * State, each direction: how far a fragment was read (bytes of it, plus 1; at most FAR), its function, its
 * first object's group or the indications that count, and the sequence number of the part that comes next.
 */
const READ: usize = OT_STATE;
const FUNCTION: usize = OT_STATE + 1;
const DETAIL: usize = OT_STATE + 2;
const SEQUENCE: usize = OT_STATE + 3;
const STATE_BYTES: u32 = 4;
/** Control, function, then two bytes of indications or the group: what is wanted of a fragment. */
const WANTED_BYTES: u32 = 4;
const FAR: u32 = WANTED_BYTES + 1;

// biome-ignore format: two rows
const CRC_TABLE: usize = IS_NANO ? 0 : memory.data<u16>([
  0x0000, 0xb26b, 0x29af, 0x9bc4, 0x535e, 0xe135, 0x7af1, 0xc89a,
  0xa6bc, 0x14d7, 0x8f13, 0x3d78, 0xf5e2, 0x4789, 0xdc4d, 0x6e26,
]);

/** The start, the length's bound and a CRC are some 30 bits that chance does not get right. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  const counted = length(at, bytes);
  if (counted == MORE) return onPort ? MORE : OT_NONE;
  return counted == UNSOUND ? OT_NONE : OT_DNP3;
}

export function length(at: usize, bytes: u32): u32 {
  // What cannot become a header must not hold up what follows it.
  if (bytes > 0 && load<u8>(at) != (START & 0xff)) return UNSOUND;
  if (bytes > 1 && load<u8>(at, 1) != START >> 8) return UNSOUND;
  if (bytes < HEADER_BYTES) return MORE;
  const counted = <u32>load<u8>(at, 2);
  if (counted < LENGTH_MIN) return UNSOUND;
  if (crcOf(at, CHECKED_BYTES) != load<u16>(at, 8, 1)) return UNSOUND;
  const data = counted - LENGTH_MIN;
  return HEADER_BYTES + data + 2 * ((data + BLOCK_BYTES - 1) / BLOCK_BYTES);
}

/** Receivers look for the next start (clause 9.2.4.1). @returns the bytes before it, at least one of `bytes` > 0 */
export function skip(at: usize, bytes: u32): u32 {
  for (let i: u32 = 1; i + 1 < bytes; i++) {
    if (load<u16>(at + i, 0, 1) == START) return i;
  }
  return bytes;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const ends = load<u16>(at, 6, 1) | ((<u32>load<u16>(at, 4, 1)) << 16);
  commands.count(conversation, direction, ends, KIND_DNP3_LINK << 16, false);
  if (bytes <= HEADER_BYTES || !isIntact(at, bytes)) return;
  const data = min(<u32>load<u8>(at, 2) - LENGTH_MIN, present(bytes));
  const transport = <u32>load<u8>(at, HEADER_BYTES);
  const state = conversation + direction * STATE_BYTES;
  if ((transport & FIRST) != 0) store<u32>(state, 1, READ);
  else if (load<u8>(state, SEQUENCE) != (transport & SEQUENCE_MASK)) store<u32>(state, 0, READ);
  if (load<u8>(state, READ) == 0) return;
  store<u8>(state, <u8>((transport + 1) & SEQUENCE_MASK), SEQUENCE);
  for (let i: u32 = 1; i < data && load<u8>(state, READ) < FAR; i++) {
    take(state, load<u8>(at + dataAt(i)));
  }
  if ((transport & FINAL) == 0) return;
  complete(state, at, bytes, conversation, direction);
  store<u32>(state, 0, READ);
}

/** The direction bit says it, whoever asks. */
export function speaker(at: usize, bytes: u32): u32 {
  return (<u32>load<u8>(at, 3) & DIR) != 0 ? SPEAKER_CLIENT : SPEAKER_SERVER;
}

/** A byte of a fragment. */
function take(state: usize, byte: u32): void {
  const index = <u32>load<u8>(state, READ) - 1;
  store<u8>(state, <u8>(index + 2), READ);
  if (index == 1) store<u8>(state, <u8>byte, FUNCTION);
  // Of a request the third byte is the group, of a response the fourth the second byte of indications.
  const isResponse =
    <u32>load<u8>(state, FUNCTION) - RESPONSE_FIRST <= RESPONSE_LAST - RESPONSE_FIRST;
  if (index == (isResponse ? 3 : 2)) store<u8>(state, <u8>byte, DETAIL);
}

function complete(state: usize, at: usize, bytes: u32, conversation: usize, direction: u32): void {
  if (<u32>load<u8>(state, READ) < 3) return;
  const code = <u32>load<u8>(state, FUNCTION);
  const detail = <u32>load<u8>(state, DETAIL);
  const isResponse = code - RESPONSE_FIRST <= RESPONSE_LAST - RESPONSE_FIRST;
  const error = isResponse ? detail & REFUSED : 0;
  const group = code == WRITE ? detail : 0;
  const server = isClient(conversation, direction) ? 4 : 6;
  commands.count(
    conversation,
    direction,
    load<u16>(at + server, 0, 1),
    code | (group << 8) | (KIND_DNP3_FUNCTION << 16) | (error << 24),
    error != 0,
  );
  if (isResponse) keep(at, bytes, conversation, direction);
}

/** Attributes of the device, where the frame is the whole fragment; else the indications alone. */
function keep(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const indications: u32 = 15;
  if (bytes <= indications || (<u32>load<u8>(at, HEADER_BYTES) & FIRST) == 0) return;
  const isAttributes = load<u8>(at, indications) == DEVICE_ATTRIBUTES && bytes > indications + 2;
  const kept = isAttributes ? bytes : indications;
  excerpts.keep(EXCERPT_DNP3, at, kept, HEADER_BYTES + 2, conversation, direction);
}

/** A station drops a frame of which any block's checksum is wrong. What was cut away is taken for right. */
function isIntact(at: usize, bytes: u32): bool {
  let left = <u32>load<u8>(at, 2) - LENGTH_MIN;
  let block = HEADER_BYTES;
  while (left > 0) {
    const size = min(left, BLOCK_BYTES);
    if (block + size + 2 > bytes) break;
    if (crcOf(at + block, size) != load<u16>(at + block + size, 0, 1)) return false;
    block += size + 2;
    left -= size;
  }
  return true;
}

/** Where a byte of user data lies. */
function dataAt(index: u32): usize {
  return HEADER_BYTES + index + 2 * (index / BLOCK_BYTES);
}

/** User data in a frame of which so many bytes are here. */
function present(bytes: u32): u32 {
  const data = bytes - HEADER_BYTES;
  return data - min(data, 2 * ((data + BLOCK_BYTES + 1) / (BLOCK_BYTES + 2)));
}

/** Clause 9.2.4.4 and annex E: polynomial 0x3d65, reflected; four bits at a time. */
function crcOf(at: usize, bytes: u32): u32 {
  let crc: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) {
    crc ^= <u32>load<u8>(at + i);
    crc = (crc >> 4) ^ load<u16>(CRC_TABLE + ((crc & 15) << 1));
    crc = (crc >> 4) ^ load<u16>(CRC_TABLE + ((crc & 15) << 1));
  }
  return ~crc & 0xffff;
}
