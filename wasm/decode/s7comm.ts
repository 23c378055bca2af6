/**
 * S7comm: 0x32, ROSCTR, u16 0, reference u16, parameters' length u16, data's length u16, and of an answer an
 * error class and code. A job's parameters begin with its function; those of userdata with 00 01 12, a
 * length, a method, type and group in one byte, a subfunction. S7comm-plus, 0x72, is told apart and counted.
 *
 * Siemens does not publish it. This is how captures and Wireshark's dissector show it.
 */
import {
  CONVERSATION_OT,
  EXCERPT_S7COMM,
  KIND_S7_FUNCTION,
  KIND_S7_OTHER,
  KIND_S7_USERDATA,
  KIND_S7PLUS,
  OT_S7COMM,
  OT_S7PLUS,
} from "../abi/decode";
import * as commands from "../flow/commands";
import * as excerpts from "../flow/excerpts";
import { OT_STATE } from "../flow/record";
import { u16At } from "./bytes";
import { SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN } from "./ot-results";

const S7: u32 = 0x32;
const S7PLUS: u32 = 0x72;
const HEADER_BYTES: u32 = 10;
/** With the error. */
const ANSWER_BYTES: u32 = 12;
const JOB: u32 = 1;
const ACK: u32 = 2;
const ACK_DATA: u32 = 3;
const USERDATA: u32 = 7;

const PI_SERVICE: u32 = 0x28;
/** In a PI service's parameters: the length of its arguments; behind those, of its name. */
const PI_ARGUMENTS_AT: u32 = 8;
/** State, u8: the PI service asked for last; its answer does not name it. */
const PI_STATE: usize = OT_STATE + 2;

const USERDATA_BYTES: u32 = 8;
/** Answers have also a data unit's numbers and an error u16. */
const USERDATA_ANSWER_BYTES: u32 = 12;
const CPU_RESPONSE: u32 = 0x84;
const READ_SZL: u32 = 1;
/** In a message in one TPKT: what lies before it counts up with each question. */
const SZL_FIXED: u32 = 28;

const PLUS_OPCODE_AT: u32 = 4;
/** Before the opcode, from version 3 on: the length of a digest, and the digest. */
const PLUS_DIGEST_VERSION: u32 = 3;
const PLUS_REQUEST: u32 = 0x31;
const PLUS_NOTIFICATION: u32 = 0x33;

/** @param whole the message's first TPKT, and the bytes of all of them */
export function message(
  at: usize,
  bytes: u32,
  whole: usize,
  wholeBytes: u32,
  conversation: usize,
  direction: u32,
): void {
  const first = <u32>load<u8>(at);
  if (first == S7PLUS) return plus(at, bytes, conversation, direction);
  if (first != S7 || bytes < HEADER_BYTES) return;
  const rosctr = <u32>load<u8>(at, 1);
  if (rosctr - 1 >= USERDATA) return;
  store<u8>(conversation, <u8>OT_S7COMM, CONVERSATION_OT);
  const isAnswer = rosctr == ACK || rosctr == ACK_DATA;
  const header = isAnswer ? ANSWER_BYTES : HEADER_BYTES;
  const error: u32 = isAnswer && bytes >= ANSWER_BYTES ? load<u8>(at, 10) : 0;
  // What its lengths say, as far as it is here.
  const parameters = bytes > header ? min(u16At(at + 6), bytes - header) : 0;
  if (rosctr == USERDATA && parameters >= USERDATA_BYTES) {
    userdata(at + header, parameters, conversation, direction);
    if (isSzl(at + header)) {
      excerpts.keep(EXCERPT_S7COMM, whole, wholeBytes, SZL_FIXED, conversation, direction);
    }
    return;
  }
  if ((rosctr != JOB && rosctr != ACK_DATA) || parameters == 0) {
    const name = rosctr | (KIND_S7_OTHER << 16) | (error << 24);
    return commands.count(conversation, direction, 0, name, error != 0);
  }
  const code = <u32>load<u8>(at + header);
  const service = code == PI_SERVICE ? serviceOf(at + header, parameters, rosctr, conversation) : 0;
  const name = code | (service << 8) | (KIND_S7_FUNCTION << 16) | (error << 24);
  commands.count(conversation, direction, rosctr, name, error != 0);
}

/** Whether all its lengths fit: some 50 bits that chance does not get right. */
export function isExact(at: usize, bytes: u32): bool {
  if (bytes < HEADER_BYTES || load<u8>(at) != S7 || load<u16>(at, 2, 1) != 0) return false;
  const rosctr = <u32>load<u8>(at, 1);
  const isAnswer = rosctr == ACK || rosctr == ACK_DATA;
  if (!isAnswer && rosctr != JOB && rosctr != USERDATA) return false;
  return (isAnswer ? ANSWER_BYTES : HEADER_BYTES) + u16At(at + 6) + u16At(at + 8) == bytes;
}

/** Jobs go both ways while a program is loaded; but who sets up the communication is the client. */
export function speaker(at: usize, bytes: u32): u32 {
  if (bytes <= ANSWER_BYTES || load<u8>(at) != S7) return SPEAKER_UNKNOWN;
  const rosctr = <u32>load<u8>(at, 1);
  const code = <u32>load<u8>(at + (rosctr == JOB ? HEADER_BYTES : ANSWER_BYTES));
  // Downloads (0x1a to 0x1c) have jobs of the server's.
  if (code - 0x1a <= 2) return SPEAKER_UNKNOWN;
  if (rosctr == JOB) return SPEAKER_CLIENT;
  return rosctr == ACK_DATA ? SPEAKER_SERVER : SPEAKER_UNKNOWN;
}

function userdata(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const typeAndGroup = <u32>load<u8>(at, 5);
  const error = bytes >= USERDATA_ANSWER_BYTES ? u16At(at + 10) : 0;
  const first = error == 0 ? 0 : max(error >> 8, 1);
  const name = (typeAndGroup << 8) | load<u8>(at, 6) | (KIND_S7_USERDATA << 16) | (first << 24);
  commands.count(conversation, direction, 0, name, first != 0);
}

function isSzl(at: usize): bool {
  return load<u8>(at, 5) == CPU_RESPONSE && load<u8>(at, 6) == READ_SZL;
}

/** An index of the PI services that protocols/s7comm.ts names. */
function serviceOf(at: usize, bytes: u32, rosctr: u32, conversation: usize): u32 {
  if (rosctr != JOB) return load<u8>(conversation, PI_STATE);
  const service = serviceNamed(at, bytes);
  store<u8>(conversation, <u8>service, PI_STATE);
  return service;
}

function serviceNamed(at: usize, bytes: u32): u32 {
  if (bytes < PI_ARGUMENTS_AT + 2) return 0;
  const length = PI_ARGUMENTS_AT + 2 + u16At(at + PI_ARGUMENTS_AT);
  if (bytes < length + 5 || load<u8>(at + length) < 4) return 0;
  switch (load<u32>(at + length, 1, 1)) {
    case 0x52505f50: // P_PROGRAM: start
      return 1;
    case 0x444f4d5f: // _MODU: copy RAM to ROM
      return 2;
    case 0x534e495f: // _INSE: activate a downloaded block
      return 3;
    case 0x4c45445f: // _DELE: delete a block
      return 4;
    case 0x5241475f: // _GARB: compress the memory
      return 5;
    default:
      return 0;
  }
}

function plus(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  store<u8>(conversation, <u8>OT_S7PLUS, CONVERSATION_OT);
  let opcodeAt = PLUS_OPCODE_AT;
  if (bytes > PLUS_OPCODE_AT && load<u8>(at, 1) >= PLUS_DIGEST_VERSION) {
    opcodeAt += 1 + <u32>load<u8>(at, PLUS_OPCODE_AT);
  }
  let opcode: u32 = 0;
  let code: u32 = 0;
  // Opcode, u16 reserved, function u16.
  if (bytes >= opcodeAt + 5) {
    opcode = load<u8>(at + opcodeAt);
    if (opcode - PLUS_REQUEST <= PLUS_NOTIFICATION - PLUS_REQUEST) code = u16At(at + opcodeAt + 3);
    else opcode = 0;
  }
  commands.count(conversation, direction, opcode, code | (KIND_S7PLUS << 16), false);
}
