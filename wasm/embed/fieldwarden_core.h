/*
 * Fieldwarden's core for firmware: traffic statistics in fixed memory. One static instance, no malloc,
 * no threads, no clock of its own: time is what records and ticks say.
 *
 *     fwc_init(config, bytes);                          once, and again after FWC_ERR_TRAP
 *     fwc_push(us, frame, captured, wire, iface, link); for each packet
 *     fwc_tick(us);                                     once a second
 *     fwc_query(FWC_QUERY_SERIES, FWC_SERIES_OCTETS, 0, stats, sizeof stats);
 *
 * Call from one task. Negative results are errors: FWC_ERR_ of core_abi.h, and the two below. Results
 * are little-endian structs whose offsets core_abi.h names; read them by memcpy.
 */
#ifndef FIELDWARDEN_CORE_H
#define FIELDWARDEN_CORE_H

#include <stdint.h>

#include "core_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The core trapped: a bug of ours, contained. It answers this until fwc_init(). */
#define FWC_ERR_TRAP (-64)
/* This build computes otherwise than WebAssembly says. Is it compiled with -ffp-contract=off? */
#define FWC_ERR_SELFTEST (-65)

/* Empties the core. `config`: items {u16 id, u16 bytes, value padded to 4}, see FWC_CONFIG_; may be
 * NULL with 0 bytes, but then hashes have no secret key and an outsider can aim collisions. */
int32_t fwc_init(const void *config, uint32_t bytes);

/* Takes a packet into the batch; a full batch goes in by itself. `us`: microseconds of the time base
 * that ticks use. `captured`: bytes at `frame`; what the batch buffer cannot hold is left out. `wire`:
 * its length on the wire. `link`: FWC_LINK_. */
int32_t fwc_push(uint64_t us, const void *frame, uint32_t captured, uint32_t wire, uint32_t iface,
                 uint32_t link);

/* Adds an amount to one second of a series, FWC_SERIES_. */
int32_t fwc_sample(uint64_t us, uint32_t series, uint64_t amount);

/* Hands in what was pushed. The calls below do it by themselves. */
int32_t fwc_flush(void);

/* A batch that the caller has put together, at most the core's buffer. Returns the records taken. */
int32_t fwc_ingest(const void *batch, uint32_t bytes);

/* Once a second, also when there is no traffic. Returns the events pending. */
int32_t fwc_tick(uint64_t us);

/* Copies the answer to `into`. Returns its bytes, or FWC_ERR_CAP when it has more than `room`. */
int32_t fwc_query(uint32_t what, uint32_t a, uint32_t b, void *into, uint32_t room);

/* Moves the oldest events, at most `max`, to `into`: FWC_EVENT_BYTES each. Returns how many. */
int32_t fwc_events(void *into, uint32_t max);

/* Seals the state and points at it: write these bytes to flash before the next call. */
int32_t fwc_snapshot(const uint8_t **bytes);

/* Takes a snapshot back, instead of fwc_init(). Refused (FWC_ERR_VERSION, _CRC, _RANGE), the core is as
 * it was before its first fwc_init(). */
int32_t fwc_restore(const void *bytes, uint32_t length);

#ifdef __cplusplus
}
#endif

#endif
