/**
 * PROFINET without IP, EtherType 0x8892. A frame begins with its FrameID u16: 0xFEFC to 0xFEFF are DCP, which
 * names and addresses devices: service id, service type, transaction u32, delay u16, length u16, then
 * blocks of option, suboption, length u16 and data, padded to even.
 *
 * IEC 61158-6-10 clauses 4.3 (DCP) and 4.7 (FrameID).
 */
import { EXCERPT_DCP, KIND_PROFINET_DCP, KIND_PROFINET_FRAME } from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { u16At } from "./bytes";

const FRAME_ID_BYTES: u32 = 2;
const DCP_FIRST: u32 = 0xfefc;
const DCP_LAST: u32 = 0xfeff;
const DCP_BYTES: u32 = 12;

/** Behind the transaction. */
const DCP_FIXED: u32 = 8;

const SET: u32 = 4;
const HELLO: u32 = 6;
const REQUEST: u32 = 0;
const SUCCESS: u32 = 1;
/** Start and end of a transaction, and answers: blocks that say nothing of what is set. */
const CONTROL: u32 = 5;
const CONTROL_PLAIN_MAX: u32 = 2;
const BLOCKS_MAX: u32 = 8;

export function message(at: usize, end: usize, conversation: usize, direction: u32): void {
  if (end - at < FRAME_ID_BYTES) return;
  const id = u16At(at);
  commands.say(conversation, direction, true, KIND_PROFINET_FRAME, 0, id, 0);
  if (id < DCP_FIRST || id > DCP_LAST || end - at < DCP_BYTES) return;
  const service = <u32>load<u8>(at, 2);
  const type = <u32>load<u8>(at, 3);
  const block = service == SET && type == REQUEST ? blockOf(at, end) : 0;
  const name = service | (type << 8);
  const error = type > SUCCESS ? type : 0;
  if (type == SUCCESS || service == HELLO || service == SET) {
    excerpts.keep(EXCERPT_DCP, at, <u32>(end - at), DCP_FIXED, conversation, direction);
  }
  commands.say(conversation, direction, type == REQUEST, KIND_PROFINET_DCP, block, name, error);
}

/** Option << 8 | suboption of the first block that is set, or 0. */
function blockOf(at: usize, end: usize): u32 {
  let next = at + DCP_BYTES;
  for (let i: u32 = 0; i < BLOCKS_MAX; i++) {
    if (next + 4 > end) return 0;
    const name = u16At(next);
    if (name >> 8 != CONTROL || (name & 0xff) > CONTROL_PLAIN_MAX) return name;
    const length = u16At(next + 2);
    next += 4 + length + (length & 1);
  }
  return 0;
}
