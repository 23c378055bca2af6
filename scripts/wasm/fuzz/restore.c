/*
 * Forged snapshots. An input is a byte that picks a true snapshot and whether the forger has put the
 * checksum right, then edits {u24 where, u8 how many, bytes}. A snapshot must be refused, or taken and
 * be as good as any: traffic, ticks and queries on it do not trap, and its own snapshot is accepted.
 * The same for one section, as section_import() takes it.
 */
#include "common.h"

static uint32_t table[256];

static void make_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1u ? 0x82f63b78u : 0u);
    table[byte] = crc;
  }
}

static void seal(void) {
  uint32_t crc = 0xffffffffu;
  for (uint32_t i = FWC_SNAPSHOT_STATE_LEN_AT; i < state.length; i++) {
    crc = crc >> 8 ^ table[(crc ^ state.bytes[i]) & 0xffu];
  }
  crc = ~crc;
  memcpy(state.bytes + FWC_SNAPSHOT_CRC_AT, &crc, 4);
  note_written(state.bytes + FWC_SNAPSHOT_CRC_AT, 4);
}

static void forge(uint8_t *bytes, uint32_t bytes_length, const uint8_t *data, size_t size) {
  for (size_t at = 0; at + 4 < size;) {
    uint32_t where = data[at] | (uint32_t)data[at + 1] << 8 | (uint32_t)data[at + 2] << 16;
    uint32_t length = 1u + data[at + 3] % 64u;
    if (length > size - at - 4) length = (uint32_t)(size - at - 4);
    for (uint32_t i = 0; i < length; i++) {
      uint8_t *to = bytes + (where + i) % bytes_length;
      *to = data[at + 4 + i];
      note_written(to, 1);
    }
    at += 4 + length;
  }
}

/* A trace's traffic from a state that anyone may have written.. */
static void use(const uint8_t *data, size_t size) {
  for (uint32_t round = 0; round < 3; round++) {
    uint64_t us = (1700000000ull + round * 7u) * 1000000ull;
    uint32_t at = 0;
    for (size_t from = 0; from + 8 < size && at + 96 <= io.length; from += 8) {
      uint32_t length = size - from > 64 ? 64 : (uint32_t)(size - from);
      uint16_t fields[4] = {(uint16_t)length, (uint16_t)length, 0, (uint16_t)(round << 4)};
      memcpy(io.bytes + at, &us, 8);
      memcpy(io.bytes + at + 8, fields, 8);
      memcpy(io.bytes + at + 16, data + from, length);
      at += (16 + length + 3u) & ~3u;
      us += 100000;
    }
    (void)ingest(at);
    int32_t pending = fwc_engine_tick((uint32_t)us, (uint32_t)(us >> 32));
    MUST(pending >= 0);
    ask_everything(round);
  }
}

static int32_t take_snapshot(const uint8_t *data, size_t size) {
  forge(state.bytes, state.length, data + 1, size - 1);
  if ((data[0] & 0xc0u) != 0xc0u) seal();
  int32_t result = fwc_engine_restore(state.length);
  if (result == FWC_OK) return result;
  MUST(result == FWC_ERR_VERSION || result == FWC_ERR_CRC || result == FWC_ERR_RANGE);
  MUST(fwc_engine_query(FWC_QUERY_COUNTERS, 0, 0) == FWC_ERR_STATE);
  MUST(fwc_engine_ingest(0) == FWC_ERR_STATE);
  return result;
}

/* Unsound, a section is emptied; the core stays ready. */
static int32_t take_section(const uint8_t *data, size_t size) {
  uint32_t fields[3];
  if (fwc_engine_section_export(data[1]) < 0) return FWC_ERR_UNSUPPORTED;
  memcpy(fields, out.bytes, sizeof fields);
  if (fields[1] == 0) return FWC_ERR_UNSUPPORTED;
  uint8_t *section = fwc_engine_memory() + fields[FWC_SECTION_PTR_AT / 4];
  MUST(section >= state.bytes && section + fields[1] <= state.bytes + state.length);
  forge(section, fields[1], data + 2, size - 2);
  int32_t result = fwc_engine_section_import(data[1]);
  MUST(result == FWC_OK || result == FWC_ERR_RANGE);
  return FWC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (table[1] == 0) make_table();
  if (size < 2) return 0;
  begin_with(data[0] % STATES);
  int32_t result = data[0] & 0x20u ? take_section(data, size) : take_snapshot(data, size);
  if (result == FWC_OK) {
    accepted++;
    use(data, size);
    MUST(fwc_engine_snapshot() == (int32_t)state.length);
    MUST(fwc_engine_restore(state.length) == FWC_OK);
  }
  count_input();
  return 0;
}
