/*
 * The core on a bare Cortex-M: replays the trace that is built in (trace.h, made of call scripts by
 * scripts/wasm/trace.ts), prints every answer in hex as test/wasm/replay.mjs does in Node, and says
 * what it took. `npm run firmware` compares the two to the byte.
 */
#include <string.h>

#include "../fieldwarden_core.h"
#include "board.h"
#include "trace.h"

static uint8_t answer[512];
static int32_t instructions, records;

static void print_number(int32_t number) {
  char digits[12];
  uint32_t left = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
  char *at = digits + sizeof digits - 1;
  *at = 0;
  do {
    *--at = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (number < 0) *--at = '-';
  board_print(at);
}

/* One line: the result, and for calls that answer with bytes, those. */
static void print_answer(int32_t result, int32_t bytes) {
  char pair[3] = {0};
  print_number(result);
  if (bytes >= 0) board_print(" ");
  for (int32_t i = 0; i < bytes; i++) {
    pair[0] = "0123456789abcdef"[answer[i] >> 4];
    pair[1] = "0123456789abcdef"[answer[i] & 15];
    board_print(pair);
  }
  board_print("\n");
}

static void print_figure(const char *name, int32_t value) {
  board_print("# ");
  board_print(name);
  board_print(" ");
  print_number(value);
  board_print("\n");
}

static uint32_t take_u32(const uint8_t **at) {
  uint32_t value;
  memcpy(&value, *at, sizeof value);
  *at += sizeof value;
  return value;
}

/* Only whole batches are timed: the copy of the batch into the core is in it. */
static int32_t timed_ingest(const uint8_t *batch, uint32_t bytes) {
  uint32_t from = board_now();
  int32_t taken = fwc_ingest(batch, bytes);
  instructions += (int32_t)board_instructions_since(from);
  if (taken > 0) records += taken;
  return taken;
}

static void replay(const uint8_t *at) {
  for (;;) {
    uint32_t call = take_u32(&at);
    uint32_t a = call == TRACE_END ? 0 : take_u32(&at);
    switch (call) {
      case TRACE_INIT:
        print_answer(fwc_init(at, a), -1);
        at += (a + 3u) & ~3u;
        break;
      case TRACE_INGEST:
        print_answer(timed_ingest(at, a), -1);
        at += (a + 3u) & ~3u;
        break;
      case TRACE_TICK: {
        uint64_t high = take_u32(&at);
        print_answer(fwc_tick(high << 32 | a), -1);
        break;
      }
      case TRACE_QUERY: {
        uint32_t b = take_u32(&at), c = take_u32(&at);
        int32_t bytes = fwc_query(a, b, c, answer, sizeof answer);
        print_answer(bytes, bytes < 0 ? 0 : bytes);
        break;
      }
      case TRACE_EVENTS: {
        uint32_t room = sizeof answer / FWC_EVENT_BYTES;
        int32_t taken = fwc_events(answer, a < room ? a : room);
        print_answer(taken, taken < 0 ? 0 : taken * (int32_t)FWC_EVENT_BYTES);
        break;
      }
      default:
        return;
    }
  }
}

/* A snapshot must go on in a fresh core as in this one. Returns its bytes, or -1. */
static int32_t snapshot_round_trip(void) {
  const uint8_t *bytes;
  int32_t length = fwc_snapshot(&bytes);
  if (length < 0) return -1;
  memcpy(board_flash, bytes, (uint32_t)length);
  if (fwc_init(0, 0) != FWC_OK || fwc_restore(board_flash, (uint32_t)length) != FWC_OK) return -1;
  int32_t again = fwc_snapshot(&bytes);
  /* The sequence number has grown by one, and the checksum with it. */
  const uint32_t from = FWC_SNAPSHOT_HEADER_BYTES;
  if (again != length) return -1;
  for (uint32_t i = from; i < (uint32_t)length; i++) {
    if (board_flash[i] != bytes[i]) return -1;
  }
  return length;
}

int main(void) {
  for (uint32_t i = 0; i < TRACE_COUNT; i++) {
    instructions = records = 0;
    board_print("= ");
    board_print(traces[i].name);
    board_print("\n");
    replay(traces[i].bytes);
    print_figure("instructions", instructions);
    print_figure("records", records);
  }
  print_figure("snapshot_bytes", snapshot_round_trip());
  print_figure("stack_bytes", (int32_t)board_stack_used());
  return 0;
}
