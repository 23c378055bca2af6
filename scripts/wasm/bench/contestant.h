/* What runner.c times. */
#ifndef CONTESTANT_H
#define CONTESTANT_H

#include <stdint.h>

/* An empty state. */
void contestant_start(void);

/* Where a batch is copied to, and how much fits. */
uint8_t *contestant_io(void);

/* Takes the batch of so many bytes. */
int32_t contestant_ingest(uint32_t bytes);

/* Totals by FWC_COUNTER_ index, to see that all have done the same. */
void contestant_counters(uint32_t *into);

#endif
