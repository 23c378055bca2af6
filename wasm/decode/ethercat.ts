/**
 * EtherCAT, EtherType 0x88A4. A frame: u16 LE with a length of 11 bits and, above bit 12, the type 1 of
 * datagrams. A datagram: command, index, address u32, u16 LE with a length of 11 bits and bit 15 for "more
 * follow", interrupt u16, data, working counter u16.
 *
 * IEC 61158-4-12 clause 5.4.
 */
import { KIND_ETHERCAT, OT_ETHERCAT, OT_NONE } from "../abi/decode";
import * as commands from "../flow/commands";

/** Of UDP, where a router is between. */
export const PORT: u32 = 34980;
const HEADER_BYTES: u32 = 2;
const TYPE_SHIFT: u32 = 12;
const DATAGRAMS: u32 = 1;
const DATAGRAM_BYTES: u32 = 10;
const COUNTER_BYTES: u32 = 2;
const LENGTH_MASK: u32 = 0x7ff;
const MORE_FOLLOW: u32 = 0x8000;
/** More do not fit a frame. */
const DATAGRAMS_MAX: u32 = 128;

/** APWR, FPWR, BWR: what writes a register of one slave, or of all. */
const WRITES: u32 = (1 << 2) | (1 << 5) | (1 << 8);
/** The register that changes a slave's state (INIT, PREOP, SAFEOP, OP). */
const AL_CONTROL: u32 = 0x0120;

/** Whether a datagram of UDP is a frame of it. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  const isFrame = onPort && bytes >= HEADER_BYTES + DATAGRAM_BYTES;
  return isFrame && load<u16>(at, 0, 1) >> TYPE_SHIFT == DATAGRAMS ? OT_ETHERCAT : OT_NONE;
}

export function message(at: usize, end: usize, conversation: usize, direction: u32): void {
  if (end - at < HEADER_BYTES || load<u16>(at, 0, 1) >> TYPE_SHIFT != DATAGRAMS) return;
  let next = at + HEADER_BYTES;
  for (let i: u32 = 0; i < DATAGRAMS_MAX && end - next >= DATAGRAM_BYTES; i++) {
    const code = <u32>load<u8>(next);
    const isState = code < 32 && ((WRITES >> code) & 1) != 0 && load<u16>(next, 4, 1) == AL_CONTROL;
    const register = isState ? AL_CONTROL : 0;
    commands.say(conversation, direction, true, KIND_ETHERCAT, register, code, 0);
    const length = <u32>load<u16>(next, 6, 1);
    if ((length & MORE_FOLLOW) == 0) return;
    next += DATAGRAM_BYTES + (length & LENGTH_MASK) + COUNTER_BYTES;
    if (next > end) return;
  }
}
