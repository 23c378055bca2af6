/**
 * HART-IP over TCP or UDP. A message: version, type, id, status, sequence u16, length u16 with these 8
 * bytes; in a message with id 3 a HART frame: delimiter, address (1 byte or 5), expansion, command, data.
 *
 * FieldComm TS20085 (HART-IP); TS20081 section 5 (frames).
 */
import {
  EXCERPT_HART_IP,
  KIND_HART_COMMAND,
  KIND_HART_IP_MESSAGE,
  OT_HART_IP,
  OT_NONE,
} from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { u16At, u32At } from "./bytes";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

export const PORT: u32 = 5094;
const HEADER_BYTES: u32 = 8;
const VERSION_MAX: u32 = 2;

const REQUEST: u32 = 0;
const RESPONSE: u32 = 1;
const PUBLISH: u32 = 2;
const NAK: u32 = 15;

/** Session initiate, close, keep alive, token-passing frame, direct frame, read audit log. */
const ID_MAX: u32 = 5;
const TOKEN_PASSING: u32 = 3;
const DIRECT: u32 = 4;
/** Status of the device, in front of a direct frame's commands; command u16, byte count; and how many at most. */
const STATUS_BYTES: u32 = 2;
const COMMAND_BYTES: u32 = 3;
const COMMANDS_MAX: u32 = 32;

/** Commands whose answers say what a device is: 0, 11, 13, 20, 21, 22. */
const IDENTITIES: u32 = (1 << 0) | (1 << 11) | (1 << 13) | (1 << 20) | (1 << 21) | (1 << 22);
const NONE: u32 = 0xff;

const LONG_ADDRESS: u32 = 0x80;
/** How many bytes of expansion lie between address and command. */
const EXPANSION_SHIFT: u32 = 5;
const EXPANSION_MASK: u32 = 3;
/** Of the delimiter: whose frame it is. */
const TYPE_MASK: u32 = 7;
const ACK_FRAME: u32 = 6;

/** Only on its port: four small numbers are no proof elsewhere. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (!onPort) return OT_NONE;
  const whole = length(at, bytes);
  return whole == UNSOUND ? OT_NONE : whole == MORE ? MORE : OT_HART_IP;
}

export function length(at: usize, bytes: u32): u32 {
  if (bytes < HEADER_BYTES) return MORE;
  const type = <u32>load<u8>(at, 1);
  const counted = u16At(at + 6);
  if (<u32>load<u8>(at) - 1 > VERSION_MAX - 1 || (type > PUBLISH && type != NAK)) return UNSOUND;
  return load<u8>(at, 2) > ID_MAX || counted < HEADER_BYTES ? UNSOUND : counted;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const type = <u32>load<u8>(at, 1);
  const id = <u32>load<u8>(at, 2);
  const isRequest = type == REQUEST || type == PUBLISH;
  commands.say(conversation, direction, isRequest, KIND_HART_IP_MESSAGE, 0, id | (type << 8), 0);
  if (id == DIRECT) direct(at + HEADER_BYTES, at + bytes, conversation, direction, isRequest);
  if (id != TOKEN_PASSING || bytes <= HEADER_BYTES) return;
  const command = frame(at + HEADER_BYTES, bytes - HEADER_BYTES, conversation, direction);
  if (type == RESPONSE && command < 32 && ((IDENTITIES >> command) & 1) != 0) {
    excerpts.keep(EXCERPT_HART_IP, at, bytes, HEADER_BYTES, conversation, direction);
  }
}

export function speaker(at: usize, bytes: u32): u32 {
  const type = <u32>load<u8>(at, 1);
  if (type == REQUEST) return SPEAKER_CLIENT;
  return type == RESPONSE ? SPEAKER_SERVER : SPEAKER_UNKNOWN;
}

/**
 * Counts the frame's command for the device it is of, by the last four bytes of a long address.
 * @returns the command, or NONE
 */
function frame(at: usize, bytes: u32, conversation: usize, direction: u32): u32 {
  const delimiter = <u32>load<u8>(at);
  const isLong = (delimiter & LONG_ADDRESS) != 0;
  const command: u32 = (isLong ? 6 : 2) + ((delimiter >> EXPANSION_SHIFT) & EXPANSION_MASK);
  if (bytes <= command) return NONE;
  const device = isLong ? u32At(at + 2) : 0;
  const isRequest = (delimiter & TYPE_MASK) != ACK_FRAME;
  // Byte count, then the response code: with bit 7 it is a communication error.
  const error: u32 = !isRequest && bytes > command + 2 ? load<u8>(at + command, 2) : 0;
  const code = <u32>load<u8>(at + command);
  commands.say(conversation, direction, isRequest, KIND_HART_COMMAND, device, code, error);
  return code;
}

/** Counts the commands of a direct frame, [at, end): of answers, the data begin with the response code. */
function direct(at: usize, end: usize, conversation: usize, direction: u32, isRequest: bool): void {
  let next = at + STATUS_BYTES;
  for (let i: u32 = 0; i < COMMANDS_MAX && next + COMMAND_BYTES <= end; i++) {
    const code = u16At(next);
    const data = <u32>load<u8>(next, 2);
    const hasError = !isRequest && data > 0 && next + COMMAND_BYTES < end;
    const error: u32 = hasError ? load<u8>(next, 3) : 0;
    commands.say(conversation, direction, isRequest, KIND_HART_COMMAND, 0, code, error);
    next += COMMAND_BYTES + data;
  }
}
