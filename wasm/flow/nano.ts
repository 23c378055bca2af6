/**
 * The nano's conversations: the same records by the same rules as conversations.ts, but one set, looked
 * through from where a hint says, and no second conversation by MAC addresses. Of TCP
 * it counts SYN only, neither FIN, RST nor payload. A record that makes room is counted and gone.
 */
import {
  CONVERSATION_BYTES,
  CONVERSATION_FIRST,
  CONVERSATION_INITIATOR,
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_KIND,
  CONVERSATION_LAST,
  CONVERSATION_LINK,
  CONVERSATION_PACKETS,
  CONVERSATION_RECORD_BYTES,
  CONVERSATION_RESPONDER,
  CONVERSATION_SYN,
  COUNTER_CONVERSATIONS_EVICTED,
  PAGE_HEADER_BYTES,
  PAGE_NEXT,
  PAGE_RECORDS,
} from "../abi/decode";
import { count } from "../counters";
import { copyAddress, isSame } from "../decode/address";
import {
  PACKET_DIRECTION,
  PACKET_FLOW,
  PACKET_FLOW_NEW,
  PACKET_HINT,
  PACKET_KIND,
  PACKET_SRC,
  PACKET_SRC_HASH,
  PACKET_SRC_MAC,
  PACKET_SRC_PORT,
  PACKET_TCP_FLAGS,
  PACKET_TS,
  PACKET_WIRE,
} from "../decode/packet-layout";
import { keyedHash } from "../hash";
import { OUT, PACKET } from "../layout";
import { CONVERSATIONS_MAX } from "../profile";
import { CONVERSATION_BYTES_ALL } from "./layout";
import { HASHES, RECORDS, recordAt, TAG } from "./record";

const RECORDS_END: usize = RECORDS + <usize>CONVERSATIONS_MAX * CONVERSATION_BYTES_ALL;
const SYN: u32 = 2;
const ACK: u32 = 16;

export function packet(): void {
  const identity = load<u16>(PACKET, PACKET_KIND);
  if (identity == 0) return;
  const ports = load<u32>(PACKET, PACKET_SRC_PORT);
  let src = PACKET + PACKET_SRC;
  if (identity == CONVERSATION_LINK) src = PACKET + PACKET_SRC_MAC;
  // The same both ways. Who makes tags collide costs us a comparison each, no more.
  const tag = half(src) ^ half(src + 16) ^ rotl<u32>(ports + rotl<u32>(ports, 16), 7) ^ identity;
  const hint = PACKET + ((tag * 0x9e3779b1) >> 26);
  let record = RECORDS + <u32>load<u8>(hint, PACKET_HINT) * CONVERSATION_BYTES_ALL;
  const start = record;
  let way: u32 = 8;
  do {
    if (load<u32>(record, TAG) == tag) {
      way = wayOf(record, identity, src, ports);
      if (way <= 4) break;
    }
    if (record == RECORDS) record = RECORDS_END;
    record -= CONVERSATION_BYTES_ALL;
  } while (record != start);
  if (way > 4) {
    record = oldest();
    way = 0;
    begin(record, identity, src, ports);
    store<u32>(record, tag, TAG);
  }
  const slot = <u32>(record - RECORDS) / CONVERSATION_BYTES_ALL;
  store<u8>(hint, <u8>slot, PACKET_HINT);
  store<u32>(PACKET, slot + 1, PACKET_FLOW);
  store<u8>(PACKET, <u8>(way >> 2), PACKET_DIRECTION);
  store<u64>(PACKET + (way << 1), load<u64>(record, HASHES), PACKET_SRC_HASH);
  store<u64>(PACKET + 8 - (way << 1), load<u64>(record, HASHES + 8), PACKET_SRC_HASH);
  store<u64>(record, load<u64>(PACKET, PACKET_TS), CONVERSATION_LAST);
  add(record + way + CONVERSATION_PACKETS, 1);
  add(record + way + CONVERSATION_BYTES, load<u16>(PACKET, PACKET_WIRE));
  const flags = <u32>load<u8>(PACKET, PACKET_TCP_FLAGS);
  if ((flags & (SYN | ACK)) == SYN) add(record + CONVERSATION_SYN, 1);
}

/** One slot a page, which may be empty; after the last comes the first. */
export function page(from: u32): i32 {
  const slot = from % CONVERSATIONS_MAX;
  const record = recordAt(slot);
  store<u32>(OUT, (slot + 1) % CONVERSATIONS_MAX, PAGE_NEXT);
  store<u32>(OUT, <u32>(load<u16>(record, CONVERSATION_KIND) != 0), PAGE_RECORDS);
  memory.copy(OUT + PAGE_HEADER_BYTES, record, CONVERSATION_RECORD_BYTES);
  return PAGE_HEADER_BYTES + CONVERSATION_RECORD_BYTES;
}

/** 0 when the packet goes from the conversation's initiator, 4 when to it: a u32's step. Else more. */
function wayOf(record: usize, identity: u32, src: usize, ports: u32): u32 {
  if (load<u16>(record, CONVERSATION_KIND) != identity) return 8;
  for (let turn: u32 = 0; turn <= 16; turn += 16) {
    const near = record + CONVERSATION_INITIATOR + turn;
    const far = record + CONVERSATION_INITIATOR + (16 - turn);
    if (load<u32>(record, CONVERSATION_INITIATOR_PORT) != rotl<u32>(ports, turn)) continue;
    if (isSame(src, near) && isSame(src + 16, far)) return turn >> 2;
  }
  return 8;
}

/** What differs between addresses: of a MAC address the one word, of an IP address the other. */
function half(address: usize): u32 {
  return load<u32>(address, 12) ^ load<u32>(address, 4);
}

/** Of those that are equally old, the first. */
function oldest(): usize {
  let room = RECORDS;
  for (let record = RECORDS; record < RECORDS_END; record += CONVERSATION_BYTES_ALL) {
    if (load<u64>(record, CONVERSATION_LAST) < load<u64>(room, CONVERSATION_LAST)) room = record;
  }
  return room;
}

/** Its sender began, even with a SYN+ACK. */
function begin(record: usize, identity: u32, src: usize, ports: u32): void {
  if (load<u16>(record, CONVERSATION_KIND) != 0) count(COUNTER_CONVERSATIONS_EVICTED);
  for (let at = record; at < record + CONVERSATION_BYTES_ALL; at += 8) store<u64>(at, 0);
  store<u64>(record, load<u64>(PACKET, PACKET_TS), CONVERSATION_FIRST);
  store<u16>(record, <u16>identity, CONVERSATION_KIND);
  store<u32>(record, ports, CONVERSATION_INITIATOR_PORT);
  copyAddress(record + CONVERSATION_INITIATOR, src);
  copyAddress(record + CONVERSATION_RESPONDER, src + 16);
  store<u64>(record, keyedHash(src, 16), HASHES);
  store<u64>(record, keyedHash(src + 16, 16), HASHES + 8);
  store<u8>(PACKET, 1, PACKET_FLOW_NEW);
}

function add(at: usize, amount: u32): void {
  store<u32>(at, load<u32>(at) + amount);
}
