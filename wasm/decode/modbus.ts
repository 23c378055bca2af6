/**
 * Modbus/TCP. A message: transaction u16, protocol u16 = 0, length u16, unit u8, function u8, data; the
 * length counts from the unit on. An exception has the function's bit 7 set and one code.
 *
 * MODBUS Messaging on TCP/IP Implementation Guide V1.0b section 3.1; MODBUS Application Protocol V1.1b3.
 */
import { EXCERPT_MODBUS, KIND_MODBUS, OT_MODBUS, OT_NONE } from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { isClient, OT_STATE } from "../flow/record";
import { IS_NANO } from "../profile";
import { u16At } from "./bytes";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

export const PORT: u32 = 502;
/** Up to the length, which counts what follows it. */
const PREFIX_BYTES: u32 = 6;
/** Up to the function code. */
const HEADER_BYTES: u32 = 8;
const LENGTH_MIN: u32 = 2;
const LENGTH_MAX: u32 = 254;
const EXCEPTION: u32 = 0x80;
const DIAGNOSTICS: u32 = 8;
const REPORT_SERVER_ID: u32 = 17;
const ENCAPSULATED: u32 = 43;
/** Schneider's programming protocol agrees on frames longer than Modbus allows. */
const UMAS: u32 = 90;
const UMAS_LENGTH_MAX: u32 = 1024;
const UMAS_READ_ID: u32 = 2;

/**
 * State: the last requests that have a sub-function, in the place that the low bits of their transaction name:
 * that, the function, the sub-function.
 */
const ASKED_TRANSACTION: usize = OT_STATE;
const ASKED_FUNCTION: usize = OT_STATE + 2;
const ASKED_SUB: usize = OT_STATE + 3;
const ASKED_MASK: u32 = 3;

export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes < HEADER_BYTES) return onPort ? MORE : OT_NONE;
  if (length(at, bytes) == UNSOUND) return OT_NONE;
  return onPort || isExact(at, bytes) ? OT_MODBUS : OT_NONE;
}

export function length(at: usize, bytes: u32): u32 {
  if (bytes < HEADER_BYTES) {
    // What cannot become a header must not hold up what follows it.
    return !IS_NANO && bytes >= 4 && load<u16>(at, 2, 1) != 0 ? UNSOUND : MORE;
  }
  const counted = u16At(at + 4);
  // The nano has no bytes to tell them apart.
  const most = IS_NANO || load<u8>(at, 7) == UMAS ? UMAS_LENGTH_MAX : LENGTH_MAX;
  if (load<u16>(at, 2, 1) != 0 || counted - LENGTH_MIN > most - LENGTH_MIN) return UNSOUND;
  return PREFIX_BYTES + counted;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const code = <u32>load<u8>(at, 7);
  const isError = code >= EXCEPTION;
  const error: u32 = isError && bytes > HEADER_BYTES ? load<u8>(at, 8) : 0;
  const plain = code & ~EXCEPTION;
  const sub = hasSub(plain) ? subOf(at, bytes, conversation, direction) : 0;
  commands.count(
    conversation,
    direction,
    load<u8>(at, 6),
    plain | (sub << 8) | (KIND_MODBUS << 16) | (error << 24),
    isError,
  );
  if (isClient(conversation, direction)) return;
  const isIdentity = code == ENCAPSULATED || (code == UMAS && sub == UMAS_READ_ID);
  if (isIdentity || code == REPORT_SERVER_ID) {
    excerpts.keep(EXCERPT_MODBUS, at, bytes, PREFIX_BYTES - 2, conversation, direction);
  }
}

function hasSub(code: u32): bool {
  return code == DIAGNOSTICS || code == ENCAPSULATED || code == UMAS;
}

/** Which of a function's many a message means. Exceptions, and UMAS' answers, leave it to their request. */
function subOf(at: usize, bytes: u32, conversation: usize, direction: u32): u32 {
  const code = <u32>load<u8>(at, 7);
  const transaction = <u32>load<u16>(at, 0, 1);
  // The number is big-endian, so the low byte is the one that lies higher here.
  const asked = conversation + (((transaction >> 8) & ASKED_MASK) << 2);
  const fromClient = isClient(conversation, direction);
  if (!fromClient && (code >= EXCEPTION || code == UMAS)) {
    const isAnswer =
      load<u16>(asked, ASKED_TRANSACTION) == transaction &&
      load<u8>(asked, ASKED_FUNCTION) == (code & ~EXCEPTION);
    return isAnswer ? <u32>load<u8>(asked, ASKED_SUB) : 0;
  }
  // Of UMAS, a session comes first; diagnostics are numbered in 16 bits, of which they use five.
  const where: u32 = code == ENCAPSULATED ? 8 : 9;
  const sub = bytes > where ? <u32>load<u8>(at + where) : 0;
  if (fromClient) {
    store<u16>(asked, <u16>transaction, ASKED_TRANSACTION);
    store<u8>(asked, <u8>code, ASKED_FUNCTION);
    store<u8>(asked, <u8>sub, ASKED_SUB);
  }
  return sub;
}

/** Requests and responses look alike in 5, 6, 15 and 16; what a read returns does not look like a read. */
export function speaker(at: usize, bytes: u32): u32 {
  const code = <u32>load<u8>(at, 7);
  if (code >= EXCEPTION) return SPEAKER_SERVER;
  if (code - 1 > 3 || bytes <= HEADER_BYTES) return SPEAKER_UNKNOWN;
  const counted = u16At(at + 4);
  if (counted == 3 + <u32>load<u8>(at, 8)) return SPEAKER_SERVER;
  return counted == 6 ? SPEAKER_CLIENT : SPEAKER_UNKNOWN;
}

/**
 * Off the port, all the bytes must be messages, and the first one's length what its function prescribes:
 * some 40 bits that chance does not get right.
 */
function isExact(at: usize, bytes: u32): bool {
  let left = bytes;
  let start = at;
  while (left > 0) {
    const one = length(start, left);
    if (one > left) return false;
    start += one;
    left -= one;
  }
  return isPrescribed(at, bytes);
}

function isPrescribed(at: usize, bytes: u32): bool {
  const code = <u32>load<u8>(at, 7);
  const data = u16At(at + 4) - 2;
  // The byte counts of a response, and of a request that writes.
  const read = bytes > 8 ? <u32>load<u8>(at, 8) : 0;
  const written = bytes > 12 ? <u32>load<u8>(at, 12) : 0;
  if (code >= EXCEPTION) return data == 1;
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
      return data == 4 || data == 1 + read;
    case 5:
    case 6:
      return data == 4;
    case 15:
    case 16:
      return data == 4 || data == 5 + written;
    case 23:
      return data == 1 + read || (bytes > 16 && data == 9 + <u32>load<u8>(at, 16));
    case 43: // MEI type 14: device identification
      return read == 14;
    default:
      return false;
  }
}
