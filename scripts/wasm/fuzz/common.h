/* What both fuzz targets share: states to begin with, and counts that end the run. */
#ifndef FUZZ_COMMON_H
#define FUZZ_COMMON_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

#define STATES 4u

/* A fault of the core's. libFuzzer writes the input to a file and says where it is. */
#define MUST(condition)                                                    \
  do {                                                                     \
    if (!(condition)) {                                                    \
      fprintf(stderr, "fuzz: %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                             \
    }                                                                      \
  } while (0)

struct region {
  uint8_t *bytes;
  uint32_t length;
};
extern struct region io, out, state;

/* Puts the core into a state that it has come to by itself: empty, and after more and more of the trace. */
void begin_with(uint32_t which);

/* Says that the target has written into the state. */
void note_written(const uint8_t *bytes, uint32_t length);

/* Counted by the targets, printed when done. */
extern uint64_t packets, inputs, accepted;

/* Ends the process once FUZZ_PACKETS or FUZZ_RUNS is reached: libFuzzer itself cannot count packets. */
void count_input(void);

/* Every query with some arguments, events, sections, snapshot: none may trap or exceed its buffer. */
void ask_everything(uint32_t variant);

/* Hands in a batch that lies in io. Returns what the core said. */
int32_t ingest(uint32_t bytes);

#endif
