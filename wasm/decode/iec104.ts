/**
 * IEC 60870-5-104. An APDU: 0x68, length u8, four control bytes, and of an I frame an ASDU: type, number of
 * objects, cause (6 bits; 0x40 is a negative answer, 0x80 a test), originator, common address u16 LE.
 *
 * IEC 60870-5-104:2006 clause 5 (APCI); IEC 60870-5-101:2003 clause 7.2 (ASDU).
 */
import {
  KIND_IEC104_APCI,
  KIND_IEC104_ASDU,
  KIND_IEC104_U,
  OT_IEC104,
  OT_NONE,
} from "../abi/decode";
import * as commands from "../flow/commands";
import { MORE, SPEAKER_CLIENT, SPEAKER_SERVER, SPEAKER_UNKNOWN, UNSOUND } from "./ot-results";

export const PORT: u32 = 2404;
/** Start byte, length, control. */
const APCI_BYTES: u32 = 6;
const START: u32 = 0x68;
const LENGTH_MIN: u32 = 4;
const LENGTH_MAX: u32 = 253;
/** Up to the common address. */
const ASDU_BYTES: u32 = 12;

// The low bits of the first control byte; an I frame has only one.
const FORM_MASK: u32 = 3;
const FORM_I: u32 = 0;
const FORM_S: u32 = 1;
const FORM_U: u32 = 3;

const CAUSE_MASK: u32 = 0x3f;
const NEGATIVE: u32 = 0x40;
const ACTIVATION: u32 = 6;
const DEACTIVATION: u32 = 8;
/** Unknown type, cause, common address, object address. */
const UNKNOWN_FIRST: u32 = 44;
const UNKNOWN_LAST: u32 = 47;

/** Off the port the first APDU must be one whose every bit is prescribed, or nearly so: S or U. */
export function begins(at: usize, bytes: u32, onPort: bool): u32 {
  if (bytes > 0 && load<u8>(at) != START) return OT_NONE;
  if (bytes < APCI_BYTES) return onPort ? MORE : OT_NONE;
  if (length(at, bytes) == UNSOUND) return OT_NONE;
  return onPort || (formOf(at) != FORM_I && isSupervision(at)) ? OT_IEC104 : OT_NONE;
}

export function length(at: usize, bytes: u32): u32 {
  if (bytes < APCI_BYTES) return MORE;
  const counted = <u32>load<u8>(at, 1);
  if (load<u8>(at) != START || counted < LENGTH_MIN || counted > LENGTH_MAX) return UNSOUND;
  return 2 + counted;
}

/** To where an APDU may begin: its start, its length, and control bytes as its form has them. */
export function skip(at: usize, bytes: u32): u32 {
  for (let i: u32 = 1; i + APCI_BYTES <= bytes; i++) {
    const next = at + i;
    if (length(next, APCI_BYTES) == UNSOUND) continue;
    // Both numbers of an I frame have their lowest bit 0 (clause 5.1).
    if (formOf(next) == FORM_I ? (load<u8>(next, 4) & 1) == 0 : isSupervision(next)) return i;
  }
  return bytes;
}

export function message(at: usize, bytes: u32, conversation: usize, direction: u32): void {
  const form = formOf(at);
  commands.count(conversation, direction, 0, form | (KIND_IEC104_APCI << 16), false);
  if (form == FORM_U) {
    const code = <u32>load<u8>(at, 2) >> 2;
    commands.count(conversation, direction, 0, code | (KIND_IEC104_U << 16), false);
  }
  if (form != FORM_I || bytes < ASDU_BYTES) return;
  const type = <u32>load<u8>(at, 6);
  const cause = <u32>load<u8>(at, 8);
  const reason = cause & CAUSE_MASK;
  const isUnknown = reason >= UNKNOWN_FIRST && reason <= UNKNOWN_LAST;
  const isError = isUnknown || (cause & NEGATIVE) != 0;
  commands.count(
    conversation,
    direction,
    load<u16>(at, 10, 1),
    type | (reason << 8) | (KIND_IEC104_ASDU << 16) | (isError ? reason << 24 : 0),
    isError,
  );
}

/** Of the controlling station are commands' activations and those of U frames, though it may be asked to test. */
export function speaker(at: usize, bytes: u32): u32 {
  const form = formOf(at);
  if (form == FORM_U) {
    const code = <u32>load<u8>(at, 2);
    // STARTDT and STOPDT are the controlling station's to activate; TESTFR is anyone's.
    if ((code & 0x14) != 0) return SPEAKER_CLIENT;
    return (code & 0x28) != 0 ? SPEAKER_SERVER : SPEAKER_UNKNOWN;
  }
  if (form != FORM_I || bytes < ASDU_BYTES) return SPEAKER_UNKNOWN;
  const reason = <u32>load<u8>(at, 8) & CAUSE_MASK;
  return reason == ACTIVATION || reason == DEACTIVATION ? SPEAKER_CLIENT : SPEAKER_SERVER;
}

function formOf(at: usize): u32 {
  const control = <u32>load<u8>(at, 2);
  return (control & 1) == 0 ? FORM_I : control & FORM_MASK;
}

/** Length 4. S: control 1, 0 and an even receive number. U: one function's bit, and three bytes of 0. */
function isSupervision(at: usize): bool {
  if (load<u8>(at, 1) != LENGTH_MIN) return false;
  const control = load<u32>(at, 2, 1);
  if ((control & FORM_MASK) == FORM_S) return (control & 0x1ffff) == FORM_S;
  return popcnt<u32>(control >> 2) == 1 && control < 0x100;
}
