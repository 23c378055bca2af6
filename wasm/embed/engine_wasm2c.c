/* The core compiled ahead of time: core_functions.h is the module as C (scripts/wasm/to-c.ts). */
#include "core_functions.h"

#include "engine.h"

int32_t fwc_engine_start(void) {
  memset(memory, 0, sizeof memory);
  core_data();
  return FWC_OK;
}

uint8_t *fwc_engine_memory(void) { return memory; }

uint32_t fwc_engine_memory_bytes(void) { return sizeof memory; }

#define CONSTANT(name) \
  int32_t fwc_engine_##name(void) { return constant_##name; }

/* A trap leaves the core in the middle of something and comes back here. */
#define EXPORT(name, parameters, arguments)                           \
  int32_t fwc_engine_##name parameters {                              \
    if (setjmp(trap_to) != 0) return FWC_ERR_TRAP;                    \
    return (int32_t)export_##name arguments;                           \
  }

CONSTANT(abi_version)
CONSTANT(io_ptr)
CONSTANT(io_cap)
CONSTANT(out_ptr)
CONSTANT(out_cap)
CONSTANT(state_ptr)
CONSTANT(state_len)
EXPORT(selftest, (void), ())
EXPORT(init, (uint32_t config_bytes), (config_bytes))
EXPORT(ingest, (uint32_t bytes), (bytes))
EXPORT(tick, (uint32_t us_low, uint32_t us_high), (us_low, us_high))
EXPORT(query, (uint32_t what, uint32_t a, uint32_t b), (what, a, b))
EXPORT(events, (uint32_t max), (max))
EXPORT(snapshot, (void), ())
EXPORT(restore, (uint32_t bytes), (bytes))
EXPORT(section_export, (uint32_t id), (id))
EXPORT(section_import, (uint32_t id), (id))
