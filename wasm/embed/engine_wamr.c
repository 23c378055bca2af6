/*
 * The core on WAMR (github.com/bytecodealliance/wasm-micro-runtime, 2.x), interpreter or AOT. Written after
 * wasm_export.h; it has not been compiled in this project, for WAMR is in neither Debian nor npm. Give
 * the module by `xxd -i core-nano.wasm`: core_nano_wasm, core_nano_wasm_len (WAMR writes to its copy, so
 * it must lie in RAM). Build WAMR with WAMR_BUILD_SHRUNK_MEMORY=1, or it allocates the whole 64 KiB page.
 */
#include <stddef.h>
#include <string.h>

#include "engine.h"
#include "wasm_export.h"

#define STACK_BYTES 4096u
/* What WAMR may allocate in all: its own structures, the module, and the linear memory. */
#define POOL_BYTES (64u * 1024u + FWC_NANO_MEM_BYTES)

extern unsigned char core_nano_wasm[];
extern const unsigned int core_nano_wasm_len;

static uint8_t pool[POOL_BYTES] __attribute__((aligned(8)));
static wasm_module_t module;
static wasm_module_inst_t instance;
static wasm_exec_env_t environment;

static int32_t load(void) {
  char error[64];
  RuntimeInitArgs arguments;
  memset(&arguments, 0, sizeof arguments);
  arguments.mem_alloc_type = Alloc_With_Pool;
  arguments.mem_alloc_option.pool.heap_buf = pool;
  arguments.mem_alloc_option.pool.heap_size = sizeof pool;
  if (!wasm_runtime_full_init(&arguments)) return FWC_ERR_TRAP;
  module = wasm_runtime_load(core_nano_wasm, core_nano_wasm_len, error, sizeof error);
  return module == NULL ? FWC_ERR_TRAP : FWC_OK;
}

int32_t fwc_engine_start(void) {
  char error[64];
  if (module == NULL && load() != FWC_OK) return FWC_ERR_TRAP;
  if (environment != NULL) wasm_runtime_destroy_exec_env(environment);
  if (instance != NULL) wasm_runtime_deinstantiate(instance);
  environment = NULL;
  instance = wasm_runtime_instantiate(module, STACK_BYTES, 0, error, sizeof error);
  if (instance == NULL) return FWC_ERR_TRAP;
  environment = wasm_runtime_create_exec_env(instance, STACK_BYTES);
  return environment == NULL ? FWC_ERR_TRAP : FWC_OK;
}

uint8_t *fwc_engine_memory(void) { return wasm_runtime_addr_app_to_native(instance, 0); }

uint32_t fwc_engine_memory_bytes(void) {
  uint64_t begin, end;
  return wasm_runtime_get_app_addr_range(instance, 0, &begin, &end) ? (uint32_t)end : 0;
}

static int32_t call(const char *name, uint32_t count, const uint32_t *arguments) {
  /* The result comes back in the first cell. */
  uint32_t cells[3] = {0};
  for (uint32_t i = 0; i < count; i++) cells[i] = arguments[i];
  wasm_function_inst_t function = wasm_runtime_lookup_function(instance, name);
  if (function == NULL || !wasm_runtime_call_wasm(environment, function, count, cells)) {
    wasm_runtime_clear_exception(instance);
    return FWC_ERR_TRAP;
  }
  return (int32_t)cells[0];
}

#include "engine_calls.h"
