/**
 * Interactions, kept exactly: sets of WAYS by keyed hash. What finds its set full is left to a filter.
 *
 * Error: none, but for two interactions of one 64-bit hash. With 4,096 places in sets of 8, the first set
 * is full after some 2,000 interactions.
 */

import { PAGE_HEADER_BYTES, PAGE_NEXT, PAGE_RECORDS } from "../abi/decode";
import { EDGE_BEACON, EDGE_RECORD_BYTES, EDGE_SHOWN_BYTES } from "../abi/stats";
import { OUT, STATS } from "../layout";
import { BLOOM_BITS_LOG2, EDGES_MAX, OUT_BYTES } from "../profile";
import { score } from "./beacon";
import { EDGES_AT } from "./layout";

const WAYS: u32 = 8;
const SET_BYTES: u32 = WAYS * EDGE_RECORD_BYTES;
/** Behind the header and the filter. */
const TABLE: usize = STATS + EDGES_AT + 16 + (1 << (BLOOM_BITS_LOG2 - 3));

/** The record of this hash, or else a free one (which begins with 0), or 0. */
export function find(hash: u64): usize {
  const set = TABLE + (<u32>(hash >> 32) % (EDGES_MAX / WAYS)) * SET_BYTES;
  for (let place = set; place < set + SET_BYTES; place += EDGE_RECORD_BYTES) {
    const held = load<u64>(place);
    if (held == hash || held == 0) return place;
  }
  return 0;
}

/** Plus one: 0 is none. */
export function indexOf(record: usize): u32 {
  return record ? <u32>(record - TABLE) / EDGE_RECORD_BYTES + 1 : 0;
}

/** @param index plus one */
export function recordAt(index: u32): usize {
  return TABLE + (index - 1) * EDGE_RECORD_BYTES;
}

/** A page of records with a beacon score of `least` or more. */
export function page(from: u32, least: u32): i32 {
  let at: u32 = PAGE_HEADER_BYTES;
  let slot = from;
  for (; slot < EDGES_MAX && at + EDGE_SHOWN_BYTES <= OUT_BYTES; slot++) {
    const record = recordAt(slot + 1);
    if (load<u64>(record) == 0) continue;
    const beacon = score(record);
    if (beacon < least) continue;
    memory.copy(OUT + at, record, EDGE_SHOWN_BYTES);
    store<u32>(OUT + at, beacon, EDGE_BEACON);
    at += EDGE_SHOWN_BYTES;
  }
  store<u32>(OUT, slot < EDGES_MAX ? slot : 0, PAGE_NEXT);
  store<u32>(OUT, (at - PAGE_HEADER_BYTES) / EDGE_SHOWN_BYTES, PAGE_RECORDS);
  return at;
}
