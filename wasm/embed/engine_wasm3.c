/*
 * The core on the wasm3 interpreter (github.com/wasm3/wasm3, 0.5): core-nano.wasm itself in flash, no
 * generated C. Written after wasm3.h; it has not been compiled in this project, for wasm3 is in neither
 * Debian nor npm. Give the module by `xxd -i core-nano.wasm`: core_nano_wasm, core_nano_wasm_len.
 *
 * wasm3 allocates (malloc): its code pages and 36 KiB of linear memory. For a small device build it
 * with -Dd_m3CodePageAlignSize=4096 -Dd_m3MaxFunctionStackHeight=256 -Dd_m3MaxFunctionSlots=512
 * -Dd_m3MaxConstantTableSize=40: about 66 KiB of heap in all, and 6 to 11 times wasm2c's instructions.
 */
#include <stddef.h>

#include "engine.h"
#include "m3_env.h" /* For memoryLimit, which wasm3.h does not show. */
#include "wasm3.h"

#define STACK_BYTES 2048u

extern const unsigned char core_nano_wasm[];
extern const unsigned int core_nano_wasm_len;

static IM3Environment environment;
static IM3Runtime runtime;

int32_t fwc_engine_start(void) {
  IM3Module module = NULL;
  if (runtime != NULL) m3_FreeRuntime(runtime);
  if (environment == NULL) environment = m3_NewEnvironment();
  if (environment == NULL) return FWC_ERR_TRAP;
  runtime = m3_NewRuntime(environment, STACK_BYTES, NULL);
  if (runtime == NULL) return FWC_ERR_TRAP;
  runtime->memoryLimit = FWC_NANO_MEM_BYTES;
  if (m3_ParseModule(environment, &module, core_nano_wasm, core_nano_wasm_len) != m3Err_none) {
    return FWC_ERR_TRAP;
  }
  if (m3_LoadModule(runtime, module) != m3Err_none) {
    m3_FreeModule(module);
    return FWC_ERR_TRAP;
  }
  return FWC_OK;
}

uint8_t *fwc_engine_memory(void) {
  uint32_t bytes;
  return m3_GetMemory(runtime, &bytes, 0);
}

uint32_t fwc_engine_memory_bytes(void) {
  uint32_t bytes = 0;
  (void)m3_GetMemory(runtime, &bytes, 0);
  return bytes;
}

static int32_t call(const char *name, uint32_t count, const uint32_t *arguments) {
  const void *pointers[3];
  IM3Function function;
  int32_t result = FWC_ERR_TRAP;
  const void *results[1] = {&result};
  for (uint32_t i = 0; i < count; i++) pointers[i] = &arguments[i];
  if (m3_FindFunction(&function, runtime, name) != m3Err_none ||
      m3_Call(function, count, pointers) != m3Err_none ||
      m3_GetResults(function, 1, results) != m3Err_none) {
    return FWC_ERR_TRAP;
  }
  return result;
}

#include "engine_calls.h"
