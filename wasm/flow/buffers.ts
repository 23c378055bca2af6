/**
 * Bytes of streams that cannot be read yet, in a fixed number of buffers. The one used longest ago gives
 * way. A buffer begins at the stream's NEXT and knows which pieces of it are there.
 */
import { COUNTER_PACKETS } from "../abi/core";
import { COUNTER_STREAM_GAPS } from "../abi/decode";
import { count } from "../counters";
import { COUNTERS, FLOW } from "../layout";
import { CONVERSATIONS_MAX, STREAM_BUFFERS_MAX, STREAM_BYTES_MAX } from "../profile";
import { BUFFER_BYTES, BUFFER_HEADER_BYTES, PIECES_MAX, STREAMS_AT } from "./layout";
import { BUFFER, NEXT, recordAt } from "./record";

/** u32: conversation << 1 | direction, plus one; 0 is free. */
const OWNER: usize = 0;
/** u32: packets counted when it was last used. */
const USED: usize = 4;
/** u32: the second in which the hole before a piece was first seen. */
export const SINCE: usize = 8;
const PIECES: usize = 12;
/** u16 start, u16 end of each; in order, and never touching. */
const PIECE: usize = 16;

export function bufferAt(index: u32): usize {
  return FLOW + STREAMS_AT + index * BUFFER_BYTES;
}

export function dataOf(buffer: usize): usize {
  return buffer + BUFFER_HEADER_BYTES;
}

export function ownerOf(buffer: usize): u32 {
  return load<u32>(buffer, OWNER);
}

export function piecesOf(buffer: usize): u32 {
  return load<u32>(buffer, PIECES);
}

export function startOf(buffer: usize, piece: u32): u32 {
  return load<u16>(buffer + (piece << 2), PIECE);
}

export function endOf(buffer: usize, piece: u32): u32 {
  return load<u16>(buffer + (piece << 2), PIECE + 2);
}

export function hasHole(buffer: usize): bool {
  return piecesOf(buffer) > 1 || startOf(buffer, 0) != 0;
}

/** The direction's buffer, or 0. */
export function bufferOf(record: usize, direction: u32): usize {
  const index = <u32>load<u16>(record + (direction << 1), BUFFER);
  return index == 0 ? 0 : bufferAt(index - 1);
}

/** An empty one. It must be given a piece at once. */
export function take(slot: u32, direction: u32): usize {
  const now = load<u32>(COUNTERS, COUNTER_PACKETS << 2);
  let room: u32 = 0;
  let oldest: u32 = 0;
  for (let index: u32 = 0; index < STREAM_BUFFERS_MAX; index++) {
    const buffer = bufferAt(index);
    if (ownerOf(buffer) == 0) {
      room = index;
      break;
    }
    const age = now - load<u32>(buffer, USED);
    if (age < oldest) continue;
    oldest = age;
    room = index;
  }
  const buffer = bufferAt(room);
  if (ownerOf(buffer) != 0) lose(buffer);
  store<u32>(buffer, ((slot << 1) | direction) + 1, OWNER);
  store<u32>(buffer, now, USED);
  store<u16>(recordAt(slot) + (direction << 1), <u16>(room + 1), BUFFER);
  return buffer;
}

/** Frees it. What it held is forgotten. */
export function free(buffer: usize): void {
  const owner = ownerOf(buffer) - 1;
  store<u16>(recordAt(owner >> 1) + ((owner & 1) << 1), 0, BUFFER);
  memory.fill(buffer, 0, BUFFER_HEADER_BYTES);
}

/** Frees what a conversation has. */
export function freeBoth(record: usize): void {
  for (let direction: u32 = 0; direction < 2; direction++) {
    const buffer = bufferOf(record, direction);
    if (buffer != 0) free(buffer);
  }
}

/** Whether [start, end) can be put: it must fit, and not be one piece too many. */
export function canPut(buffer: usize, start: u32, end: u32): bool {
  if (end > STREAM_BYTES_MAX || start >= end) return false;
  if (piecesOf(buffer) < PIECES_MAX) return true;
  for (let piece: u32 = 0; piece < piecesOf(buffer); piece++) {
    if (start <= endOf(buffer, piece) && startOf(buffer, piece) <= end) return true;
  }
  return false;
}

/** Puts bytes at [start, end), where canPut() allowed it. What is there already stays: the first copy wins. */
export function put(buffer: usize, start: u32, end: u32, from: usize): void {
  store<u32>(buffer, load<u32>(COUNTERS, COUNTER_PACKETS << 2), USED);
  const pieces = piecesOf(buffer);
  let first: u32 = 0;
  while (first < pieces && endOf(buffer, first) < start) first++;
  // Pieces [first, last) touch the new one and become part of it.
  let last = first;
  let bare = start;
  let low = start;
  let high = end;
  for (; last < pieces && startOf(buffer, last) <= end; last++) {
    const pieceStart = startOf(buffer, last);
    if (bare < pieceStart) copy(buffer, bare, pieceStart, from - start);
    bare = max(bare, endOf(buffer, last));
    low = min(low, pieceStart);
    high = max(high, endOf(buffer, last));
  }
  if (bare < end) copy(buffer, bare, end, from - start);
  const at = buffer + PIECE + (first << 2);
  memory.copy(at + 4, buffer + PIECE + (last << 2), (pieces - last) << 2);
  store<u16>(at, <u16>low);
  store<u16>(at, <u16>high, 2);
  store<u32>(buffer, pieces + 1 - (last - first), PIECES);
}

/** @param base where byte 0 of the buffer would come from */
function copy(buffer: usize, start: u32, end: u32, base: usize): void {
  memory.copy(dataOf(buffer) + start, base + start, end - start);
}

/** Drops the first bytes. @returns false when none are left and the buffer is free */
export function shift(buffer: usize, bytes: u32): bool {
  const pieces = piecesOf(buffer);
  let kept: u32 = 0;
  for (let piece: u32 = 0; piece < pieces; piece++) {
    const end = endOf(buffer, piece);
    if (end <= bytes) continue;
    const at = buffer + PIECE + (kept << 2);
    const start = startOf(buffer, piece);
    store<u16>(at, <u16>(start > bytes ? start - bytes : 0));
    store<u16>(at, <u16>(end - bytes), 2);
    kept++;
  }
  if (kept == 0) {
    free(buffer);
    return false;
  }
  store<u32>(buffer, kept, PIECES);
  memory.copy(dataOf(buffer), dataOf(buffer) + bytes, endOf(buffer, kept - 1));
  return true;
}

/** Makes room by force: its stream goes on behind the bytes it had in order. */
function lose(buffer: usize): void {
  count(COUNTER_STREAM_GAPS);
  const owner = ownerOf(buffer) - 1;
  const next = recordAt(owner >> 1) + ((owner & 1) << 2);
  if (startOf(buffer, 0) == 0) store<u32>(next, load<u32>(next, NEXT) + endOf(buffer, 0), NEXT);
  free(buffer);
}

/**
 * After a restore, or of a section from elsewhere: a buffer and its conversation point at each other, or
 * neither does.
 */
export function check(): void {
  for (let index: u32 = 0; index < STREAM_BUFFERS_MAX; index++) {
    if (!isSound(bufferAt(index))) memory.fill(bufferAt(index), 0, BUFFER_HEADER_BYTES);
  }
  for (let end: u32 = 0; end < CONVERSATIONS_MAX * 2; end++) {
    const at = recordAt(end >> 1) + ((end & 1) << 1);
    const index = <u32>load<u16>(at, BUFFER);
    if (index == 0) continue;
    if (index > STREAM_BUFFERS_MAX || ownerOf(bufferAt(index - 1)) != end + 1) {
      store<u16>(at, 0, BUFFER);
    }
  }
  for (let index: u32 = 0; index < STREAM_BUFFERS_MAX; index++) {
    const buffer = bufferAt(index);
    const owner = ownerOf(buffer) - 1;
    if (ownerOf(buffer) == 0) continue;
    const at = recordAt(owner >> 1) + ((owner & 1) << 1);
    if (load<u16>(at, BUFFER) != index + 1) memory.fill(buffer, 0, BUFFER_HEADER_BYTES);
  }
}

function isSound(buffer: usize): bool {
  const pieces = piecesOf(buffer);
  if (ownerOf(buffer) == 0) return pieces == 0;
  if (ownerOf(buffer) > CONVERSATIONS_MAX * 2 || pieces - 1 > PIECES_MAX) return false;
  for (let piece: u32 = 0; piece < pieces; piece++) {
    const start = startOf(buffer, piece);
    if (start >= endOf(buffer, piece) || endOf(buffer, piece) > STREAM_BYTES_MAX) return false;
    if (piece > 0 && start <= endOf(buffer, piece - 1)) return false;
  }
  return true;
}
