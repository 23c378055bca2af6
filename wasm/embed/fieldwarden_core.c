/*
 * The calls of fieldwarden_core.h on any engine. The sandbox guards the host from the core, not the
 * core from its host: every length is checked here before a byte is copied.
 */
#include "fieldwarden_core.h"

#include <string.h>

#include "engine.h"

struct window {
  uint8_t *bytes;
  uint32_t length;
};

/* FWC_OK once initialised; else what every call answers. */
static int32_t status = FWC_ERR_STATE;
static struct window io, out, state;
/* Bytes of the batch that wait at the start of io. */
static uint32_t gathered;

/* A trap ends all trust in the instance. */
static int32_t seen(int32_t result) {
  if (result == FWC_ERR_TRAP) status = FWC_ERR_TRAP;
  return result;
}

/* A region of the core's memory, if it lies in there. */
static int32_t find(struct window *window, int32_t at, int32_t length) {
  uint32_t memory_bytes = fwc_engine_memory_bytes();
  if (at < 0 || length < 0 || (uint32_t)length > memory_bytes ||
      (uint32_t)at > memory_bytes - (uint32_t)length) {
    return FWC_ERR_RANGE;
  }
  window->bytes = fwc_engine_memory() + at;
  window->length = (uint32_t)length;
  return FWC_OK;
}

/* A new instance that speaks our ABI and computes rightly. */
static int32_t start(void) {
  int32_t error = fwc_engine_start();
  gathered = 0;
  status = FWC_ERR_STATE;
  if (error != FWC_OK) return error;
  if ((uint32_t)fwc_engine_abi_version() >> 16 != FWC_ABI_MAJOR) return FWC_ERR_VERSION;
  if ((uint32_t)fwc_engine_selftest() != FWC_SELFTEST_DIGEST) return FWC_ERR_SELFTEST;
  error = find(&io, fwc_engine_io_ptr(), fwc_engine_io_cap());
  if (error == FWC_OK) error = find(&out, fwc_engine_out_ptr(), fwc_engine_out_cap());
  if (error == FWC_OK) error = find(&state, fwc_engine_state_ptr(), fwc_engine_state_len());
  return error;
}

int32_t fwc_init(const void *config, uint32_t bytes) {
  int32_t error = start();
  if (error != FWC_OK) return error;
  if (bytes > io.length) return FWC_ERR_CAP;
  if (bytes > 0) memcpy(io.bytes, config, bytes);
  error = fwc_engine_init(bytes);
  if (error == FWC_OK) status = FWC_OK;
  return seen(error);
}

int32_t fwc_flush(void) {
  uint32_t bytes = gathered;
  if (status != FWC_OK || bytes == 0) return status;
  gathered = 0;
  int32_t taken = seen(fwc_engine_ingest(bytes));
  return taken < 0 ? taken : FWC_OK;
}

/* Room for a record of `length` bytes, padding included; its header is written, the rest is zero-padded. */
static uint8_t *record(uint64_t us, uint32_t caplen, uint32_t wirelen, uint32_t iface,
                       uint32_t flags) {
  uint32_t length = (FWC_RECORD_HEADER_BYTES + caplen + 3u) & ~3u;
  if (length > io.length - gathered && fwc_flush() != FWC_OK) return 0;
  uint8_t *at = io.bytes + gathered;
  uint16_t fields[4] = {(uint16_t)caplen, (uint16_t)wirelen, (uint16_t)iface, (uint16_t)flags};
  memcpy(at + FWC_RECORD_TS_LO, &us, sizeof us);
  memcpy(at + FWC_RECORD_CAPLEN, fields, sizeof fields);
  gathered += length;
  return at + FWC_RECORD_HEADER_BYTES;
}

int32_t fwc_push(uint64_t us, const void *frame, uint32_t captured, uint32_t wire, uint32_t iface,
                 uint32_t link) {
  if (status != FWC_OK) return status;
  if (link > FWC_RECORD_LINK_MASK || iface > 0xffffu) return FWC_ERR_ARG;
  uint32_t room = (io.length - FWC_RECORD_HEADER_BYTES) & ~3u;
  if (wire < captured) wire = captured;
  if (wire > 0xffffu) wire = 0xffffu;
  if (captured > wire) captured = wire;
  if (captured > room) captured = room;
  uint32_t flags = FWC_RECORD_PACKET | link << FWC_RECORD_LINK_SHIFT;
  uint8_t *to = record(us, captured, wire, iface, flags);
  if (to == 0) return status;
  if (captured > 0) memcpy(to, frame, captured);
  return FWC_OK;
}

int32_t fwc_sample(uint64_t us, uint32_t series, uint64_t amount) {
  if (status != FWC_OK) return status;
  if (series > 0xffffu) return FWC_ERR_ARG;
  uint8_t *to = record(us, FWC_SAMPLE_BYTES, 0, series, FWC_RECORD_SAMPLE);
  if (to == 0) return status;
  memcpy(to, &amount, sizeof amount);
  return FWC_OK;
}

int32_t fwc_ingest(const void *batch, uint32_t bytes) {
  int32_t error = fwc_flush();
  if (error != FWC_OK) return error;
  if (bytes > io.length) return FWC_ERR_CAP;
  if (bytes > 0) memcpy(io.bytes, batch, bytes);
  return seen(fwc_engine_ingest(bytes));
}

int32_t fwc_tick(uint64_t us) {
  int32_t error = fwc_flush();
  if (error != FWC_OK) return error;
  return seen(fwc_engine_tick((uint32_t)us, (uint32_t)(us >> 32)));
}

int32_t fwc_query(uint32_t what, uint32_t a, uint32_t b, void *into, uint32_t room) {
  int32_t error = fwc_flush();
  if (error != FWC_OK) return error;
  int32_t bytes = seen(fwc_engine_query(what, a, b));
  if (bytes < 0) return bytes;
  if ((uint32_t)bytes > room || (uint32_t)bytes > out.length) return FWC_ERR_CAP;
  memcpy(into, out.bytes, (uint32_t)bytes);
  return bytes;
}

int32_t fwc_events(void *into, uint32_t max) {
  int32_t error = fwc_flush();
  if (error != FWC_OK) return error;
  int32_t taken = seen(fwc_engine_events(max));
  if (taken < 0) return taken;
  if ((uint32_t)taken > max || (uint32_t)taken > out.length / FWC_EVENT_BYTES) return FWC_ERR_CAP;
  memcpy(into, out.bytes, (uint32_t)taken * FWC_EVENT_BYTES);
  return taken;
}

int32_t fwc_snapshot(const uint8_t **bytes) {
  int32_t error = fwc_flush();
  if (error != FWC_OK) return error;
  int32_t length = seen(fwc_engine_snapshot());
  if (length > 0 && (uint32_t)length > state.length) return FWC_ERR_RANGE;
  *bytes = state.bytes;
  return length;
}

int32_t fwc_restore(const void *bytes, uint32_t length) {
  int32_t error = start();
  if (error != FWC_OK) return error;
  if (length != state.length) return FWC_ERR_VERSION;
  memcpy(state.bytes, bytes, length);
  error = fwc_engine_restore(length);
  if (error == FWC_OK) status = FWC_OK;
  return seen(error);
}
