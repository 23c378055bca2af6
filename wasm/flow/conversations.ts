/**
 * Who speaks with whom: every packet belongs to the conversation of its addresses and ports, and to that
 * of its MAC addresses. Counts are exact; the table's size only decides how often
 * the host must collect (table.ts).
 */
import {
  CLIENT_INITIATOR,
  CLIENT_RESPONDER,
  CONVERSATION_ARP,
  CONVERSATION_BYTES,
  CONVERSATION_FIN,
  CONVERSATION_FIRST,
  CONVERSATION_INITIATOR,
  CONVERSATION_INITIATOR_MAC,
  CONVERSATION_INITIATOR_PORT,
  CONVERSATION_KIND,
  CONVERSATION_LAST,
  CONVERSATION_LINK,
  CONVERSATION_MARKS,
  CONVERSATION_OT,
  CONVERSATION_PACKETS,
  CONVERSATION_PAYLOAD,
  CONVERSATION_RECORD_BYTES,
  CONVERSATION_RESPONDER,
  CONVERSATION_RESPONDER_MAC,
  CONVERSATION_RST,
  CONVERSATION_SYN,
  COUNTER_CONVERSATIONS_EVICTED,
  LAYER_ETHERNET,
} from "../abi/decode";
import { copyAddress, isSame } from "../decode/address";
import {
  HINTS_LOG2,
  PACKET_DIRECTION,
  PACKET_DST,
  PACKET_DST_HASH,
  PACKET_DST_MAC,
  PACKET_FLOW,
  PACKET_FLOW_NEW,
  PACKET_HINT,
  PACKET_KIND,
  PACKET_LAYERS,
  PACKET_OT,
  PACKET_PAYLOAD_WIRE,
  PACKET_PROTOCOL,
  PACKET_SRC,
  PACKET_SRC_HASH,
  PACKET_SRC_MAC,
  PACKET_SRC_PORT,
  PACKET_TCP_FLAGS,
  PACKET_TS,
  PACKET_WIRE,
} from "../decode/packet-layout";
import { keyedHash } from "../hash";
import { PACKET } from "../layout";
import {
  CONVERSATION_WAYS,
  CONVERSATIONS_EVICTED_MAX,
  CONVERSATIONS_MAX,
  IS_NANO,
} from "../profile";
import * as buffers from "./buffers";
import { CONVERSATION_BYTES_ALL, CONVERSATIONS_AT } from "./layout";
import { HASHES, LINK, recordAt, TAGS } from "./record";
import * as table from "./table";
import { conversationTag } from "./tag";

const FIN: u32 = 1;
const SYN: u32 = 2;
const RST: u32 = 4;
const ACK: u32 = 16;
const SETS: u32 = CONVERSATIONS_MAX / CONVERSATION_WAYS;
/** Before bytes come near 2^32 the record goes to the ring and begins at 0 again. */
const BYTES_FULL: u32 = 0xf0000000;

// biome-ignore format: one row
const TABLE: usize = IS_NANO ? 0 : memory.data<u32>([
  CONVERSATIONS_AT, CONVERSATIONS_MAX, CONVERSATION_WAYS, CONVERSATION_BYTES_ALL,
  CONVERSATION_RECORD_BYTES, CONVERSATIONS_EVICTED_MAX, COUNTER_CONVERSATIONS_EVICTED,
  CONVERSATION_PACKETS, CONVERSATION_INITIATOR_MAC,
]);

export function packet(): void {
  const kind = <u32>load<u8>(PACKET, PACKET_KIND);
  if (kind == 0) return;
  let found: u32;
  if (kind == CONVERSATION_LINK) {
    found = linkOf(table.NONE);
  } else {
    found = ownOf(kind);
    const isFramed = (load<u32>(PACKET, PACKET_LAYERS) & (1 << LAYER_ETHERNET)) != 0;
    if (isFramed) count(besideOf(found));
    if (load<u8>(PACKET, PACKET_FLOW_NEW) != 0) keepMacs(recordAt(found >> 1), found & 1);
  }
  count(found);
  join(found);
}

/** Counts the packet for a second conversation, that of an ARP packet which it carries in a tunnel. */
export function countInner(src: usize, dst: usize): void {
  const slot = load<u32>(PACKET, PACKET_FLOW) - 1;
  count(find(CONVERSATION_ARP, src, dst, 0, slot));
}

export function page(from: u32): i32 {
  return table.page(TABLE, from);
}

export function drain(): i32 {
  return table.drain(TABLE);
}

export function harvest(from: u32): i32 {
  return table.harvest(TABLE, from);
}

export function check(): bool {
  return table.check(TABLE);
}

/** The way of the packet: slot << 1 | direction. */
function ownOf(kind: u32): u32 {
  const src = PACKET + PACKET_SRC;
  const dst = PACKET + PACKET_DST;
  const ports = load<u32>(PACKET, PACKET_SRC_PORT);
  const identity = kind | ((<u32>load<u8>(PACKET, PACKET_PROTOCOL)) << 8);
  const hint = hintOf(src, dst, ports);
  let found = <u32>load<u16>(hint);
  if (otherWay(found, identity, src, dst, ports) != 0) {
    found = find(identity, src, dst, ports, table.NONE);
    store<u16>(hint, <u16>found);
  }
  return found;
}

/** The conversation of the packet's MAC addresses. */
function linkOf(keep: u32): u32 {
  return find(CONVERSATION_LINK, PACKET + PACKET_SRC_MAC, PACKET + PACKET_DST_MAC, 0, keep);
}

/** The way by its MAC addresses of a packet that has another of its own, whose slot must stay. */
function besideOf(own: u32): u32 {
  const record = recordAt(own >> 1);
  const src = PACKET + PACKET_SRC_MAC;
  const dst = PACKET + PACKET_DST_MAC;
  // Both turn together: the hint is the way of a packet from the initiator.
  let found = (<u32>load<u16>(record, LINK) - 1) ^ (own & 1);
  if (found >= CONVERSATIONS_MAX * 2 || otherWay(found, CONVERSATION_LINK, src, dst, 0) != 0) {
    found = linkOf(own >> 1);
    // What is the same in both directions has no second way.
    store<u16>(record, isSame(src, dst) ? 0 : <u16>((found ^ (own & 1)) + 1), LINK);
  }
  return found;
}

/** Where to look first for a packet like this. */
function hintOf(src: usize, dst: usize, ports: u32): usize {
  const ends = load<u32>(src, 12) ^ rotl<u32>(load<u32>(dst, 12), 13) ^ ports;
  return PACKET + PACKET_HINT + (((ends * 0x9e3779b1) >> (32 - HINTS_LOG2)) << 1);
}

/** 0 if this is the packet's way: slot << 1 | direction, as find() tells it. */
function otherWay(way: u32, identity: u32, src: usize, dst: usize, ports: u32): u64 {
  const record = recordAt(way >> 1);
  const turn = (way & 1) << 4;
  const near = record + turn;
  const far = record + 16 - turn;
  return (
    (load<u64>(src) ^ load<u64>(near, CONVERSATION_INITIATOR)) |
    (load<u64>(src, 8) ^ load<u64>(near, CONVERSATION_INITIATOR + 8)) |
    (load<u64>(dst) ^ load<u64>(far, CONVERSATION_INITIATOR)) |
    (load<u64>(dst, 8) ^ load<u64>(far, CONVERSATION_INITIATOR + 8)) |
    (load<u16>(record, CONVERSATION_KIND) ^ identity) |
    (rotl<u32>(load<u32>(record, CONVERSATION_INITIATOR_PORT), turn) ^ ports)
  );
}

/**
 * Finds or begins a conversation. @returns slot << 1 | direction
 * @param identity kind | IP protocol << 8
 * @param keep a slot that must not make room
 */
function find(identity: u32, src: usize, dst: usize, ports: u32, keep: u32): u32 {
  const tag = conversationTag(identity, src, dst, ports & 0xffff, ports >> 16);
  const first = ((tag >> 1) % SETS) * CONVERSATION_WAYS;
  for (let slot = first; slot < first + CONVERSATION_WAYS; slot++) {
    if (load<u32>(TAGS + (slot << 2)) != tag) continue;
    for (let way = slot << 1; way <= ((slot << 1) | 1); way++) {
      if (otherWay(way, identity, src, dst, ports) == 0) return way;
    }
  }
  const slot = table.makeRoom(TABLE, first, keep);
  buffers.freeBoth(recordAt(slot));
  const record = table.claim(TABLE, slot, tag);
  // A SYN+ACK answers: the one who began is its receiver, unless that is the same one.
  const answers =
    (load<u8>(PACKET, PACKET_TCP_FLAGS) & (SYN | ACK)) == (SYN | ACK) &&
    !(ports == rotl<u32>(ports, 16) && isSame(src, dst));
  begin(record, identity, answers ? dst : src, answers ? src : dst);
  store<u32>(record, answers ? rotl<u32>(ports, 16) : ports, CONVERSATION_INITIATOR_PORT);
  if (keep == table.NONE) store<u8>(PACKET, 1, PACKET_FLOW_NEW);
  return (slot << 1) | <u32>answers;
}

function begin(record: usize, identity: u32, initiator: usize, responder: usize): void {
  store<u16>(record, <u16>identity, CONVERSATION_KIND);
  copyAddress(record + CONVERSATION_INITIATOR, initiator);
  copyAddress(record + CONVERSATION_RESPONDER, responder);
  store<u64>(record, keyedHash(initiator, 16), HASHES);
  store<u64>(record, keyedHash(responder, 16), HASHES + 8);
}

/** Counts the packet for a conversation. @param way slot << 1 | direction */
function count(way: u32): void {
  if (tally(recordAt(way >> 1), way & 1) >= BYTES_FULL) beginAnew(way >> 1);
}

/** @returns the bytes that its record has now of this direction */
function tally(record: usize, direction: u32): u32 {
  const near = record + (direction << 2);
  // Both ways at once.
  if (load<u64>(record, CONVERSATION_PACKETS) == 0) {
    store<u64>(record, load<u64>(PACKET, PACKET_TS), CONVERSATION_FIRST);
  }
  store<u64>(record, load<u64>(PACKET, PACKET_TS), CONVERSATION_LAST);
  add(near + CONVERSATION_PACKETS, 1);
  add(near + CONVERSATION_PAYLOAD, load<u16>(PACKET, PACKET_PAYLOAD_WIRE));
  return add(near + CONVERSATION_BYTES, load<u16>(PACKET, PACKET_WIRE));
}

/** Before its counts overflow. */
function beginAnew(slot: u32): void {
  table.spill(TABLE, slot);
  table.clear(TABLE, recordAt(slot));
}

function add(at: usize, amount: u32): u32 {
  const sum = load<u32>(at) + amount;
  store<u32>(at, sum);
  return sum;
}

/** Makes it the packet's own conversation. */
function join(found: u32): void {
  const record = recordAt(found >> 1);
  const direction = found & 1;
  store<u32>(PACKET, (found >> 1) + 1, PACKET_FLOW);
  store<u8>(PACKET, <u8>direction, PACKET_DIRECTION);
  store<u8>(PACKET, load<u8>(record, CONVERSATION_OT), PACKET_OT);
  const near = record + HASHES + (direction << 3);
  const far = record + HASHES + ((direction ^ 1) << 3);
  store<u64>(PACKET, load<u64>(near), PACKET_SRC_HASH);
  store<u64>(PACKET, load<u64>(far), PACKET_DST_HASH);
  countTcp(record, direction);
}

function keepMacs(record: usize, direction: u32): void {
  const near = direction == 0 ? CONVERSATION_INITIATOR_MAC : CONVERSATION_RESPONDER_MAC;
  const far = direction == 0 ? CONVERSATION_RESPONDER_MAC : CONVERSATION_INITIATOR_MAC;
  memory.copy(record + near, PACKET + PACKET_SRC_MAC, 6);
  memory.copy(record + far, PACKET + PACKET_DST_MAC, 6);
}

function countTcp(record: usize, direction: u32): void {
  const flags = <u32>load<u8>(PACKET, PACKET_TCP_FLAGS);
  if ((flags & (FIN | SYN | RST)) == 0) return;
  if ((flags & SYN) != 0) {
    const isClients = (flags & ACK) == 0;
    if (isClients) add(record + CONVERSATION_SYN, 1);
    const client = <u32>(isClients == (direction == 0)) != 0 ? CLIENT_INITIATOR : CLIENT_RESPONDER;
    store<u8>(record, <u8>client, CONVERSATION_MARKS);
  }
  if ((flags & FIN) != 0) add(record + CONVERSATION_FIN, 1);
  if ((flags & RST) != 0) add(record + CONVERSATION_RST, 1);
}
