/**
 * IEC 61850 without IP: GOOSE, EtherType 0x88B8, and sampled values, 0x88BA. A frame: APPID u16, length u16,
 * reserved u32, and a PDU that begins with tag 0x61 or 0x60. Frames are counted by APPID.
 *
 * IEC 61850-8-1 annex C; IEC 61850-9-2 clause 5.3.3.
 */
import { KIND_GOOSE } from "../abi/decode";
import * as commands from "../flow/commands";
import { u16At } from "./bytes";

const HEADER_BYTES: u32 = 8;
export const PDU: u32 = 0x61;
export const SAMPLED_VALUES: u32 = 0x60;

/** @param tag of the PDU: what makes it a frame of its kind */
export function message(
  at: usize,
  end: usize,
  conversation: usize,
  direction: u32,
  tag: u32,
): void {
  if (end - at <= HEADER_BYTES || load<u8>(at, HEADER_BYTES) != tag) return;
  commands.say(conversation, direction, true, KIND_GOOSE, u16At(at), tag, 0);
}
