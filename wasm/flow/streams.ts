/**
 * What TCP carries, in order, each direction by itself: a message that was cut over segments is whole, a
 * segment that came twice counts once. Most segments begin where the last one ended and hold whole
 * messages; those are read where they lie. Only the rest waits in a buffer.
 *
 * Of bytes that come twice the first copy wins. A hole is waited for as long as what follows it fits the
 * buffer, and for HOLE_S_MAX; then it is given up, and reading begins anew at the next piece's start.
 */
import {
  CONVERSATION_OT,
  COUNTER_SEGMENTS_EARLY,
  COUNTER_SEGMENTS_REPEATED,
  COUNTER_STREAM_GAPS,
  LAYER_TCP,
  LAYER_UDP,
  OT_NONE,
} from "../abi/decode";
import { count } from "../counters";
import * as identity from "../decode/identity";
import {
  PACKET_DIRECTION,
  PACKET_FLOW,
  PACKET_LAYERS,
  PACKET_OT,
  PACKET_PAYLOAD,
  PACKET_PAYLOAD_BYTES,
  PACKET_PAYLOAD_WIRE,
  PACKET_SECOND,
  PACKET_TCP_FLAGS,
  PACKET_TCP_SEQ,
} from "../decode/packet-layout";
import { PACKET } from "../layout";
import { STREAM_BUFFERS_MAX, STREAM_BYTES_MAX } from "../profile";
import * as buffers from "./buffers";
import { OT_STATE_BYTES, PIECES_MAX } from "./layout";
import * as messages from "./messages";
import { NEXT, OLD_BYTES_MAX, OT_STATE, recordAt, STREAM } from "./record";

const SYN: u32 = 2;
const ACK: u32 = 16;

// Bits of STREAM; messages.ts has the upper four.
const STARTED: u32 = 1;
/** NEXT went far ahead, and nothing has followed there yet. */
const JUMPED: u32 = 2;
/** Old segments since: a count of two bits. */
const OLD: u32 = 4;
const OLD_MASK: u32 = 12;

const HOLE_S_MAX: u32 = 2;

export function packet(): void {
  const flow = load<u32>(PACKET, PACKET_FLOW);
  if (flow == 0 || load<u32>(PACKET, PACKET_PAYLOAD) == 0) return;
  const record = recordAt(flow - 1);
  const direction = <u32>load<u8>(PACKET, PACKET_DIRECTION);
  const layers = load<u32>(PACKET, PACKET_LAYERS);
  if ((layers & (1 << LAYER_TCP)) != 0) segment(flow - 1, record, direction);
  else if ((layers & (1 << LAYER_UDP)) != 0) datagram(record, direction);
  store<u8>(PACKET, load<u8>(record, CONVERSATION_OT), PACKET_OT);
}

/** Holes that were waited for long enough. */
export function closeSecond(second: u32): void {
  for (let index: u32 = 0; index < STREAM_BUFFERS_MAX; index++) {
    const buffer = buffers.bufferAt(index);
    for (let hole: u32 = 0; hole <= PIECES_MAX; hole++) {
      const owner = buffers.ownerOf(buffer) - 1;
      if (buffers.ownerOf(buffer) == 0 || !buffers.hasHole(buffer)) break;
      if (second - load<u32>(buffer, buffers.SINCE) < HOLE_S_MAX) break;
      giveUp(recordAt(owner >> 1), owner & 1, buffer);
    }
  }
}

export function check(): bool {
  buffers.check();
  return true;
}

function datagram(record: usize, direction: u32): void {
  const bytes = <u32>load<u16>(PACKET, PACKET_PAYLOAD_BYTES);
  const at = <usize>load<u32>(PACKET, PACKET_PAYLOAD);
  if (bytes == 0) return;
  identity.datagram(at, bytes, record, direction);
  if (messages.isOpen(record, direction)) messages.read(record, direction, at, bytes, false);
}

function segment(slot: u32, record: usize, direction: u32): void {
  const flags = <u32>load<u8>(PACKET, PACKET_TCP_FLAGS);
  let seq = load<u32>(PACKET, PACKET_TCP_SEQ);
  if ((flags & SYN) != 0) {
    seq += 1;
    open(record, direction, seq, (flags & ACK) == 0);
  }
  const wire = <u32>load<u16>(PACKET, PACKET_PAYLOAD_WIRE);
  if (wire == 0 || !messages.isOpen(record, direction)) return;
  const marks = <u32>load<u8>(record + direction, STREAM);
  if ((marks & STARTED) == 0) {
    setNext(record, direction, seq);
    store<u8>(record + direction, <u8>(marks | STARTED), STREAM);
  }
  if (keepEarly(slot, record, direction, seq, wire)) return;
  takeNew(slot, record, direction, seq, wire);
}

/** A handshake begins the stream anew, unless it only repeats the one before. */
function open(record: usize, direction: u32, next: u32, isFirst: bool): void {
  const marks = <u32>load<u8>(record + direction, STREAM);
  if ((marks & STARTED) != 0 && nextOf(record, direction) == next) return;
  buffers.freeBoth(record);
  setNext(record, direction, next);
  store<u8>(record + direction, <u8>STARTED, STREAM);
  if (!isFirst) return;
  store<u8>(record + (direction ^ 1), 0, STREAM);
  store<u8>(record, <u8>OT_NONE, CONVERSATION_OT);
  for (let at: u32 = 0; at < OT_STATE_BYTES; at += 8) store<u64>(record + at, 0, OT_STATE);
}

/** A segment behind a hole, or behind the start of a message: kept, or holes are given up until it need not be. */
function keepEarly(slot: u32, record: usize, direction: u32, seq: u32, wire: u32): bool {
  const bytes = <u32>load<u16>(PACKET, PACKET_PAYLOAD_BYTES);
  // One hole less each time.
  for (let round: u32 = 0; round <= PIECES_MAX; round++) {
    const offset = seq - nextOf(record, direction);
    if (<i32>offset <= 0) return false;
    let buffer = buffers.bufferOf(record, direction);
    if (buffer != 0 && !isBehindHole(buffer, offset)) return false;
    const end = offset + wire;
    if (bytes == wire && end <= STREAM_BYTES_MAX) {
      if (buffer == 0) buffer = buffers.take(slot, direction);
      if (buffers.canPut(buffer, offset, end)) {
        if (buffers.piecesOf(buffer) == 0 || !buffers.hasHole(buffer)) {
          store<u32>(buffer, load<u32>(PACKET, PACKET_SECOND), buffers.SINCE);
        }
        buffers.put(buffer, offset, end, load<u32>(PACKET, PACKET_PAYLOAD));
        count(COUNTER_SEGMENTS_EARLY);
        return true;
      }
    }
    if (buffer == 0) return false;
    giveUp(record, direction, buffer);
  }
  return false;
}

function isBehindHole(buffer: usize, offset: u32): bool {
  return buffers.startOf(buffer, 0) != 0 || offset > buffers.endOf(buffer, 0);
}

/** A segment that begins at or before the first byte that is missing, or so far ahead that nothing can wait. */
function takeNew(slot: u32, record: usize, direction: u32, seq: u32, wire: u32): void {
  const marks = <u32>load<u8>(record + direction, STREAM);
  let old = missingAt(record, direction) - seq;
  const isOld = old < OLD_BYTES_MAX;
  if (isOld && old >= wire) {
    count(COUNTER_SEGMENTS_REPEATED);
    // Repeated bytes say nothing, unless all there is are those, since someone went far ahead.
    if ((marks & JUMPED) == 0) return;
    if ((marks & OLD_MASK) != OLD_MASK) {
      store<u8>(record + direction, <u8>(marks + OLD), STREAM);
      return;
    }
  }
  if (isOld && old < wire) {
    store<u8>(record + direction, <u8>(marks & ~(JUMPED | OLD_MASK)), STREAM);
  } else {
    jump(record, direction, seq);
    old = 0;
  }
  const bytes = <u32>load<u16>(PACKET, PACKET_PAYLOAD_BYTES);
  const at = <usize>load<u32>(PACKET, PACKET_PAYLOAD) + old;
  if (bytes < wire) readCut(record, direction, at, bytes > old ? bytes - old : 0, wire - old);
  else fill(slot, record, direction, at, bytes - old);
}

/** The sequence number of the first byte that is not here. */
function missingAt(record: usize, direction: u32): u32 {
  const next = nextOf(record, direction);
  const buffer = buffers.bufferOf(record, direction);
  return buffer == 0 || buffers.startOf(buffer, 0) != 0 ? next : next + buffers.endOf(buffer, 0);
}

/** Begins anew far from where the stream was. */
function jump(record: usize, direction: u32, seq: u32): void {
  count(COUNTER_STREAM_GAPS);
  const marks = <u32>load<u8>(record + direction, STREAM);
  store<u8>(record + direction, <u8>((marks & ~OLD_MASK) | JUMPED), STREAM);
  const buffer = buffers.bufferOf(record, direction);
  if (buffer != 0) buffers.free(buffer);
  setNext(record, direction, seq);
}

/** The snap length took the end of the segment: what is here is read, the rest is skipped. */
function readCut(record: usize, direction: u32, at: usize, bytes: u32, wire: u32): void {
  const next = missingAt(record, direction);
  const buffer = buffers.bufferOf(record, direction);
  if (buffer != 0) {
    count(COUNTER_STREAM_GAPS);
    buffers.free(buffer);
  }
  const done = messages.read(record, direction, at, bytes, false);
  setNext(record, direction, next + max(done, wire));
}

/** Reads the next bytes of a stream that holds none, where they lie. */
function readHere(slot: u32, record: usize, direction: u32, at: usize, bytes: u32): void {
  const done = messages.read(record, direction, at, bytes, true);
  setNext(record, direction, nextOf(record, direction) + done);
  if (done >= bytes) return;
  buffers.put(buffers.take(slot, direction), 0, bytes - done, at + done);
}

/** Puts the next bytes behind those that wait, and reads as far as that makes sense. */
function fill(slot: u32, record: usize, direction: u32, at: usize, bytes: u32): void {
  let from = at;
  let left = bytes;
  while (left > 0) {
    const buffer = buffers.bufferOf(record, direction);
    if (buffer == 0) return readHere(slot, record, direction, from, left);
    const held = missingAt(record, direction) - nextOf(record, direction);
    const piece = min(left, STREAM_BYTES_MAX - held);
    if (piece == 0) {
      giveUp(record, direction, buffer);
      continue;
    }
    const after = missingAt(record, direction) + piece;
    buffers.put(buffer, held, held + piece, from);
    drain(record, direction, buffer);
    // Pieces that had come early, or a message to be skipped, may reach beyond what was just put.
    const beyond = missingAt(record, direction) - after;
    if (piece + beyond >= left) return;
    from += piece + beyond;
    left -= piece + beyond;
  }
}

/** Reads what a buffer holds from its start on. */
function drain(record: usize, direction: u32, buffer: usize): void {
  for (let round: u32 = 0; round <= PIECES_MAX; round++) {
    if (buffers.startOf(buffer, 0) != 0) return;
    const bytes = buffers.endOf(buffer, 0);
    const done = messages.read(record, direction, buffers.dataOf(buffer), bytes, true);
    if (done == 0) return;
    setNext(record, direction, nextOf(record, direction) + done);
    if (!buffers.shift(buffer, done)) return;
  }
}

/** The bytes before a hole's end will not come any more. */
function giveUp(record: usize, direction: u32, buffer: usize): void {
  count(COUNTER_STREAM_GAPS);
  let bytes = buffers.startOf(buffer, 0);
  if (bytes == 0) {
    bytes = buffers.piecesOf(buffer) > 1 ? buffers.startOf(buffer, 1) : buffers.endOf(buffer, 0);
  }
  setNext(record, direction, nextOf(record, direction) + bytes);
  if (buffers.shift(buffer, bytes)) drain(record, direction, buffer);
}

function nextOf(record: usize, direction: u32): u32 {
  return load<u32>(record + (direction << 2), NEXT);
}

function setNext(record: usize, direction: u32, seq: u32): void {
  store<u32>(record + (direction << 2), seq, NEXT);
}
