/*
 * What fieldwarden_core.c needs of a WebAssembly engine: the module's exports and its memory. Three
 * engines implement it; link one. Not for the application.
 */
#ifndef FIELDWARDEN_ENGINE_H
#define FIELDWARDEN_ENGINE_H

#include <stdint.h>

#include "fieldwarden_core.h"

/* A fresh instance, whatever became of the last one: zeroed memory, constants laid out. Returns FWC_OK
 * or an error. */
int32_t fwc_engine_start(void);

/* The linear memory's first byte and its length: fixed from start to start. */
uint8_t *fwc_engine_memory(void);
uint32_t fwc_engine_memory_bytes(void);

/* The exports of wasm/index.ts. A trap comes back as FWC_ERR_TRAP, which no export returns itself. */
int32_t fwc_engine_abi_version(void);
int32_t fwc_engine_io_ptr(void);
int32_t fwc_engine_io_cap(void);
int32_t fwc_engine_out_ptr(void);
int32_t fwc_engine_out_cap(void);
int32_t fwc_engine_state_ptr(void);
int32_t fwc_engine_state_len(void);
int32_t fwc_engine_selftest(void);
int32_t fwc_engine_init(uint32_t config_bytes);
int32_t fwc_engine_ingest(uint32_t bytes);
int32_t fwc_engine_tick(uint32_t us_low, uint32_t us_high);
int32_t fwc_engine_query(uint32_t what, uint32_t a, uint32_t b);
int32_t fwc_engine_events(uint32_t max);
int32_t fwc_engine_snapshot(void);
int32_t fwc_engine_restore(uint32_t bytes);
int32_t fwc_engine_section_export(uint32_t id);
int32_t fwc_engine_section_import(uint32_t id);

#endif
