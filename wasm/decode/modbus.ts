/**
 * Modbus/TCP. A message: transaction u16, protocol u16 = 0, length u16, unit u8, function u8, data; the
 * length counts from the unit on. An exception has the function's bit 7 set and one code.
 *
 * MODBUS Messaging on TCP/IP Implementation Guide V1.0b section 3.1; MODBUS Application Protocol V1.1b3.
 */
import { KIND_MODBUS, OT_MODBUS, OT_NONE } from "../abi/decode";
import * as commands from "../flow/commands";
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
/** Schneider's programming protocol agrees on frames longer than Modbus allows. */
const UMAS: u32 = 90;
const UMAS_LENGTH_MAX: u32 = 1024;

export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes < HEADER_BYTES) return onPort ? MORE : OT_NONE;
  if (length(at, bytes) == UNSOUND) return OT_NONE;
  return onPort || isExact(at, bytes) ? OT_MODBUS : OT_NONE;
}

export function length(at: usize, bytes: u32): u32 {
  if (bytes < HEADER_BYTES) return MORE;
  const counted = u16At(at + 4);
  // The nano has no bytes to tell them apart.
  const most = IS_NANO || load<u8>(at, 7) == UMAS ? UMAS_LENGTH_MAX : LENGTH_MAX;
  if (load<u16>(at, 2, 1) != 0 || counted - LENGTH_MIN > most - LENGTH_MIN) return UNSOUND;
  return PREFIX_BYTES + counted;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const code = <u32>load<u8>(at, 7);
  const error: u32 = code >= EXCEPTION && bytes > HEADER_BYTES ? load<u8>(at, 8) : 0;
  commands.count(
    conversation,
    direction,
    load<u8>(at, 6),
    (code & ~EXCEPTION) | (KIND_MODBUS << 16) | (error << 24),
    code >= EXCEPTION,
  );
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
