/**
 * EtherNet/IP encapsulation, little-endian: command u16, length u16, session u32, status u32, context of 8
 * bytes, options u32. Two commands carry items: interface u32, timeout u16, count u16, then type u16, length
 * u16 and data of each. Implicit messages are items alone.
 *
 * The CIP Networks Library, volume 2, sections 2-3 to 2-6.
 */
import { EXCERPT_ENIP, KIND_CIPIO, KIND_ENIP, OT_CIPIO, OT_ENIP, OT_NONE } from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import * as cip from "./cip";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

export const PORT: u32 = 44818;
/** Of implicit messages, over UDP. */
export const IO_PORT: u32 = 2222;
const HEADER_BYTES: u32 = 24;
const LIST_IDENTITY: u32 = 0x63;
const REGISTER_SESSION: u32 = 0x65;
const SEND_RR_DATA: u32 = 0x6f;
const SEND_UNIT_DATA: u32 = 0x70;
/** Refusals are small numbers (table 2-3.3). */
const STATUS_MAX: u32 = 0xff;

/** Before the items: interface, timeout. */
const ITEMS_AT: u32 = HEADER_BYTES + 6;
const ITEM_BYTES: u32 = 4;
const ITEMS_MAX: u32 = 8;
const CONNECTED: u32 = 0xb1;
const UNCONNECTED: u32 = 0xb2;
/** Sequenced address (table 2-6.8), 8 bytes; two items. */
const IO_ITEMS: u32 = 0x8002_0002;
const IO_BYTES_MIN: u32 = 18;

/** Off the port, a request or answer of which each field is as it must be. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes < HEADER_BYTES) return onPort ? MORE : OT_NONE;
  if (length(at, bytes) == UNSOUND) return OT_NONE;
  return onPort || isExact(at, bytes) ? OT_ENIP : OT_NONE;
}

export function length(at: usize, bytes: u32): u32 {
  // What cannot become a header must not hold up what follows it.
  if (bytes > 1 && !isCommand(load<u16>(at, 0, 1))) return UNSOUND;
  if (bytes < HEADER_BYTES) return MORE;
  const status = load<u32>(at, 8, 1);
  const options = load<u32>(at, 20, 1);
  if (status > STATUS_MAX || options != 0) return UNSOUND;
  return HEADER_BYTES + <u32>load<u16>(at, 2, 1);
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const command = <u32>load<u16>(at, 0, 1);
  const status = <u32>load<u8>(at, 8);
  const name = command | (KIND_ENIP << 16) | (status << 24);
  commands.count(conversation, direction, 0, name, status != 0);
  // Of an answer, there is more than the number of items.
  if (command == LIST_IDENTITY && bytes > HEADER_BYTES + 2) {
    excerpts.keep(EXCERPT_ENIP, at, bytes, HEADER_BYTES, conversation, direction);
  }
  if (command != SEND_RR_DATA && command != SEND_UNIT_DATA) return;
  if (bytes < ITEMS_AT + 2) return;
  const items = min(<u32>load<u16>(at, ITEMS_AT, 1), ITEMS_MAX);
  let item = ITEMS_AT + 2;
  for (let i: u32 = 0; i < items && bytes - item >= ITEM_BYTES; i++) {
    const type = <u32>load<u16>(at + item, 0, 1);
    const start = item + ITEM_BYTES;
    const size = min(<u32>load<u16>(at + item, 2, 1), bytes - start);
    if (type == UNCONNECTED) {
      // Answers have their request's context.
      const context = load<u32>(at, 12, 1) ^ load<u32>(at, 16, 1);
      const id = (context ^ (context >> 16)) & 0xffff;
      cip.message(at + start, size, id, at, bytes, conversation, direction);
    } else if (type == CONNECTED && size > 2) {
      const sequence = <u32>load<u16>(at + start, 0, 1);
      cip.message(at + start + 2, size - 2, sequence, at, bytes, conversation, direction);
    }
    item = start + size;
  }
}

/** Only sessions and identities are asked for without items; of CIP a bit tells. */
export function speaker(at: usize, bytes: u32): u32 {
  const command = <u32>load<u16>(at, 0, 1);
  if (load<u32>(at, 8, 1) != 0) return SPEAKER_SERVER;
  if (command == LIST_IDENTITY) return load<u16>(at, 2, 1) == 0 ? SPEAKER_CLIENT : SPEAKER_SERVER;
  if (command == REGISTER_SESSION) {
    return load<u32>(at, 4, 1) == 0 ? SPEAKER_CLIENT : SPEAKER_SERVER;
  }
  // The second of two items, behind an empty one.
  const data = ITEMS_AT + 2 + 2 * ITEM_BYTES;
  if (command != SEND_RR_DATA || bytes <= data) return SPEAKER_UNKNOWN;
  if (load<u16>(at, data - ITEM_BYTES, 1) != UNCONNECTED) return SPEAKER_UNKNOWN;
  return (<u32>load<u8>(at, data) & cip.RESPONSE) != 0 ? SPEAKER_SERVER : SPEAKER_CLIENT;
}

export function ioBegins(at: usize, bytes: u32, onPort: bool): u32 {
  return onPort && bytes >= IO_BYTES_MIN && load<u32>(at, 0, 1) == IO_ITEMS ? OT_CIPIO : OT_NONE;
}

/** A datagram is one message. */
export function ioLength(at: usize, bytes: u32): u32 {
  return ioBegins(at, bytes, true) == OT_CIPIO ? bytes : UNSOUND;
}

/** Each end produces its own data; nobody asks. */
export function ioMessage(conversation: usize, direction: u32): void {
  commands.countSent(conversation, direction, 0, KIND_CIPIO << 16);
}

/** Table 2-3.2, and the one before it that no longer is in it. */
function isCommand(command: u32): bool {
  if (command >= LIST_IDENTITY && command <= SEND_UNIT_DATA)
    return command <= 0x66 || command >= SEND_RR_DATA;
  return command <= 1 || command == 4 || command == 0x72 || command == 0x73;
}

/** NOP and the like begin as zeroes do; what is asked of a session is not. */
function isExact(at: usize, bytes: u32): bool {
  const command = <u32>load<u16>(at, 0, 1);
  const counted = <u32>load<u16>(at, 2, 1);
  if (HEADER_BYTES + counted != bytes || load<u32>(at, 8, 1) != 0) return false;
  if (command == REGISTER_SESSION) return counted == 4 && load<u32>(at, HEADER_BYTES, 1) == 1;
  if (command != SEND_RR_DATA && command != SEND_UNIT_DATA) return false;
  // CIP's interface is 0.
  return bytes >= ITEMS_AT + 2 && load<u32>(at, HEADER_BYTES, 1) == 0 && load<u32>(at, 4, 1) != 0;
}
