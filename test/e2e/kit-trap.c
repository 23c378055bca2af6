/* Holds the kit to its word on traps and lengths; linked with the module of trapping.wat. Leaves with the
 * line that failed. */
#include <stdio.h>
#include <string.h>

#include "fieldwarden_core.h"

#define HOLDS(condition)                     \
  do {                                       \
    if (!(condition)) {                      \
      printf("line %d\n", __LINE__);         \
      return 1;                              \
    }                                        \
  } while (0)

static const uint32_t traps[][2] = {{1, 0}, {2, 4093}, {2, 0xfffffffcu}, {3, 0}, {3, 0xffffffffu},
                                    {4, 0}, {5, 0xffffffffu}};

int main(void) {
  uint8_t bytes[4096] = {0};
  const uint8_t *snapshot = 0;
  HOLDS(fwc_tick(0) == FWC_ERR_STATE);
  HOLDS(fwc_push(0, bytes, 60, 60, 0, 0) == FWC_ERR_STATE);
  HOLDS(fwc_init(bytes, 1025) == FWC_ERR_CAP);
  for (uint32_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
    HOLDS(fwc_init(0, 0) == FWC_OK);
    HOLDS(fwc_query(9, 0, 0, bytes, sizeof bytes) == 4 && memcmp(bytes, "GWC!", 4) == 0);
    HOLDS(fwc_query(traps[i][0], traps[i][1], 0, bytes, sizeof bytes) == FWC_ERR_TRAP);
    HOLDS(fwc_query(9, 0, 0, bytes, sizeof bytes) == FWC_ERR_TRAP);
    HOLDS(fwc_tick(0) == FWC_ERR_TRAP);
    HOLDS(fwc_push(0, bytes, 60, 60, 0, 0) == FWC_ERR_TRAP);
    HOLDS(fwc_snapshot(&snapshot) == FWC_ERR_TRAP);
  }
  HOLDS(fwc_init(0, 0) == FWC_OK);
  /* The last bytes of the memory are in bounds. */
  HOLDS(fwc_query(2, 4092, 0, bytes, sizeof bytes) == 0);
  HOLDS(fwc_query(9, 0, 0, bytes, 3) == FWC_ERR_CAP);
  HOLDS(fwc_ingest(bytes, 1025) == FWC_ERR_CAP);
  HOLDS(fwc_ingest(bytes, 1024) == 0);
  HOLDS(fwc_push(0, bytes, 4000, 4000, 0, 0) == FWC_OK);
  HOLDS(fwc_push(0, bytes, 60, 60, 0, 16) == FWC_ERR_ARG);
  HOLDS(fwc_push(0, bytes, 60, 60, 65536, 0) == FWC_ERR_ARG);
  HOLDS(fwc_sample(0, 65536, 1) == FWC_ERR_ARG);
  for (int i = 0; i < 1000; i++) HOLDS(fwc_push(0, bytes, (uint32_t)i, 0, 0, 0) == FWC_OK);
  HOLDS(fwc_snapshot(&snapshot) == 64 && snapshot != 0);
  HOLDS(fwc_restore(bytes, 63) == FWC_ERR_VERSION);
  HOLDS(fwc_tick(0) == FWC_ERR_STATE);
  HOLDS(fwc_restore(bytes, 64) == FWC_OK);
  HOLDS(fwc_tick(0) == 0);
  return 0;
}
