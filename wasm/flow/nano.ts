/**
 * The nano's conversations: the same records by the same rules as conversations.ts, but one set without
 * tags, looked through from the packet before on, and no second conversation by MAC addresses. Of TCP's
 * flags it counts SYN only. A record that makes room is counted and gone.
 */
import { ERR_ARG } from "../abi/core";
import {
  CONVERSATION_BYTES,
  CONVERSATION_FIRST,
  CONVERSATION_INITIATOR,
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_KIND,
  CONVERSATION_LAST,
  CONVERSATION_LINK,
  CONVERSATION_PACKETS,
  CONVERSATION_PAYLOAD,
  CONVERSATION_RECORD_BYTES,
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
  PACKET_PAYLOAD_WIRE,
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
import { HASHES, recordAt } from "./record";

const SYN: u32 = 2;
const ACK: u32 = 16;

export function packet(): void {
  const identity = load<u16>(PACKET, PACKET_KIND);
  if (identity == 0) return;
  const ports = load<u32>(PACKET, PACKET_SRC_PORT);
  let src = PACKET + PACKET_SRC;
  if (identity == CONVERSATION_LINK) src = PACKET + PACKET_SRC_MAC;
  let slot = load<u32>(PACKET, PACKET_HINT);
  let record: usize;
  let way: u32;
  let left = CONVERSATIONS_MAX;
  do {
    record = recordAt(slot);
    way = wayOf(record, identity, src, ports);
    if (way <= 4) break;
    slot = slot == 0 ? CONVERSATIONS_MAX - 1 : slot - 1;
    left--;
  } while (left != 0);
  if (left == 0) {
    slot = oldest();
    record = recordAt(slot);
    way = begin(record, identity, src, ports);
  }
  store<u32>(PACKET, slot, PACKET_HINT);
  store<u32>(PACKET, slot + 1, PACKET_FLOW);
  store<u8>(PACKET, <u8>(way >> 2), PACKET_DIRECTION);
  store<u64>(PACKET + (way << 1), load<u64>(record, HASHES), PACKET_SRC_HASH);
  store<u64>(PACKET + 8 - (way << 1), load<u64>(record, HASHES + 8), PACKET_SRC_HASH);
  store<u64>(record, load<u64>(PACKET, PACKET_TS), CONVERSATION_LAST);
  add(record + way + CONVERSATION_PACKETS, 1);
  add(record + way + CONVERSATION_BYTES, load<u16>(PACKET, PACKET_WIRE));
  add(record + way + CONVERSATION_PAYLOAD, load<u16>(PACKET, PACKET_PAYLOAD_WIRE));
  const flags = <u32>load<u8>(PACKET, PACKET_TCP_FLAGS);
  if ((flags & (SYN | ACK)) == SYN) add(record + CONVERSATION_SYN, 1);
}

/** One slot a page, which may be empty. */
export function page(slot: u32): i32 {
  if (slot >= CONVERSATIONS_MAX) return ERR_ARG;
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

function oldest(): u32 {
  let room: u32 = 0;
  for (let slot: u32 = 1; slot < CONVERSATIONS_MAX; slot++) {
    const last = load<u64>(recordAt(slot), CONVERSATION_LAST);
    if (last < load<u64>(recordAt(room), CONVERSATION_LAST)) room = slot;
  }
  return room;
}

/** A SYN+ACK answers: the one who began is its receiver. */
function begin(record: usize, identity: u32, src: usize, ports: u32): u32 {
  if (load<u16>(record, CONVERSATION_KIND) != 0) count(COUNTER_CONVERSATIONS_EVICTED);
  memory.fill(record, 0, CONVERSATION_RECORD_BYTES + 24);
  const answers = (load<u8>(PACKET, PACKET_TCP_FLAGS) & (SYN | ACK)) == (SYN | ACK);
  const turn: u32 = answers ? 16 : 0;
  const initiator = record + CONVERSATION_INITIATOR;
  store<u64>(record, load<u64>(PACKET, PACKET_TS), CONVERSATION_FIRST);
  store<u16>(record, <u16>identity, CONVERSATION_KIND);
  store<u32>(record, rotl<u32>(ports, turn), CONVERSATION_INITIATOR_PORT);
  copyAddress(initiator + turn, src);
  copyAddress(initiator + (16 - turn), src + 16);
  store<u64>(record, keyedHash(initiator, 16), HASHES);
  store<u64>(record, keyedHash(initiator + 16, 16), HASHES + 8);
  store<u8>(PACKET, 1, PACKET_FLOW_NEW);
  return turn >> 2;
}

function add(at: usize, amount: u32): void {
  store<u32>(at, load<u32>(at) + amount);
}
