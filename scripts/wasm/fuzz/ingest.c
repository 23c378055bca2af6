/*
 * Hostile traffic. An input is a byte that picks the state to begin with (and, one in 16, whether a
 * snapshot is made and taken back at the end, for that takes longest), then pieces of a header
 * {u8 what, u8 time, u16 length} and `length` bytes. What the core must not do: trap, answer outside
 * its buffers, or come to a state that it would itself refuse.
 */
#include "common.h"

enum { RAW_BATCH = 12, SAMPLE, TICK, ASK };

static uint64_t now_us;
static uint32_t gathered;

static void flush(void) {
  if (gathered > 0) (void)ingest(gathered);
  gathered = 0;
}

static void add_record(uint32_t flags, uint32_t iface, const uint8_t *bytes, uint32_t length) {
  uint32_t room = io.length - FWC_RECORD_HEADER_BYTES - 3u;
  if (length > room) length = room;
  uint32_t padded = (FWC_RECORD_HEADER_BYTES + length + 3u) & ~3u;
  if (gathered + padded > io.length) flush();
  uint16_t fields[4] = {(uint16_t)length, (uint16_t)(length + (iface & 7u)), (uint16_t)iface,
                        (uint16_t)flags};
  memcpy(io.bytes + gathered, &now_us, 8);
  memcpy(io.bytes + gathered + 8, fields, 8);
  memcpy(io.bytes + gathered + 16, bytes, length);
  gathered += padded;
}

/* Steps from a microsecond to minutes, forwards and at times back. */
static void move_time(uint8_t step) {
  uint64_t us = 1ull << (step & 0x1fu);
  if (step & 0x80u) now_us -= us & 0x1fffffffull;
  else now_us += us;
}

static void act(uint8_t what, const uint8_t *bytes, uint32_t length) {
  switch (what & 15u) {
    case RAW_BATCH:
      flush();
      if (length > io.length) length = io.length;
      memcpy(io.bytes, bytes, length);
      (void)ingest(length);
      return;
    case SAMPLE:
      add_record(FWC_RECORD_SAMPLE, what >> 4, bytes, length < 8 ? length : 8);
      return;
    case TICK: {
      flush();
      int32_t pending = fwc_engine_tick((uint32_t)now_us, (uint32_t)(now_us >> 32));
      MUST(pending >= 0 || pending == FWC_ERR_CLOCK);
      return;
    }
    case ASK:
      flush();
      ask_everything(length >= 2 ? bytes[0] | (uint32_t)bytes[1] << 8 : what);
      return;
    default:
      add_record((uint32_t)(what >> 4) << FWC_RECORD_LINK_SHIFT, what & 15u, bytes, length);
  }
}

/* What the core has come to, it must take back unchanged. */
static void come_back(void) {
  static uint8_t *before;
  if (before == 0) before = malloc(state.length);
  MUST(fwc_engine_snapshot() == (int32_t)state.length);
  memcpy(before, state.bytes, state.length);
  MUST(fwc_engine_restore(state.length) == FWC_OK);
  MUST(memcmp(before, state.bytes, state.length) == 0);
}

/* Headers are where decoders decide: half of the mutations change a few bytes of one packet's first. */
#define HEADERS_BYTES 80u
#define PIECES_MAX 64u

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
  static const uint8_t edges[8] = {0, 1, 0x0f, 0x45, 0x7f, 0x80, 0xf0, 0xff};
  uint32_t random = seed | 1u;
  size_t pieces[PIECES_MAX], count = 0;
  for (size_t at = 1; at + 4 < size && count < PIECES_MAX;) {
    pieces[count++] = at;
    at += 4u + (data[at + 2] | (size_t)data[at + 3] << 8);
  }
  if ((seed & 1u) != 0 || count == 0) return LLVMFuzzerMutate(data, size, max);
#define NEXT (random ^= random << 13, random ^= random >> 17, random ^= random << 5, random >> 3)
  size_t piece = pieces[NEXT % count];
  for (uint32_t edits = 1 + NEXT % 4; edits > 0; edits--) {
    size_t at = piece + NEXT % (4 + HEADERS_BYTES);
    if (at >= size) continue;
    switch (NEXT % 4) {
      case 0: data[at] = edges[NEXT % 8]; break;
      case 1: data[at] ^= (uint8_t)(1u << NEXT % 8); break;
      case 2: data[at] = data[1 + NEXT % (size - 1)]; break;
      default: data[at] = (uint8_t)NEXT;
    }
  }
  return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  uint32_t which = data[0] % STATES;
  memcpy(state.bytes, states[which], state.length);
  now_us = 1700000000000000ull;
  gathered = 0;
  for (size_t at = 1; at + 4 <= size;) {
    uint32_t length = data[at + 2] | (uint32_t)data[at + 3] << 8;
    if (length > size - at - 4) length = (uint32_t)(size - at - 4);
    move_time(data[at + 1]);
    act(data[at], data + at + 4, length);
    at += 4 + length;
  }
  flush();
  if (data[0] >> 4 == 0) come_back();
  count_input();
  return 0;
}
