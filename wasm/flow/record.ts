/** A conversation's record: what the host is shown (CONVERSATION_), and what only the core needs. */
import { CLIENT_RESPONDER, CONVERSATION_MARKS, CONVERSATION_RECORD_BYTES } from "../abi/decode";
import { FLOW } from "../layout";
import { CONVERSATIONS_MAX, IS_NANO } from "../profile";
import { CONVERSATION_BYTES_ALL, CONVERSATIONS_AT } from "./layout";

/** u64 each: keyed hash of the initiator's and of the responder's address. */
export const HASHES: usize = CONVERSATION_RECORD_BYTES;
/** u32 each direction: the sequence number of the first byte not yet understood. */
export const NEXT: usize = HASHES + 16;
/** u32, of the nano only: what is compared before the ends are. */
export const TAG: usize = NEXT + 8;
/** u16 each direction: its buffer in streams.ts, plus one. */
export const BUFFER: usize = NEXT + 8;
/** u8 each direction: STREAM_ bits, and in the upper half how often no protocol was recognised. */
export const STREAM: usize = BUFFER + 4;
/** u16: the conversation of the packets' MAC addresses, plus one. A hint: it is compared before use. */
export const LINK: usize = STREAM + 2;
/**
 * OT_STATE_BYTES that belong to the decoder of the conversation's protocol. Zero when the conversation
 * begins; after a restore they may be anything.
 */
export const OT_STATE: usize = LINK + 2;

/**
 * What lies further back than this is no repetition but another stream. Longer than any message whose end is
 * skipped: OPC UA's and MQTT's may have megabytes.
 */
export const OLD_BYTES_MAX: u32 = IS_NANO ? 1 << 17 : 1 << 24;

export const TAGS: usize = FLOW + CONVERSATIONS_AT;
/** The nano has no tags. */
export const RECORDS: usize = TAGS + (IS_NANO ? 0 : <usize>CONVERSATIONS_MAX * 4);

export function recordAt(slot: u32): usize {
  return RECORDS + slot * CONVERSATION_BYTES_ALL;
}

/** Whether a packet of this direction comes from the client: the initiator, as long as nothing else is known. */
export function isClient(record: usize, direction: u32): bool {
  const client = <u32>load<u8>(record, CONVERSATION_MARKS) == CLIENT_RESPONDER ? 1 : 0;
  return direction == client;
}
