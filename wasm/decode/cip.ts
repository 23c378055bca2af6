/**
 * CIP. A request: service, path's length in words, path, data. A response: service with bit 7 set, 0, general
 * status, length of the additional status in words, additional status, data. A multiple service packet and an
 * unconnected send carry other messages, which count too.
 *
 * A service means what its class makes of it, and a response does not name the class: it is remembered by
 * what ties the two together, a sequence number or the encapsulation's context.
 *
 * The CIP Networks Library, volume 1, sections 2-4 (messages), 3-5.5 (connection manager), appendix A
 * (services), C-1.4 (paths). PCCC: Rockwell, DF1 Protocol and Command Set Reference Manual, chapter 6.
 */
import { CIP_TAG, CIP_UNKNOWN, EXCERPT_CIP_IDENTITY, KIND_CIP, KIND_CIP_PCCC } from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { OT_STATE } from "../flow/record";

export const RESPONSE: u32 = 0x80;
const REQUEST_BYTES: u32 = 2;
const RESPONSE_BYTES: u32 = 4;
const GET_ATTRIBUTES_ALL: u32 = 0x01;
const MULTIPLE_SERVICE: u32 = 0x0a;
const EXECUTE_PCCC: u32 = 0x4b;
const UNCONNECTED_SEND: u32 = 0x52;
const CLASS_IDENTITY: u32 = 0x01;
const CLASS_CONNECTION_MANAGER: u32 = 0x06;
const CLASS_PCCC: u32 = 0x67;
/** General status of a multiple service packet of which a part failed: all parts are there. */
const EMBEDDED_ERROR: u32 = 0x1e;

/** A message in a message in … */
const DEPTH_MAX: u32 = 4;
const SEGMENTS_MAX: u32 = 16;

const PCCC_RESPONSE: u32 = 0x40;
const PCCC_HEADER_BYTES: u32 = 4;
/** Commands whose function is one more byte. */
const PCCC_COMMAND_MASK: u32 = 0x0f;

/**
 * State: the last requests, in the place that their id's low bits name: id u16, class u16 or, of PCCC,
 * FUNCTION_KNOWN | function; plus 1, so that 0 is none.
 */
const STATE: usize = OT_STATE;
const REMEMBERED_MASK: u32 = 3;
const FUNCTION_KNOWN: u32 = 0x8000;
const TAG_KNOWN: u32 = 0x7ffe;
const CLASS_MAX: u32 = 0x7ffd;

/**
 * @param id what the answer has in common with its request
 * @param whole the encapsulated message, of wholeBytes
 */
export function message(
  at: usize,
  bytes: u32,
  id: u32,
  whole: usize,
  wholeBytes: u32,
  conversation: usize,
  direction: u32,
): void {
  if (bytes < REQUEST_BYTES) return;
  if ((<u32>load<u8>(at) & RESPONSE) == 0) {
    return remember(conversation, id, request(at, bytes, conversation, direction, DEPTH_MAX));
  }
  const about = recall(conversation, id);
  response(at, bytes, about, conversation, direction, DEPTH_MAX);
  if (load<u8>(at) == (GET_ATTRIBUTES_ALL | RESPONSE) && about == CLASS_IDENTITY) {
    const fixed = <u32>(at - whole);
    excerpts.keep(EXCERPT_CIP_IDENTITY, whole, wholeBytes, fixed, conversation, direction);
  }
}

/** @returns what its response is remembered by: a class, CIP_TAG, CIP_UNKNOWN, or FUNCTION_KNOWN and a PCCC function */
function request(at: usize, bytes: u32, conversation: usize, direction: u32, depth: u32): u32 {
  const service = <u32>load<u8>(at);
  const path = (<u32>load<u8>(at, 1)) << 1;
  const start = REQUEST_BYTES + path;
  const known = classOf(at + REQUEST_BYTES, min(path, bytes - REQUEST_BYTES));
  commands.count(conversation, direction, known, service | (KIND_CIP << 16), false);
  if (start >= bytes || depth == 0) return known;
  const data = at + start;
  const left = bytes - start;
  if (service == MULTIPLE_SERVICE)
    return all(data, left, known, conversation, direction, depth - 1);
  if (service == UNCONNECTED_SEND && known == CLASS_CONNECTION_MANAGER) {
    // Two bytes of timeout, the message's length.
    if (left < 4 + REQUEST_BYTES) return known;
    const size = min(<u32>load<u16>(data, 2, 1), left - 4);
    if (size < REQUEST_BYTES || (<u32>load<u8>(data, 4) & RESPONSE) != 0) return known;
    return request(data + 4, size, conversation, direction, depth - 1);
  }
  if (service == EXECUTE_PCCC && known == CLASS_PCCC) {
    return FUNCTION_KNOWN | pccc(data, left, 0, conversation, direction);
  }
  return known;
}

function response(
  at: usize,
  bytes: u32,
  about: u32,
  conversation: usize,
  direction: u32,
  depth: u32,
): void {
  if (bytes < RESPONSE_BYTES) return;
  const service = <u32>load<u8>(at) & ~RESPONSE;
  const status = <u32>load<u8>(at, 2);
  const isPccc = about != CIP_TAG && about != CIP_UNKNOWN && (about & FUNCTION_KNOWN) != 0;
  const known = isPccc ? CLASS_PCCC : about;
  const name = service | (KIND_CIP << 16) | (status << 24);
  commands.count(conversation, direction, known, name, status != 0);
  const start = RESPONSE_BYTES + ((<u32>load<u8>(at, 3)) << 1);
  if (start >= bytes || depth == 0) return;
  if (service == MULTIPLE_SERVICE && (status == 0 || status == EMBEDDED_ERROR)) {
    all(at + start, bytes - start, about, conversation, direction, depth - 1);
  } else if (service == EXECUTE_PCCC && isPccc && status == 0) {
    pccc(at + start, bytes - start, about & ~FUNCTION_KNOWN, conversation, direction);
  }
}

/**
 * The messages in a multiple service packet: their number, u16 offsets from it, the messages. They must lie
 * in order, so that no byte is read twice.
 * @returns what all the requests are remembered by, if it is the same for all
 */
function all(
  at: usize,
  bytes: u32,
  about: u32,
  conversation: usize,
  direction: u32,
  depth: u32,
): u32 {
  if (bytes < 2) return about;
  const messages = <u32>load<u16>(at, 0, 1);
  let common = CIP_UNKNOWN;
  const table: u32 = 2 + (messages << 1);
  for (let i: u32 = 0; i < messages && (i << 1) + 4 <= bytes; i++) {
    const next: u32 = (i << 1) + 4;
    const start = <u32>load<u16>(at + next - 2, 0, 1);
    if (start < table || start + REQUEST_BYTES > bytes) break;
    const hasNext = i + 1 < messages && next + 2 <= bytes;
    const end = hasNext ? min(<u32>load<u16>(at + next, 0, 1), bytes) : bytes;
    if (end < start + REQUEST_BYTES) break;
    if ((<u32>load<u8>(at + start) & RESPONSE) != 0) {
      response(at + start, end - start, about, conversation, direction, depth);
    } else {
      const one = request(at + start, end - start, conversation, direction, depth);
      common = i == 0 || one == common ? one : CIP_UNKNOWN;
    }
  }
  return common;
}

/**
 * Behind the requester's id (its length, vendor u16, serial u32): command, status, transaction u16, function.
 * @param asked the request's function, where this is a response. @returns the function
 */
function pccc(at: usize, bytes: u32, asked: u32, conversation: usize, direction: u32): u32 {
  const start = <u32>load<u8>(at);
  if (bytes < start + PCCC_HEADER_BYTES) return asked;
  const command = <u32>load<u8>(at + start);
  const isResponse = (command & PCCC_RESPONSE) != 0;
  const status: u32 = isResponse ? load<u8>(at + start, 1) : 0;
  const hasFunction = !isResponse && bytes > start + PCCC_HEADER_BYTES;
  const code = hasFunction ? <u32>load<u8>(at + start, PCCC_HEADER_BYTES) : asked;
  const name = (command & PCCC_COMMAND_MASK) | (code << 8);
  commands.count(
    conversation,
    direction,
    0,
    name | (KIND_CIP_PCCC << 16) | (status << 24),
    status != 0,
  );
  return code;
}

/** The class that a path leads to. */
function classOf(at: usize, bytes: u32): u32 {
  let segment: u32 = 0;
  for (let i: u32 = 0; i < SEGMENTS_MAX && segment + 2 <= bytes; i++) {
    const type = <u32>load<u8>(at + segment);
    const value = <u32>load<u8>(at + segment, 1);
    switch (type) {
      case 0x20: // class, 8 bits
        return value;
      case 0x21: // class, 16 bits behind a filling byte
        return segment + 4 <= bytes
          ? min(<u32>load<u16>(at + segment, 2, 1), CLASS_MAX)
          : CIP_UNKNOWN;
      case 0x91: // a name
        return CIP_TAG;
      case 0x34: // electronic key
        segment += 2 + 8;
        break;
      default: {
        // Other logical segments by the size of their value; a port has its number in the first byte.
        const size: u32 = (type & 3) == 1 ? 4 : (type & 3) == 2 ? 6 : 2;
        segment += type >= 0x20 && type < 0x40 ? size : 2;
      }
    }
  }
  return CIP_UNKNOWN;
}

function remember(conversation: usize, id: u32, about: u32): void {
  const at = conversation + ((id & REMEMBERED_MASK) << 2);
  const known = about == CIP_TAG ? TAG_KNOWN : about;
  store<u16>(at, <u16>id, STATE);
  store<u16>(at, known == CIP_UNKNOWN ? 0 : <u16>(known + 1), STATE + 2);
}

/** What remember() was given; CIP_UNKNOWN where other requests have taken the place. */
function recall(conversation: usize, id: u32): u32 {
  const at = conversation + ((id & REMEMBERED_MASK) << 2);
  const known = <u32>load<u16>(at, STATE + 2);
  if (load<u16>(at, STATE) != id || known == 0) return CIP_UNKNOWN;
  return known - 1 == TAG_KNOWN ? CIP_TAG : known - 1;
}
