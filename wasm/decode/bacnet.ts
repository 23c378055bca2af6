/**
 * BACnet/IP. A message: 0x81, function, length u16; of a forwarded one the sender's address and port; then
 * an NPDU: version 1, control, destination and source behind routers, hop count; then an APDU. The
 * same NPDU comes without IP behind the LLC header 82 82 03.
 *
 * ASHRAE 135-2016 annex J.2 (BVLC), clauses 6.2 (NPDU), 20.1 (APDU), 7 (Ethernet).
 */
import {
  EXCERPT_BACNET,
  KIND_BACNET_APDU,
  KIND_BACNET_BVLC,
  KIND_BACNET_CONFIRMED,
  KIND_BACNET_UNCONFIRMED,
  OT_BACNET,
  OT_NONE,
} from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { u16At } from "./bytes";
import { MORE, UNSOUND } from "./ot-results";

export const PORT: u32 = 47808;
const HEADER_BYTES: u32 = 4;
const BVLL: u32 = 0x81;
const FUNCTION_MAX: u32 = 0x0c;
const FORWARDED: u32 = 4;
const FORWARDED_BYTES: u32 = 10;
const DISTRIBUTE: u32 = 9;
const BROADCAST: u32 = 11;

const NPDU_VERSION: u32 = 1;
const NPDU_BYTES: u32 = 2;
// Bits of its control byte.
const IS_NETWORK_MESSAGE: u32 = 0x80;
const HAS_DESTINATION: u32 = 0x20;
const HAS_SOURCE: u32 = 0x08;

const I_AM: u32 = 0;
const READ_PROPERTY: u32 = 12;
const READ_PROPERTY_MULTIPLE: u32 = 14;
/** Context tag 0 with four bytes, an object identifier: 10 bits of type, then the instance. */
const OBJECT_TAG: u32 = 0x0c;
const OBJECT_TYPE_SHIFT: u32 = 6;
const DEVICE: u32 = 8;

const CONFIRMED: u32 = 0;
const UNCONFIRMED: u32 = 1;
const SIMPLE_ACK: u32 = 2;
const COMPLEX_ACK: u32 = 3;
const SEGMENT_ACK: u32 = 4;
const ERROR_PDU: u32 = 5;
const REJECT: u32 = 6;
const ABORT: u32 = 7;
/** Of a request or complex acknowledgement: sequence number and window follow. */
const SEGMENTED: u32 = 0x08;
/** Of segment acknowledgement and abort: the server's. */
const BY_SERVER: u32 = 0x01;
/** Tag of an enumeration of one byte (clause 20.2.11): class and code of an error. */
const ENUMERATED: u32 = 0x91;

/** Off the port it must be the whole datagram, and carry an NPDU: some 36 bits. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes < HEADER_BYTES || length(at, bytes) == UNSOUND) return OT_NONE;
  if (onPort) return OT_BACNET;
  const npdu = npduOf(at);
  const isWhole = u16At(at + 2) == bytes && npdu > 0 && bytes >= npdu + NPDU_BYTES;
  return isWhole && load<u8>(at + npdu) == NPDU_VERSION ? OT_BACNET : OT_NONE;
}

/** A datagram is one message: what is behind it is nothing. */
export function length(at: usize, bytes: u32): u32 {
  if (bytes < HEADER_BYTES) return MORE;
  const counted = u16At(at + 2);
  if (load<u8>(at) != BVLL || load<u8>(at, 1) > FUNCTION_MAX) return UNSOUND;
  return counted < HEADER_BYTES ? UNSOUND : max(counted, bytes);
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const code = load<u8>(at, 1);
  commands.say(conversation, direction, true, KIND_BACNET_BVLC, 0, code, 0);
  const start = npduOf(at);
  const end = min(bytes, u16At(at + 2));
  if (start > 0 && start < end) npdu(at + start, at + end, at, conversation, direction);
}

/** Counts what an NPDU carries, [at, end). @param whole where the message begins that it is in */
export function npdu(
  at: usize,
  end: usize,
  whole: usize,
  conversation: usize,
  direction: u32,
): void {
  if (end - at < NPDU_BYTES || load<u8>(at) != NPDU_VERSION) return;
  const control = <u32>load<u8>(at, 1);
  if ((control & IS_NETWORK_MESSAGE) != 0) return;
  let next = at + NPDU_BYTES;
  let device: u32 = 0;
  if ((control & HAS_DESTINATION) != 0) {
    device = deviceAt(next, end);
    next = behindAddress(next, end);
  }
  if ((control & HAS_SOURCE) != 0) {
    device = deviceAt(next, end);
    next = behindAddress(next, end);
  }
  if ((control & HAS_DESTINATION) != 0) next++;
  if (next >= end) return;
  const bytes = <u32>(end - next);
  if (isIdentity(next, bytes)) {
    // What follows the invoke id, to the next multiple of four, is the same when it is said again.
    const fixed = <u32>(next - whole) + 5;
    excerpts.keep(EXCERPT_BACNET, whole, <u32>(end - whole), fixed, conversation, direction);
  }
  apdu(next, bytes, device, conversation, direction);
}

/** I-Am, or an answer to ReadProperty or ReadPropertyMultiple that begins with a device object. */
function isIdentity(at: usize, bytes: u32): bool {
  const first = <u32>load<u8>(at);
  if (first >> 4 == UNCONFIRMED) return bytes > 1 && load<u8>(at, 1) == I_AM;
  if (first >> 4 != COMPLEX_ACK) return false;
  const place = serviceOf(first);
  if (bytes < place + 4) return false;
  const service = load<u8>(at + place);
  if (service != READ_PROPERTY && service != READ_PROPERTY_MULTIPLE) return false;
  const object = u16At(at + place + 2);
  return load<u8>(at + place, 1) == OBJECT_TAG && object >> OBJECT_TYPE_SHIFT == DEVICE;
}

function apdu(at: usize, bytes: u32, device: u32, conversation: usize, direction: u32): void {
  const first = <u32>load<u8>(at);
  const type = first >> 4;
  if (type > ABORT) return;
  const isRequest = isClients(first);
  const reason: u32 = type == REJECT || type == ABORT ? (bytes > 2 ? load<u8>(at, 2) : 0xff) : 0;
  commands.say(conversation, direction, isRequest, KIND_BACNET_APDU, device, type, reason);
  if (type == UNCONFIRMED && bytes > 1) {
    const service = load<u8>(at, 1);
    commands.say(conversation, direction, true, KIND_BACNET_UNCONFIRMED, device, service, 0);
  }
  const place = serviceOf(first);
  if (place == 0 || bytes <= place) return;
  const service = <u32>load<u8>(at + place) | (type << 8);
  const error = type == ERROR_PDU ? errorAt(at, bytes) : 0;
  commands.say(conversation, direction, isRequest, KIND_BACNET_CONFIRMED, device, service, error);
}

/** Where an APDU says its confirmed service, or 0. */
function serviceOf(first: u32): u32 {
  switch (first >> 4) {
    case CONFIRMED: // maximum sizes, invoke id
      return (first & SEGMENTED) != 0 ? 5 : 3;
    case COMPLEX_ACK: // invoke id
      return (first & SEGMENTED) != 0 ? 4 : 2;
    case SIMPLE_ACK:
    case ERROR_PDU:
      return 2;
    default:
      return 0;
  }
}

function isClients(first: u32): bool {
  const type = first >> 4;
  if (type == SEGMENT_ACK || type == ABORT) return (first & BY_SERVER) == 0;
  return type == CONFIRMED || type == UNCONFIRMED;
}

/** The error's code; 255 for one that does not fit or is wrapped in something else. */
function errorAt(at: usize, bytes: u32): u32 {
  if (bytes < 7 || load<u8>(at, 3) != ENUMERATED || load<u8>(at, 5) != ENUMERATED) return 0xff;
  return load<u8>(at, 6);
}

/** Network, and the last two bytes of the address in it: a device behind a router. */
function deviceAt(at: usize, end: usize): u32 {
  const behind = behindAddress(at, end);
  if (behind == end) return 0;
  const length = <u32>load<u8>(at, 2);
  const address: u32 = length > 1 ? u16At(behind - 2) : length == 1 ? load<u8>(at, 3) : 0;
  return (u16At(at) << 16) | address;
}

/** Network u16, length u8, address. @returns `end` where that is not there whole */
function behindAddress(at: usize, end: usize): usize {
  if (end - at < 3) return end;
  return min(at + 3 + load<u8>(at, 2), end);
}

/** Where the message's NPDU begins, or 0 if the function has none. */
function npduOf(at: usize): u32 {
  const code = <u32>load<u8>(at, 1);
  if (code == FORWARDED) return FORWARDED_BYTES;
  return code >= DISTRIBUTE && code <= BROADCAST ? HEADER_BYTES : 0;
}
