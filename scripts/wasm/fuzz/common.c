#include "common.h"

#include "trace.h"

struct region io, out, state;
uint8_t *states[STATES];
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
