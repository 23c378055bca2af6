/**
 * A table of records in sets of a few ways, found by a keyed tag of 32 bits: a new record takes the place
 * of the one in its set that was used longest ago. That one goes to a ring, where the host collects it, so
 * that sums stay exact however small the table is.
 *
 *     u32 tags (0 = empty) | records | u32 oldest, u32 pending | evicted records, as far as the host is shown them
 *
 * Each record begins with u64 first, u64 last (*_FIRST, *_LAST). What a table is like is a row of numbers.
 */
import { PAGE_HEADER_BYTES, PAGE_NEXT, PAGE_RECORDS } from "../abi/decode";
import { count } from "../counters";
import { FLOW, OUT } from "../layout";
import { OUT_BYTES } from "../profile";
import { RING_HEADER_BYTES } from "./layout";

const LAST: usize = 8;
/** No slot. */
export const NONE: u32 = 0xffffffff;

// A table's row, u32 each.
const AT: usize = 0;
const SLOTS: usize = 4;
const WAYS: usize = 8;
const RECORD_BYTES: usize = 12;
/** What of it the host is shown. */
const SHOWN_BYTES: usize = 16;
const RING_SLOTS: usize = 20;
/** The COUNTER_ of evicted records; the next one counts those that were lost. */
const EVICTED_COUNTER: usize = 24;
/** Where a record's counts begin and end. Where the first three are 0, all are. */
const COUNTS: usize = 28;
const COUNTS_END: usize = 32;

export function tagAt(table: usize, slot: u32): usize {
  return FLOW + load<u32>(table, AT) + (slot << 2);
}

export function recordAt(table: usize, slot: u32): usize {
  return tagAt(table, load<u32>(table, SLOTS)) + slot * load<u32>(table, RECORD_BYTES);
}

/**
 * The slot that a new record may have in the set that begins at `first`. Its old record, if any, is in
 * the ring, and in place until claim().
 * @param keep a slot that stays, whatever its age
 */
export function makeRoom(table: usize, first: u32, keep: u32): u32 {
  const end = first + load<u32>(table, WAYS);
  let oldest: u64 = u64.MAX_VALUE;
  let room = first;
  for (let slot = first; slot < end; slot++) {
    if (load<u32>(tagAt(table, slot)) == 0) return slot;
    const last = load<u64>(recordAt(table, slot), LAST);
    if (slot == keep || last > oldest) continue;
    oldest = last;
    room = slot;
  }
  spill(table, room);
  return room;
}

/** Gives the slot to a new record of zeroes. @returns its address */
export function claim(table: usize, slot: u32, tag: u32): usize {
  const record = recordAt(table, slot);
  memory.fill(record, 0, load<u32>(table, RECORD_BYTES));
  store<u32>(tagAt(table, slot), tag);
  return record;
}

/** Puts what the host is shown of a record into the ring, unless it was told all of it already. */
export function spill(table: usize, slot: u32): void {
  const counter = load<u32>(table, EVICTED_COUNTER);
  count(counter);
  if (isQuiet(table, recordAt(table, slot))) return;
  const ring = ringOf(table);
  let pending = load<u32>(ring, 4);
  if (pending == load<u32>(table, RING_SLOTS)) {
    drop(table, ring, 1);
    pending--;
    count(counter + 1);
  }
  memory.copy(ringAt(table, ring, pending), recordAt(table, slot), load<u32>(table, SHOWN_BYTES));
  store<u32>(ring, pending + 1, 4);
}

/** A page of records from a slot on. */
export function page(table: usize, from: u32): i32 {
  const slots = load<u32>(table, SLOTS);
  const bytes = load<u32>(table, SHOWN_BYTES);
  let at: u32 = PAGE_HEADER_BYTES;
  let slot = from;
  for (; slot < slots && at + bytes <= OUT_BYTES; slot++) {
    if (load<u32>(tagAt(table, slot)) == 0) continue;
    memory.copy(OUT + at, recordAt(table, slot), bytes);
    at += bytes;
  }
  store<u32>(OUT, slot < slots ? slot : 0, PAGE_NEXT);
  store<u32>(OUT, (at - PAGE_HEADER_BYTES) / bytes, PAGE_RECORDS);
  return at;
}

/** A page of the records that counted anything since the last harvest; their counts begin at 0 again. */
export function harvest(table: usize, from: u32): i32 {
  const slots = load<u32>(table, SLOTS);
  const bytes = load<u32>(table, SHOWN_BYTES);
  const size = load<u32>(table, RECORD_BYTES);
  const tags = tagAt(table, 0);
  const last = OUT_BYTES - bytes;
  let at: u32 = PAGE_HEADER_BYTES;
  let slot = from;
  let counts = recordAt(table, from) + load<u32>(table, COUNTS);
  for (; slot < slots && at <= last; slot++, counts += size) {
    if ((load<u64>(counts) | load<u32>(counts, 8)) == 0 || load<u32>(tags + (slot << 2)) == 0) {
      continue;
    }
    const record = recordAt(table, slot);
    memory.copy(OUT + at, record, bytes);
    clear(table, record);
    at += bytes;
  }
  store<u32>(OUT, slot < slots ? slot : 0, PAGE_NEXT);
  store<u32>(OUT, (at - PAGE_HEADER_BYTES) / bytes, PAGE_RECORDS);
  return at;
}

/** Whether it counted nothing since the last harvest. */
function isQuiet(table: usize, record: usize): bool {
  const counts = record + load<u32>(table, COUNTS);
  return (load<u64>(counts) | load<u32>(counts, 8)) == 0;
}

/** Puts a record's counts back to 0. */
export function clear(table: usize, record: usize): void {
  for (let at = load<u32>(table, COUNTS); at < load<u32>(table, COUNTS_END); at += 4) {
    store<u32>(record + at, 0);
  }
}

/** Moves evicted records out, oldest first. */
export function drain(table: usize): i32 {
  const ring = ringOf(table);
  const bytes = load<u32>(table, SHOWN_BYTES);
  const records = min(load<u32>(ring, 4), (OUT_BYTES - PAGE_HEADER_BYTES) / bytes);
  for (let i: u32 = 0; i < records; i++) {
    memory.copy(OUT + PAGE_HEADER_BYTES + i * bytes, ringAt(table, ring, i), bytes);
  }
  drop(table, ring, records);
  store<u32>(OUT, load<u32>(ring, 4), PAGE_NEXT);
  store<u32>(OUT, records, PAGE_RECORDS);
  return PAGE_HEADER_BYTES + records * bytes;
}

export function check(table: usize): bool {
  const ring = ringOf(table);
  const slots = load<u32>(table, RING_SLOTS);
  return load<u32>(ring) < slots && load<u32>(ring, 4) <= slots;
}

function ringOf(table: usize): usize {
  return recordAt(table, load<u32>(table, SLOTS));
}

function ringAt(table: usize, ring: usize, age: u32): usize {
  const slot = (load<u32>(ring) + age) % load<u32>(table, RING_SLOTS);
  return ring + RING_HEADER_BYTES + slot * load<u32>(table, SHOWN_BYTES);
}

function drop(table: usize, ring: usize, records: u32): void {
  store<u32>(ring, (load<u32>(ring) + records) % load<u32>(table, RING_SLOTS));
  store<u32>(ring, load<u32>(ring, 4) - records, 4);
}
