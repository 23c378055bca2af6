/**
 * Messages that say what a device is, copied for the host to read: facts are text and tables, which are
 * its business. The same content from the same sender is kept once, as long as its tag is remembered.
 *
 *     u32 used, u32 drained | excerpts, each a multiple of 8 bytes | room for one more | u32 tags, in sets
 *
 * The host drains after each batch, so the bytes fill from the front and are all free again then. What
 * finds no room is counted, and comes again with its sender's next message.
 */
import {
  CONVERSATION_INITIATOR,
  CONVERSATION_INITIATOR_MAC,
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_KIND,
  CONVERSATION_LAST,
  CONVERSATION_RESPONDER,
  CONVERSATION_RESPONDER_MAC,
  COUNTER_EXCERPTS_LOST,
  EXCERPT_BYTES,
  EXCERPT_BYTES_MAX,
  EXCERPT_CONVERSATION,
  EXCERPT_DST,
  EXCERPT_DST_MAC,
  EXCERPT_HEADER_BYTES,
  EXCERPT_KIND,
  EXCERPT_SRC,
  EXCERPT_SRC_MAC,
  EXCERPT_SRC_PORT,
  EXCERPT_TS,
  EXCERPT_WHOLE_BYTES,
  PAGE_HEADER_BYTES,
  PAGE_NEXT,
  PAGE_RECORDS,
} from "../abi/decode";
import { count } from "../counters";
import { copyAddress } from "../decode/address";
import { keyedHash } from "../hash";
import { FLOW, OUT } from "../layout";
import { EXCERPTS_BYTES_MAX, EXCERPTS_KNOWN_MAX, OUT_BYTES } from "../profile";
import { EXCERPT_ENTRY_BYTES_MAX, EXCERPTS_AT, EXCERPTS_HEADER_BYTES } from "./layout";
import { HASHES } from "./record";
import { tag2 } from "./tag";

const BASE: usize = FLOW + EXCERPTS_AT;
const USED: usize = 0;
/** Bytes of them that the host has had. */
const DRAINED: usize = 4;
const ENTRIES: usize = BASE + EXCERPTS_HEADER_BYTES;
const KNOWN: usize = ENTRIES + EXCERPTS_BYTES_MAX + EXCERPT_ENTRY_BYTES_MAX;
const WAYS: u32 = 4;
const SETS: u32 = EXCERPTS_KNOWN_MAX / WAYS;

/**
 * Keeps a message.
 * @param kind EXCERPT_
 * @param fixed where that part begins which is the same when the device says the same again: behind a
 *   transaction's number
 */
export function keep(
  kind: u32,
  at: usize,
  bytes: u32,
  fixed: u32,
  conversation: usize,
  direction: u32,
): void {
  const used = load<u32>(BASE, USED);
  const entry = ENTRIES + used;
  const kept = min(bytes, EXCERPT_BYTES_MAX);
  const size = (EXCERPT_HEADER_BYTES + kept + 7) & ~7;
  // Zero to the end, which the hash takes in.
  store<u64>(entry + size - 8, 0);
  memory.copy(entry + EXCERPT_HEADER_BYTES, at, kept);
  const skipped = min((fixed + 3) & ~3, kept & ~3);
  const content = keyedHash(entry + EXCERPT_HEADER_BYTES + skipped, kept - skipped);
  const sender = load<u64>(conversation + (direction << 3), HASHES);
  const tag = tag2(<u32>content + kind, <u32>(content >> 32) ^ <u32>sender);
  if (isKnown(tag)) return;
  if (used + size > EXCERPTS_BYTES_MAX) return count(COUNTER_EXCERPTS_LOST);
  remember(tag);
  store<u8>(entry, <u8>kind, EXCERPT_KIND);
  store<u16>(entry, <u16>kept, EXCERPT_BYTES);
  store<u16>(entry, <u16>min(bytes, <u32>u16.MAX_VALUE), EXCERPT_WHOLE_BYTES);
  putEnds(entry, conversation, direction);
  store<u32>(BASE, used + size, USED);
}

export function drain(): i32 {
  const used = load<u32>(BASE, USED);
  let from = load<u32>(BASE, DRAINED);
  let at: u32 = PAGE_HEADER_BYTES;
  let records: u32 = 0;
  while (from < used) {
    const size = sizeOf(ENTRIES + from);
    if (at + size > OUT_BYTES) break;
    memory.copy(OUT + at, ENTRIES + from, size);
    at += size;
    from += size;
    records++;
  }
  store<u32>(OUT, used - from, PAGE_NEXT);
  store<u32>(OUT, records, PAGE_RECORDS);
  store<u32>(BASE, from < used ? from : 0, DRAINED);
  if (from == used) store<u32>(BASE, 0, USED);
  return at;
}

/** The excerpts must fill the used bytes exactly, and what was drained too. */
export function check(): bool {
  const used = load<u32>(BASE, USED);
  const drained = load<u32>(BASE, DRAINED);
  if (used > EXCERPTS_BYTES_MAX || drained > used) return false;
  let at: u32 = 0;
  let isDrained = false;
  while (at < used) {
    if (at == drained) isDrained = true;
    if (<u32>load<u16>(ENTRIES + at, EXCERPT_BYTES) > EXCERPT_BYTES_MAX) return false;
    at += sizeOf(ENTRIES + at);
  }
  return at == used && (isDrained || drained == used);
}

function sizeOf(entry: usize): u32 {
  return (EXCERPT_HEADER_BYTES + <u32>load<u16>(entry, EXCERPT_BYTES) + 7) & ~7;
}

function isKnown(tag: u32): bool {
  const set = setOf(tag);
  for (let way: u32 = 0; way < WAYS; way++) {
    if (load<u32>(set + (way << 2)) == tag) return true;
  }
  return false;
}

/** The one that has been there longest gives way. */
function remember(tag: u32): void {
  const set = setOf(tag);
  for (let way = WAYS - 1; way > 0; way--) {
    store<u32>(set + (way << 2), load<u32>(set + ((way - 1) << 2)));
  }
  store<u32>(set, tag);
}

function setOf(tag: u32): usize {
  return KNOWN + ((tag >> 1) % SETS) * WAYS * 4;
}

/** Not the packet's: a message may come out of a buffer when the stream's hole is given up. */
function putEnds(entry: usize, conversation: usize, direction: u32): void {
  const isBack = direction != 0;
  const near = isBack ? CONVERSATION_RESPONDER : CONVERSATION_INITIATOR;
  const far = isBack ? CONVERSATION_INITIATOR : CONVERSATION_RESPONDER;
  const ports = load<u32>(conversation, CONVERSATION_INITIATOR_PORT);
  const nearMac = isBack ? CONVERSATION_RESPONDER_MAC : CONVERSATION_INITIATOR_MAC;
  const farMac = isBack ? CONVERSATION_INITIATOR_MAC : CONVERSATION_RESPONDER_MAC;
  store<u64>(entry, load<u64>(conversation, CONVERSATION_LAST), EXCERPT_TS);
  copyAddress(entry + EXCERPT_SRC, conversation + near);
  copyAddress(entry + EXCERPT_DST, conversation + far);
  store<u32>(entry, isBack ? rotl<u32>(ports, 16) : ports, EXCERPT_SRC_PORT);
  memory.copy(entry + EXCERPT_SRC_MAC, conversation + nearMac, 6);
  memory.copy(entry + EXCERPT_DST_MAC, conversation + farMac, 6);
  store<u8>(entry, load<u8>(conversation, CONVERSATION_KIND), EXCERPT_CONVERSATION);
}
