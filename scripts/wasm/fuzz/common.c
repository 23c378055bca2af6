#include "common.h"

#include "trace.h"
#include "written.h"

struct region io, out, state;
unsigned char written[BLOCKS];
static uint8_t *states[STATES];
/* Blocks in which two states are not the same. */
static uint8_t differ[STATES][STATES][BLOCKS];
uint64_t packets, inputs, accepted;
static uint64_t packets_max, inputs_max;

static struct region region_of(int32_t at, int32_t length) {
  MUST(at >= 1024 && length > 0 && (uint32_t)at + (uint32_t)length <= fwc_engine_memory_bytes());
  return (struct region){fwc_engine_memory() + at, (uint32_t)length};
}

static void keep(uint32_t i) {
  states[i] = malloc(state.length);
  MUST(states[i] != 0 && fwc_engine_snapshot() == (int32_t)state.length);
  memcpy(states[i], state.bytes, state.length);
}

/* The whole trace, in STATES - 1 parts. */
static void warm_up(const uint8_t *at) {
  uint32_t batches = 0, call, bytes;
  keep(0);
  for (;;) {
    memcpy(&call, at, 4);
    memcpy(&bytes, at + 4, 4);
    if (call != TRACE_INIT && call != TRACE_INGEST) break;
    memcpy(io.bytes, at + 8, bytes);
    if (call == TRACE_INIT) MUST(fwc_engine_init(bytes) == FWC_OK);
    else MUST(fwc_engine_ingest(bytes) > 0);
    at += 8 + ((bytes + 3u) & ~3u);
    batches++;
    if (batches == 2) keep(1);
    if (batches == 20) keep(2);
  }
  keep(3);
  MUST(states[2] != 0);
}

/* A block's part of the state: bytes from *from on. */
static uint32_t part_of(uint32_t block, uint32_t *from) {
  uint32_t begin = (uint32_t)(state.bytes - fwc_engine_memory());
  uint32_t low = block << BLOCK_SHIFT, high = low + (1u << BLOCK_SHIFT);
  if (low < begin) low = begin;
  if (high > begin + state.length) high = begin + state.length;
  *from = low - begin;
  return high > low ? high - low : 0;
}

static void compare_states(void) {
  for (uint32_t block = 0; block < BLOCKS; block++) {
    uint32_t from, bytes = part_of(block, &from);
    for (uint32_t i = 0; i < STATES * STATES && bytes > 0; i++) {
      int same = memcmp(states[i / STATES] + from, states[i % STATES] + from, bytes) == 0;
      differ[i / STATES][i % STATES][block] = !same;
    }
  }
}

void begin_with(uint32_t which) {
  static uint32_t last;
  for (uint32_t block = 0; block < BLOCKS; block++) {
    if (!written[block] && !differ[last][which][block]) continue;
    uint32_t from, bytes = part_of(block, &from);
    written[block] = 0;
    if (bytes > 0) memcpy(state.bytes + from, states[which] + from, bytes);
  }
  last = which;
}

void note_written(const uint8_t *bytes, uint32_t length) {
  uint32_t at = (uint32_t)(bytes - fwc_engine_memory());
  for (uint32_t i = at; i < at + length; i++) written[i >> BLOCK_SHIFT] = 1;
}

static uint64_t limit(const char *name) {
  const char *text = getenv(name);
  return text == 0 ? UINT64_MAX : strtoull(text, 0, 10);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  packets_max = limit("FUZZ_PACKETS");
  inputs_max = limit("FUZZ_RUNS");
  MUST(fwc_engine_start() == FWC_OK);
  MUST((uint32_t)fwc_engine_selftest() == FWC_SELFTEST_DIGEST);
  io = region_of(fwc_engine_io_ptr(), fwc_engine_io_cap());
  out = region_of(fwc_engine_out_ptr(), fwc_engine_out_cap());
  state = region_of(fwc_engine_state_ptr(), fwc_engine_state_len());
  MUST(fwc_engine_init(0) == FWC_OK);
  warm_up(traces[0].bytes);
  compare_states();
  memset(written, 1, sizeof written);
  return 0;
}

static void report(void) {
  printf("{\"packets\":%llu,\"inputs\":%llu,\"accepted\":%llu}\n", (unsigned long long)packets,
         (unsigned long long)inputs, (unsigned long long)accepted);
  fflush(stdout);
}

void count_input(void) {
  if (inputs++ == 0) atexit(report);
  if (inputs < inputs_max && packets < packets_max) return;
  report();
  _Exit(0);
}

int32_t ingest(uint32_t bytes) {
  int32_t taken = fwc_engine_ingest(bytes);
  MUST(taken >= 0 || taken == FWC_ERR_TRUNCATED);
  uint32_t fields[2];
  memcpy(fields, out.bytes, sizeof fields);
  MUST(fields[1] <= bytes && (taken < 0 || fields[0] == (uint32_t)taken));
  packets += fields[0];
  return taken;
}

void ask_everything(uint32_t variant) {
  for (uint32_t what = 0; what < 256; what++) {
    int32_t bytes = fwc_engine_query(what, variant & 0xffu, variant >> 8 & 0xffu);
    MUST(bytes != FWC_ERR_TRAP && bytes <= (int32_t)out.length);
    int32_t section = fwc_engine_section_export(what);
    MUST(section == (int32_t)FWC_SECTION_EXPORT_BYTES || section == FWC_ERR_UNSUPPORTED);
  }
  int32_t taken = fwc_engine_events(variant & 0xfu);
  MUST(taken >= 0 && (uint32_t)taken * FWC_EVENT_BYTES <= out.length);
}
