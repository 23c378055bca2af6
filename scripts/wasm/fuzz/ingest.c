/*
 * Hostile traffic. An input is a byte that picks the state to begin with, then pieces of a header
 * {u8 what, u8 time, u16 length} and `length` bytes. After one in 1,024 everything is asked, and a snapshot made
 * and taken back, for that takes a thousand packets' time. What the core must not do: trap, answer outside
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
      if (length < 2) return;
      MUST(fwc_engine_query(bytes[0], bytes[1], what) <= (int32_t)out.length);
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

/* By a bit of the input libFuzzer would soon choose the inputs that do something seldom done. */
static uint32_t hash_of(const uint8_t *data, size_t size) {
  uint32_t hash = 0x811c9dc5u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ data[i]) * 0x01000193u;
  return hash >> 16;
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

/*
 * libFuzzer needs as long for an input as the core for some hundred packets. So an input is played ROUNDS times:
 * once as it is, then with other bytes changed in each packet's headers each time, as the input's hash decides.
 */
#define ROUNDS 32u
/* In those rounds time moves by some milliseconds at most: seconds that close take long. */
#define SHORT_STEP 0x0fu

static const uint8_t *twist(const uint8_t *bytes, uint32_t length, uint32_t *random) {
  static uint8_t twisted[65536];
  memcpy(twisted, bytes, length);
  for (uint32_t edits = 1 + *random % 3; edits > 0; edits--) {
    *random = *random * 1664525u + 1013904223u;
    uint8_t *byte = twisted + (*random >> 8) % (length < HEADERS_BYTES ? length : HEADERS_BYTES);
    if ((*random >> 31) != 0) *byte ^= (uint8_t)(1u << (*random >> 28 & 7u));
    else *byte = (uint8_t)(*random >> 16);
  }
  return twisted;
}

static void play(const uint8_t *data, size_t size, uint32_t round, uint32_t *random) {
  for (size_t at = 1; at + 4 <= size;) {
    uint32_t length = data[at + 2] | (uint32_t)data[at + 3] << 8;
    if (length > size - at - 4) length = (uint32_t)(size - at - 4);
    const uint8_t *bytes = data + at + 4;
    move_time(round == 0 ? data[at + 1] : data[at + 1] & SHORT_STEP);
    if (round == 0) act(data[at], bytes, length);
    else if (length > 0 && (data[at] & 15u) <= RAW_BATCH) {
      act(data[at], twist(bytes, length, random), length);
    }
    at += 4 + length;
  }
  flush();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  uint32_t random = hash_of(data, size);
  int is_picked = random % 1024u == 0;
  begin_with(data[0] % STATES);
  now_us = 1700000000000000ull;
  gathered = 0;
  for (uint32_t round = 0; round < ROUNDS; round++) play(data, size, round, &random);
  if (is_picked) {
    ask_everything(data[size / 2]);
    come_back();
  }
  count_input();
  return 0;
}
