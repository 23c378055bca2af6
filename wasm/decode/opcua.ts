/**
 * OPC UA binary over TCP. A chunk: three letters, F (final), C (more follow) or A (aborted), size u32 LE
 * with this header, channel u32. Then of MSG and CLO token, sequence and request number, u32 each, of OPN the
 * policy, certificate and thumbprint before those two; then, in a message's first chunk, its body, which
 * begins with its type's NodeId.
 *
 * OPC 10000-6 clauses 5.2.2.9 (NodeId), 6.7.2 (chunks), 7.1 (connection protocol).
 */
import {
  EXCERPT_OPCUA,
  KIND_OPCUA_MESSAGE,
  KIND_OPCUA_SERVICE,
  OT_NONE,
  OT_OPCUA,
} from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { OT_STATE } from "../flow/record";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

export const PORT: u32 = 4840;
const HEADER_BYTES: u32 = 8;
/** Larger than any buffer that HEL and ACK agree on. */
const SIZE_MAX: u32 = 1 << 24;
/** Up to the NodeId of MSG and CLO, and the longest NodeId that is a service's. */
const BODY_AT: u32 = 24;
const NODE_ID_BYTES: u32 = 7;

// The letters as they lie, and the numbers by which they are counted.
const HEL: u32 = 0x4c4548;
const ACK: u32 = 0x4b4341;
const ERR: u32 = 0x525245;
const RHE: u32 = 0x454852;
const OPN: u32 = 0x4e504f;
const MSG: u32 = 0x47534d;
const CLO: u32 = 0x4f4c43;
const TYPE_HEL: u32 = 1;
const TYPE_ACK: u32 = 2;
const TYPE_ERR: u32 = 3;
const TYPE_RHE: u32 = 4;
const TYPE_OPN: u32 = 5;
const TYPE_MSG: u32 = 6;
const TYPE_CLO: u32 = 7;

const FINAL: u32 = 0x46;
const CHUNK: u32 = 0x43;
const ABORT: u32 = 0x41;

/**
 * Ids of services' binary encodings, requests and responses. An encrypted body hits the range in an
 * encoding of its own once in eight million messages.
 */
const SERVICE_FIRST: u32 = 397;
const SERVICE_LAST: u32 = 850;
const FIND_SERVERS_RESPONSE: u32 = 425;
const GET_ENDPOINTS_RESPONSE: u32 = 431;
const CREATE_SESSION_REQUEST: u32 = 461;
const CREATE_SESSION_RESPONSE: u32 = 464;
const ACTIVATE_SESSION_REQUEST: u32 = 467;
const READ_RESPONSE: u32 = 634;
/** Of a read response without diagnostics: header, number of values, mask; then the value's type. */
const READ_VALUE_AT: u32 = 33;
const EXTENSION_OBJECT: u32 = 22;
/** NodeIds of four bytes, as they lie: i=340, i=864. */
const BUILD_INFO: u32 = 0x0154_0001;
const SERVER_STATUS: u32 = 0x0360_0001;
/** Those that OPC UA 1.03 added for discovery. */
const DISCOVERY_FIRST: u32 = 12190;
const DISCOVERY_LAST: u32 = 12212;
/** Up to the status in a response: NodeId, time, request handle. */
const RESPONSE_BYTES: u32 = 20;
/** The upper 16 bits of times from 1997 to 2070. */
const YEARS_MASK: u32 = 0xffc0;
const YEARS: u32 = 0x01c0;
/** Severity "bad": OPC 10000-4 clause 7.39. */
const BAD: u32 = 0x80000000;
/** Policy, certificate, thumbprint. */
const OPN_STRINGS: u32 = 3;

/**
 * State, u32 each direction: PENDING between a message's first chunk and its last, and what begin() read.
 * After a restore it may name any service, which costs a wrong count.
 */
const PENDING: u32 = 1 << 31;
const SERVICE_MASK: u32 = 0xffff;
const ERROR_SHIFT: u32 = 16;

export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes < HEADER_BYTES) return onPort ? MORE : OT_NONE;
  return length(at, HEADER_BYTES) == UNSOUND ? OT_NONE : OT_OPCUA;
}

export function length(at: usize, bytes: u32): u32 {
  if (bytes < HEADER_BYTES) return MORE;
  const size = load<u32>(at, 4, 1);
  const chunk = <u32>load<u8>(at, 3);
  if (typeOf(at) == 0 || size < HEADER_BYTES || size > SIZE_MAX) return UNSOUND;
  if (chunk != FINAL && chunk != CHUNK && chunk != ABORT) return UNSOUND;
  return size;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const type = typeOf(at);
  const chunk = <u32>load<u8>(at, 3);
  commands.count(conversation, direction, 0, type | (KIND_OPCUA_MESSAGE << 16), false);
  if (type == TYPE_HEL) excerpts.keep(EXCERPT_OPCUA, at, bytes, 0, conversation, direction);
  if (type < TYPE_OPN) return;
  const state = conversation + (direction << 2);
  let pending = load<u32>(state, OT_STATE);
  if (pending == 0) pending = PENDING | begin(at, bytes, type, conversation, direction);
  store<u32>(state, chunk == CHUNK ? pending : 0, OT_STATE);
  // An aborted message was never said.
  if (chunk != FINAL || (pending & SERVICE_MASK) == 0) return;
  const error = (pending >> ERROR_SHIFT) & 0xff;
  const name = (pending & SERVICE_MASK) | (KIND_OPCUA_SERVICE << 16) | (error << 24);
  commands.count(conversation, direction, 0, name, error != 0);
}

/** Reads a message's first chunk. @returns service | error << ERROR_SHIFT, 0 for one that is encrypted */
function begin(at: usize, bytes: u32, type: u32, conversation: usize, direction: u32): u32 {
  const body = bodyOf(at, bytes, type);
  const left = bytes - <u32>(body - at);
  const service = serviceAt(body, left);
  if (type == TYPE_OPN || isIdentity(service, body, left)) {
    // Behind what each message has anew: numbers, and of a response time and status.
    const fixed = type == TYPE_OPN ? 12 : BODY_AT + RESPONSE_BYTES;
    excerpts.keep(EXCERPT_OPCUA, at, bytes, fixed, conversation, direction);
  }
  if (service == 0 || !isResponse(body, left)) return service;
  return service | (errorAt(body, left) << ERROR_SHIFT);
}

export function speaker(at: usize, bytes: u32): u32 {
  const type = typeOf(at);
  if (type == TYPE_HEL || type == TYPE_CLO) return SPEAKER_CLIENT;
  if (type == TYPE_ACK || type == TYPE_ERR || type == TYPE_RHE) return SPEAKER_SERVER;
  const body = bodyOf(at, bytes, type);
  if (serviceAt(body, bytes - <u32>(body - at)) == 0) return SPEAKER_UNKNOWN;
  return isResponse(body, bytes - <u32>(body - at)) ? SPEAKER_SERVER : SPEAKER_CLIENT;
}

function typeOf(at: usize): u32 {
  switch (load<u32>(at, 0, 1) & 0xffffff) {
    case HEL:
      return TYPE_HEL;
    case ACK:
      return TYPE_ACK;
    case ERR:
      return TYPE_ERR;
    case RHE:
      return TYPE_RHE;
    case OPN:
      return TYPE_OPN;
    case MSG:
      return TYPE_MSG;
    case CLO:
      return TYPE_CLO;
    default:
      return 0;
  }
}

/** Where a message's body would begin, if it is not encrypted: at most at its end. */
function bodyOf(at: usize, bytes: u32, type: u32): usize {
  const end = at + bytes;
  if (type != TYPE_OPN) return min(at + BODY_AT, end);
  if (bytes < HEADER_BYTES + 4) return end;
  let next = at + HEADER_BYTES + 4;
  for (let i: u32 = 0; i < OPN_STRINGS; i++) {
    if (end - next < 4) return end;
    const length = load<u32>(next, 0, 1);
    next += 4;
    // -1 is a string that is not there.
    if (length == 0xffffffff) continue;
    if (length > <u32>(end - next)) return end;
    next += length;
  }
  return min(next + 8, end);
}

/** The service's id, or 0 when this is none: encrypted, or something else. */
function serviceAt(body: usize, bytes: u32): u32 {
  if (bytes < 4) return 0;
  const encoding = load<u16>(body, 0, 1);
  let id: u32 = 0;
  // Four bytes in namespace 0, or the longer form for the same.
  if (encoding == 1) id = load<u16>(body, 2, 1);
  else if (encoding == 2 && bytes >= NODE_ID_BYTES && load<u8>(body, 2) == 0) {
    id = load<u32>(body, 3, 1);
  }
  const isKnown = id - SERVICE_FIRST <= SERVICE_LAST - SERVICE_FIRST;
  return isKnown || id - DISCOVERY_FIRST <= DISCOVERY_LAST - DISCOVERY_FIRST ? id : 0;
}

/** Whether a service tells what an application is, or who asks for a session. */
function isIdentity(service: u32, body: usize, bytes: u32): bool {
  switch (service) {
    case FIND_SERVERS_RESPONSE:
    case GET_ENDPOINTS_RESPONSE:
    case CREATE_SESSION_REQUEST:
    case CREATE_SESSION_RESPONSE:
    case ACTIVATE_SESSION_REQUEST:
      return true;
    case READ_RESPONSE:
      break;
    default:
      return false;
  }
  if (bytes < READ_VALUE_AT + 5 || load<u8>(body, READ_VALUE_AT) != EXTENSION_OBJECT) return false;
  const what = load<u32>(body, READ_VALUE_AT + 1, 1);
  return what == BUILD_INFO || what == SERVER_STATUS;
}

/** A response's header begins with a time in units of 100 ns since 1601; a request's with a NodeId. */
function isResponse(body: usize, bytes: u32): bool {
  return bytes >= 12 && (load<u16>(body, 10, 1) & YEARS_MASK) == YEARS;
}

/** Of a status that is bad, what tells it apart; 0 of others. */
function errorAt(body: usize, bytes: u32): u32 {
  if (bytes < RESPONSE_BYTES) return 0;
  const status = load<u32>(body, 16, 1);
  return (status & BAD) == 0 ? 0 : (status >> 16) & 0xff;
}
