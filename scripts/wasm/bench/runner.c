/*
 * Times a contestant on batches in a file (u32 length and bytes, again and again): for each line on stdin
 * one round, answered with the nanoseconds of processor time it took; at the end of input the counters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contestant.h"
#include "core_abi.h"

static uint8_t *read_all(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == 0 || fseek(file, 0, SEEK_END) != 0) exit(66);
  *length = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(*length);
  if (bytes == 0 || fread(bytes, 1, *length, file) != *length) exit(66);
  fclose(file);
  return bytes;
}

static long long round_of(const uint8_t *batches, size_t length) {
  struct timespec from, to;
  uint8_t *io = contestant_io();
  contestant_start();
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
  for (size_t at = 0; at < length;) {
    uint32_t bytes;
    memcpy(&bytes, batches + at, 4);
    memcpy(io, batches + at + 4, bytes);
    if (contestant_ingest(bytes) <= 0) exit(70);
    at += 4 + bytes;
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
  return (to.tv_sec - from.tv_sec) * 1000000000ll + (to.tv_nsec - from.tv_nsec);
}

int main(int argc, char **argv) {
  char line[16];
  size_t length;
  uint32_t counters[FWC_COUNTERS_MAX];
  if (argc != 2) return 64;
  uint8_t *batches = read_all(argv[1], &length);
  while (fgets(line, sizeof line, stdin) != 0) {
    printf("%lld\n", round_of(batches, length));
    fflush(stdout);
  }
  contestant_counters(counters);
  for (uint32_t i = 0; i < FWC_COUNTERS_MAX; i++) printf("%u ", counters[i]);
  return 0;
}
