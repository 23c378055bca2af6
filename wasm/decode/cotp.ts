/**
 * ISO transport over TCP. A TPKT: 3, 0, length u16; in it a TPDU: length u8, code u8, and of DT a number
 * whose highest bit ends the message. A message is all TPKTs up to that end, so that one which was cut into
 * small ones is understood as the receiver would.
 *
 * RFC 1006 section 6; ISO 8073 (RFC 905) section 13.
 */
import {
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_RESPONDER_PORT,
  KIND_COTP,
  OT_COTP,
  OT_NONE,
} from "../abi/decode";
import * as commands from "../flow/commands";
import { OT_STATE } from "../flow/record";
import { IS_NANO, STREAM_BYTES_MAX } from "../profile";
import { u16At } from "./bytes";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";
import * as s7comm from "./s7comm";

export const PORT: u32 = 102;
/** TPKT, and the TPDU's length, code and, of DT, number: what comes before the data. */
const HEADER_BYTES: u32 = 7;
const VERSION: u32 = 0x0003;
const TPDU_AT: u32 = 4;
const TPDU_LENGTH_MIN: u32 = 2;
// Upper halves of the codes; CR, CC, DR, DC, DT, ED, AK, EA, RJ and ER there are.
const CODE_CC: u32 = 0xd;
const CODE_CR: u32 = 0xe;
const CODE_DT: u32 = 0xf;
const CODES: u32 = 0xf1e6;
const END: u32 = 0x80;
/** The first bytes of a message that lies in several TPKTs, put together: scratch for one message. */
const JOINED_BYTES: u32 = 64;
const JOINED: usize = IS_NANO ? 0 : memory.data(64, 8);
/** State, u8 each direction: 1 when a message was longer than a stream may hold, and goes on. */
const GOES_ON: usize = OT_STATE;

/** Off the port TPKT may be anyone's (RDP's, say): then only what it carries tells. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes > 0 && load<u8>(at) != VERSION) return OT_NONE;
  if (bytes < HEADER_BYTES) return onPort ? MORE : OT_NONE;
  if (!isSound(at)) return OT_NONE;
  const isS7 =
    codeOf(at) == CODE_DT &&
    s7comm.isExact(at + HEADER_BYTES, min(bytes, u16At(at + 2)) - HEADER_BYTES);
  return onPort || isS7 ? OT_COTP : OT_NONE;
}

/**
 * Of all TPKTs up to the message's end, or of as many as fit a stream's buffer. One without data, as S7-1200
 * send to acknowledge, begins nothing, though it does not end either.
 */
export function length(at: usize, bytes: u32): u32 {
  let total: u32 = 0;
  // Each has at least HEADER_BYTES.
  while (total <= STREAM_BYTES_MAX - HEADER_BYTES) {
    const one = at + total;
    if (bytes - total < HEADER_BYTES) {
      // What cannot become a header must not hold up what follows it.
      const isStart = bytes == total || load<u8>(one) == VERSION;
      return isStart ? MORE : total == 0 ? UNSOUND : total;
    }
    if (!isSound(one)) return total == 0 ? UNSOUND : total;
    total += u16At(one + 2);
    if (isLast(one) || total > bytes || total == HEADER_BYTES) return total;
  }
  return total;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const goesOn = load<u8>(conversation + direction, GOES_ON) != 0;
  const isCounted = isOnPort(conversation);
  let data: usize = 0;
  let dataBytes: u32 = 0;
  let isOver = true;
  let one: u32 = 0;
  while (bytes - one >= HEADER_BYTES && isSound(at + one)) {
    const code = codeOf(at + one);
    const size = u16At(at + one + 2);
    if (isCounted) commands.count(conversation, direction, 0, code | (KIND_COTP << 16), false);
    if (code == CODE_DT) {
      const here = min(size, bytes - one) - HEADER_BYTES;
      if (data == 0 && isLast(at + one)) {
        data = at + one + HEADER_BYTES;
        dataBytes = here;
      } else {
        data = JOINED;
        dataBytes = join(at + one + HEADER_BYTES, here, dataBytes);
      }
      if (here > 0 || isLast(at + one)) isOver = isLast(at + one);
    }
    if (size >= bytes - one) break;
    one += size;
  }
  store<u8>(conversation + direction, <u8>!isOver, GOES_ON);
  // The rest of a message says nothing; where the rest was lost, another's beginning does.
  if (dataBytes == 0 || (goesOn && !s7comm.isExact(data, dataBytes))) return;
  s7comm.message(data, dataBytes, at, bytes, conversation, direction);
}

/** Only connections are asked for and granted, before what they carry tells. */
export function speaker(at: usize, bytes: u32): u32 {
  const code = codeOf(at);
  if (code == CODE_CR) return SPEAKER_CLIENT;
  if (code == CODE_CC) return SPEAKER_SERVER;
  return bytes > HEADER_BYTES && code == CODE_DT
    ? s7comm.speaker(at + HEADER_BYTES, bytes - HEADER_BYTES)
    : SPEAKER_UNKNOWN;
}

/** @returns bytes that are now together */
function join(from: usize, bytes: u32, held: u32): u32 {
  const room = min(bytes, JOINED_BYTES - held);
  memory.copy(JOINED + held, from, room);
  return held + room;
}

function isSound(at: usize): bool {
  const size = u16At(at + 2);
  const tpdu = <u32>load<u8>(at, 4);
  return (
    load<u16>(at, 0, 1) == VERSION &&
    size >= HEADER_BYTES &&
    tpdu >= TPDU_LENGTH_MIN &&
    tpdu < size - TPDU_AT &&
    ((CODES >> codeOf(at)) & 1) != 0
  );
}

function codeOf(at: usize): u32 {
  return <u32>load<u8>(at, 5) >> 4;
}

function isLast(at: usize): bool {
  return codeOf(at) != CODE_DT || (<u32>load<u8>(at, 6) & END) != 0;
}

function isOnPort(conversation: usize): bool {
  return (
    load<u16>(conversation, CONVERSATION_INITIATOR_PORT) == PORT ||
    load<u16>(conversation, CONVERSATION_RESPONDER_PORT) == PORT
  );
}
