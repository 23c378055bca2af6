/**
 * Conversations summed up over everything that ever left the core, as bytes: a scan of a hundred thousand
 * addresses must not become a hundred thousand objects. Beyond its bound further ones are only counted.
 */
import type { ConversationCount } from "../core/plant.ts";
import { abi } from "./abi.ts";
import { conversationCountOf } from "./plant-rows.ts";

export const CONVERSATIONS_SUMMED_MAX = 32_768;

export interface ConversationTable {
  /** Adds the record (CONVERSATION_) at `at`. Who began the first one of its ends stays the initiator. */
  add(view: DataView, at: number): void;
  /** By number, in the order in which they were first added. */
  row(index: number): ConversationCount;
  firstUs(index: number): number;
  readonly size: number;
  /** Records that found no room. */
  readonly lostCount: number;
}

/** What of a record says whose it is: addresses, ports, kind, protocol, marks. */
const IDENTITY_AT = abi.CONVERSATION_INITIATOR;
const RECORD_BYTES = abi.CONVERSATION_RECORD_BYTES;
const ROWS_PER_CHUNK = 1024;

/** Sums of a row, in numbers that do not wrap; each pair is [from the initiator, to it]. */
const FIRST = 0;
const LAST = 1;
const COUNTS = 2;
/** Fields that are summed, in the order of the record: three pairs, then three of the whole. */
const pairs = [abi.CONVERSATION_PACKETS, abi.CONVERSATION_BYTES, abi.CONVERSATION_PAYLOAD];
const singles = [abi.CONVERSATION_SYN, abi.CONVERSATION_FIN, abi.CONVERSATION_RST];
const SUMS = COUNTS + pairs.length * 2 + singles.length;

interface Chunk {
  records: DataView;
  sums: Float64Array;
}

/** @param seed secret, so that nobody outside can aim at one slot */
export function createConversationTable(seed: number, rowsMax = CONVERSATIONS_SUMMED_MAX) {
  const chunks: Chunk[] = [];
  /** Row number plus one, by hash; 0 is free. Always at least half free. */
  let slots = new Uint32Array(2 * ROWS_PER_CHUNK);
  let size = 0;
  let lostCount = 0;

  function chunkOf(row: number): Chunk {
    return chunks[Math.floor(row / ROWS_PER_CHUNK)]!;
  }

  /** The slot of the record's row, or the free one where it belongs. */
  function slotOf(view: DataView, at: number): number {
    const mask = slots.length - 1;
    for (let slot = hashOf(view, at, seed) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot]! - 1;
      if (row < 0) return slot;
      const { records } = chunkOf(row);
      const own = (row % ROWS_PER_CHUNK) * RECORD_BYTES;
      if (isSame(records, own, view, at, false) || isSame(records, own, view, at, true)) {
        return slot;
      }
    }
  }

  function grow(): void {
    slots = new Uint32Array(slots.length * 2);
    for (let row = 0; row < size; row++) {
      slots[slotOf(chunkOf(row).records, (row % ROWS_PER_CHUNK) * RECORD_BYTES)] = row + 1;
    }
  }

  function begin(view: DataView, at: number): void {
    if (size % ROWS_PER_CHUNK === 0) {
      chunks.push({
        records: new DataView(new ArrayBuffer(ROWS_PER_CHUNK * RECORD_BYTES)),
        sums: new Float64Array(ROWS_PER_CHUNK * SUMS),
      });
    }
    const { records, sums } = chunkOf(size);
    const row = size % ROWS_PER_CHUNK;
    for (let i = IDENTITY_AT; i < RECORD_BYTES; i += 4) {
      records.setUint32(row * RECORD_BYTES + i, view.getUint32(at + i, true), true);
    }
    sums[row * SUMS + FIRST] = Number.POSITIVE_INFINITY;
    size++;
  }

  function sum(row: number, view: DataView, at: number): void {
    const { records, sums } = chunkOf(row);
    const own = (row % ROWS_PER_CHUNK) * RECORD_BYTES;
    const to = (row % ROWS_PER_CHUNK) * SUMS;
    const turned = isSame(records, own, view, at, false) ? 0 : 1;
    sums[to + FIRST] = Math.min(sums[to + FIRST]!, usOf(view, at + abi.CONVERSATION_FIRST));
    sums[to + LAST] = Math.max(sums[to + LAST]!, usOf(view, at + abi.CONVERSATION_LAST));
    let count = to + COUNTS;
    for (const field of pairs) {
      sums[count + turned]! += view.getUint32(at + field, true);
      sums[count + (turned ^ 1)]! += view.getUint32(at + field + 4, true);
      count += 2;
    }
    for (const field of singles) sums[count++]! += view.getUint32(at + field, true);
    // What was found out since: the protocol, and which end is the client.
    const ot = view.getUint8(at + abi.CONVERSATION_OT);
    if (ot !== abi.OT_NONE) records.setUint8(own + abi.CONVERSATION_OT, ot);
    const marks = view.getUint8(at + abi.CONVERSATION_MARKS);
    if (turned === 0 && marks !== 0) records.setUint8(own + abi.CONVERSATION_MARKS, marks);
  }

  return {
    add(view: DataView, at: number): void {
      let slot = slotOf(view, at);
      if (slots[slot] === 0) {
        if (size === rowsMax) {
          lostCount++;
          return;
        }
        if (size * 2 >= slots.length) {
          grow();
          slot = slotOf(view, at);
        }
        begin(view, at);
        slots[slot] = size;
      }
      sum(slots[slot]! - 1, view, at);
    },
    row(index: number): ConversationCount {
      const { records, sums } = chunkOf(index);
      const own = index % ROWS_PER_CHUNK;
      const of = (i: number) => sums[own * SUMS + i]!;
      return {
        ...conversationCountOf(records, own * RECORD_BYTES),
        packets: [of(COUNTS), of(COUNTS + 1)],
        bytes: [of(COUNTS + 2), of(COUNTS + 3)],
        payloadBytes: [of(COUNTS + 4), of(COUNTS + 5)],
        synCount: of(COUNTS + 6),
        finCount: of(COUNTS + 7),
        rstCount: of(COUNTS + 8),
        firstMs: of(FIRST) / 1000,
        lastMs: of(LAST) / 1000,
      };
    },
    firstUs(index: number): number {
      return chunkOf(index).sums[(index % ROWS_PER_CHUNK) * SUMS + FIRST]!;
    },
    get size(): number {
      return size;
    },
    get lostCount(): number {
      return lostCount;
    },
  } satisfies ConversationTable;
}

/** Whether two records have the same ends, or the same ends the other way round. */
function isSame(a: DataView, at: number, b: DataView, bt: number, turned: boolean): boolean {
  const near = turned ? abi.CONVERSATION_RESPONDER : abi.CONVERSATION_INITIATOR;
  const far = turned ? abi.CONVERSATION_INITIATOR : abi.CONVERSATION_RESPONDER;
  const nearPort = turned ? abi.CONVERSATION_RESPONDER_PORT : abi.CONVERSATION_INITIATOR_PORT;
  const farPort = turned ? abi.CONVERSATION_INITIATOR_PORT : abi.CONVERSATION_RESPONDER_PORT;
  const u16 = (field: number, other: number) =>
    a.getUint16(at + field, true) === b.getUint16(bt + other, true);
  return (
    // Kind and protocol lie side by side.
    u16(abi.CONVERSATION_KIND, abi.CONVERSATION_KIND) &&
    u16(abi.CONVERSATION_INITIATOR_PORT, nearPort) &&
    u16(abi.CONVERSATION_RESPONDER_PORT, farPort) &&
    isSameAddress(a, at + abi.CONVERSATION_INITIATOR, b, bt + near) &&
    isSameAddress(a, at + abi.CONVERSATION_RESPONDER, b, bt + far)
  );
}

function isSameAddress(a: DataView, at: number, b: DataView, bt: number): boolean {
  for (let i = 12; i >= 0; i -= 4) {
    if (a.getUint32(at + i, true) !== b.getUint32(bt + i, true)) return false;
  }
  return true;
}

/** The same for both directions: the ends' hashes are added. */
function hashOf(view: DataView, at: number, seed: number): number {
  const ends =
    endHash(view, at + abi.CONVERSATION_INITIATOR, at + abi.CONVERSATION_INITIATOR_PORT, seed) +
    endHash(view, at + abi.CONVERSATION_RESPONDER, at + abi.CONVERSATION_RESPONDER_PORT, seed);
  return mixed(ends ^ view.getUint16(at + abi.CONVERSATION_KIND, true), seed) >>> 0;
}

function endHash(view: DataView, address: number, port: number, seed: number): number {
  let hash = mixed(seed, view.getUint16(port, true));
  for (let i = 0; i < 16; i += 4) hash = mixed(hash, view.getUint32(address + i, true));
  return hash;
}

/** A round of MurmurHash3 and its finish. */
function mixed(hash: number, word: number): number {
  const turned = Math.imul((hash ^ word) | 0, 0xcc9e2d51);
  const spread = Math.imul(turned ^ (turned >>> 15), 0x85ebca6b);
  return (spread ^ (spread >>> 13)) | 0;
}

/** A u64 of microseconds. */
function usOf(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
