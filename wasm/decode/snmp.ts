/**
 * SNMP v1 and v2c, as far as to know what to keep: of answers about the system and its parts all, of others
 * as much as shows that the community goes in clear text. BER, with lengths of up to three bytes.
 *
 * RFC 3416 section 3; system group: RFC 3418; entity table: RFC 6933.
 */
import { EXCERPT_SNMP } from "../abi/decode";
import * as excerpts from "../flow/excerpts";

const SEQUENCE: u32 = 0x30;
const OCTETS: u32 = 0x04;
const RESPONSE: u32 = 0xa2;
const PDU_FIRST: u32 = 0xa0;
const PDU_LAST: u32 = 0xa7;
/** 1.3.6.1.2.1 as it lies, and the next arc: system, entity. */
const MIB_2: u32 = 0x0201_062b;
const MIB_2_END: u32 = 0x01;
const SYSTEM: u32 = 1;
const ENTITY: u32 = 47;
/** Request id, error status, error index, bindings, the first of them. */
const REQUEST_ID: u32 = 0;
const STEPS: u32 = 5;

export function snmp(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const end = at + bytes;
  if (bytes < 2 || load<u8>(at) != SEQUENCE) return;
  const version = inside(at, end);
  const community = behind(version, end);
  const pdu = behind(community, end);
  if (end - pdu < 2 || load<u8>(community) != OCTETS) return;
  const type = <u32>load<u8>(pdu);
  if (type < PDU_FIRST || type > PDU_LAST) return;
  let next = inside(pdu, end);
  let fixed: u32 = 0;
  // The bindings and the first of them are entered, what stands before them is passed.
  for (let step: u32 = 0; step < STEPS; step++) {
    next = step < 3 ? behind(next, end) : inside(next, end);
    if (step == REQUEST_ID) fixed = <u32>(next - at);
  }
  if (type == RESPONSE && isIdentity(next, end)) {
    excerpts.keep(EXCERPT_SNMP, at, bytes, fixed + 3, conversation, direction);
  } else {
    excerpts.keep(EXCERPT_SNMP, at, <u32>(pdu - at) + 2, 0, conversation, direction);
  }
}

/** Whether an object identifier lies here that is one of the system's or of its parts'. */
function isIdentity(at: usize, end: usize): bool {
  if (end - at < 8 || load<u32>(at, 2, 1) != MIB_2 || load<u8>(at, 6) != MIB_2_END) return false;
  const group = <u32>load<u8>(at, 7);
  return group == SYSTEM || group == ENTITY;
}

/** Where an element's content begins; `end` if that is not there. */
function inside(at: usize, end: usize): usize {
  if (end - at < 2) return end;
  const first = <usize>load<u8>(at, 1);
  return min(at + 2 + (first > 0x80 ? first & 0x7f : 0), end);
}

/** Where the element after this one begins; `end` if that is not there. */
function behind(at: usize, end: usize): usize {
  const content = inside(at, end);
  if (content == end) return end;
  const first = <u32>load<u8>(at, 1);
  let length = first;
  if (first > 0x80) {
    if (first > 0x82) return end;
    length = load<u8>(at, 2);
    if (first == 0x82) length = (length << 8) | load<u8>(at, 3);
  }
  return min(content + length, end);
}
