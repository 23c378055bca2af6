/* The core as wasm2c's C: with its bounds checks, or by -DFWC_UNCHECKED without. */
#include "contestant.h"

#include <stdlib.h>
#include <string.h>

#include "engine.h"

static uint8_t *io, *out;

void contestant_start(void) {
  if (fwc_engine_start() != FWC_OK || fwc_engine_init(0) != FWC_OK) exit(70);
  io = fwc_engine_memory() + fwc_engine_io_ptr();
  out = fwc_engine_memory() + fwc_engine_out_ptr();
}

uint8_t *contestant_io(void) {
  if (io == 0) contestant_start();
  return io;
}

int32_t contestant_ingest(uint32_t bytes) { return fwc_engine_ingest(bytes); }

void contestant_counters(uint32_t *into) {
  if (fwc_engine_query(FWC_QUERY_COUNTERS, 0, 0) < 0) exit(70);
  memcpy(into, out, FWC_COUNTERS_MAX * sizeof *into);
}
