// The numbers of the border: errors, records, queries, the snapshot's header. The C header
// (embed/core_abi.h) and the host's constants (agent/traffic/abi.ts) are generated from this folder
// by scripts/wasm/generate.ts: one `export const NAME: type = integer;` a line, expressions of
// earlier names allowed. All fields are little endian; all offsets are in bytes.

/** A host refuses a core of another major; a minor only adds. */
export const ABI_MAJOR: u32 = 1;
export const ABI_MINOR: u32 = 0;

export const PROFILE_NANO: u32 = 0;
export const PROFILE_GATEWAY: u32 = 1;

/** features(): the low byte is the profile, the bits above say what is built in. */
export const FEATURE_PROFILE_MASK: u32 = 0xff;
export const FEATURE_SERIES: u32 = 1 << 8;

/** Linear memory that a host must give the nano core: 36 KiB, and no more is ever touched. */
export const NANO_MEM_BYTES: u32 = 36864;

/** What selftest() returns when the host computes as WebAssembly says (no FMA contraction). */
export const SELFTEST_DIGEST: u32 = 0xa9a026fc;

// --- Errors: every export that can fail returns a negative number of these.
export const OK: i32 = 0;
/** An argument is out of range. */
export const ERR_ARG: i32 = -1;
/** A record exceeds its batch; the records before it were taken (INGEST_* at out_ptr). */
export const ERR_TRUNCATED: i32 = -2;
/** init() or restore() has not succeeded yet. */
export const ERR_STATE: i32 = -3;
/** The snapshot is of another magic, ABI major, profile or layout. */
export const ERR_VERSION: i32 = -4;
/** The snapshot's CRC-32C is wrong. */
export const ERR_CRC: i32 = -5;
/** The snapshot's or the section's checksum is right but an index in it is not. */
export const ERR_RANGE: i32 = -6;
/** More bytes than the buffer holds. */
export const ERR_CAP: i32 = -7;
/** No such query, section or configuration item in this build. */
export const ERR_UNSUPPORTED: i32 = -8;
/** A time beyond TIME_S_MAX. */
export const ERR_CLOCK: i32 = -9;

// --- Records: ingest() takes a batch of them at io_ptr. Each is 16 bytes and `caplen` bytes more,
// padded to a multiple of 4.
export const RECORD_TS_LO: u32 = 0;
export const RECORD_TS_HI: u32 = 4;
export const RECORD_CAPLEN: u32 = 8;
export const RECORD_WIRELEN: u32 = 10;
/** Interface of a packet; series id of a sample. */
export const RECORD_IFACE: u32 = 12;
export const RECORD_FLAGS: u32 = 14;
export const RECORD_HEADER_BYTES: u32 = 16;

/** flags & RECORD_KIND_MASK: what the record is. Unknown kinds are skipped and counted. */
export const RECORD_KIND_MASK: u32 = 0x0f;
/** A captured packet; its bytes begin as flags >> RECORD_LINK_SHIFT says. */
export const RECORD_PACKET: u32 = 0;
/** An amount to add to a series' second: a u64, so caplen is 8. */
export const RECORD_SAMPLE: u32 = 1;
export const SAMPLE_BYTES: u32 = 8;

/** Last second since the time base's zero that the core takes (2106-02-07 for Unix time). */
export const TIME_S_MAX: u32 = 0xfffffffd;

/** What ingest() leaves at out_ptr, whether it succeeded or not. */
export const INGEST_RECORDS: u32 = 0;
export const INGEST_BYTES: u32 = 4;

// --- Configuration: init() takes items {u16 id, u16 bytes, value padded to a multiple of 4}.
export const CONFIG_ITEM_HEADER_BYTES: u32 = 4;
/** 8 secret bytes that key every hash, so that nobody outside can aim collisions. */
export const CONFIG_HASH_KEY: u32 = 1;
export const CONFIG_HASH_KEY_BYTES: u32 = 8;

// --- Queries. 1 to 15 the core, 16 to 127 statistics, 128 to 255 decoding and flows.
/** Counters since init: u32 by COUNTER_ index. They wrap. */
export const QUERY_COUNTERS: u32 = 1;
/** This build's sizes: the LIMITS_ struct. */
export const QUERY_LIMITS: u32 = 2;

export const LIMITS_WINDOW_S: u32 = 0;
export const LIMITS_SERIES: u32 = 4;
export const LIMITS_EVENTS: u32 = 8;
/** Quantiles are within 1 / 2^(bits + 1) of the value. */
export const LIMITS_QUANTILE_BITS: u32 = 12;
export const LIMITS_COUNTERS: u32 = 16;
/** Seconds a host may be silent before the seconds between are taken as missing, not as quiet. */
export const LIMITS_QUIET_S: u32 = 20;
export const LIMITS_BYTES: u32 = 24;

// --- Counters. 0 to 15 the core, 16 to 63 decoding (why a packet could not be read).
export const COUNTER_RECORDS: u32 = 0;
export const COUNTER_PACKETS: u32 = 1;
export const COUNTER_SAMPLES: u32 = 2;
/** Records of a second that has left the window. */
export const COUNTER_LATE: u32 = 3;
/** Records stamped beyond TIME_S_MAX. */
export const COUNTER_CLOCK: u32 = 4;
export const COUNTER_KIND_UNKNOWN: u32 = 5;
/** Samples of a series that this build lacks, or whose caplen is not 8. */
export const COUNTER_SAMPLE_BAD: u32 = 6;
export const COUNTER_CLOCK_RESTARTS: u32 = 7;
/** Events that a newer one pushed out before the host drained them. */
export const COUNTER_EVENTS_LOST: u32 = 8;
export const COUNTERS_MAX: u32 = 64;

// --- Events: events() drains them, oldest first, to out_ptr.
export const EVENT_SECOND: u32 = 0;
export const EVENT_KIND: u32 = 4;
/** Which instance of the part spoke: a series, a device, an edge. */
export const EVENT_SUBJECT: u32 = 8;
export const EVENT_DETAIL: u32 = 12;
/** f64: what was seen, and what it was held against. */
export const EVENT_VALUE: u32 = 16;
export const EVENT_LIMIT: u32 = 24;
export const EVENT_BYTES: u32 = 32;
/** The host's time went back by more than the window; the windows began anew. Detail: the old second. */
export const EVENT_CLOCK_RESTART: u32 = 1;

// --- Snapshot: [state_ptr, state_ptr + state_len) after snapshot(). The directory follows the header.
/** "FWC1". */
export const SNAPSHOT_MAGIC: u32 = 0x31435746;
export const SNAPSHOT_MAGIC_AT: u32 = 0;
export const SNAPSHOT_ABI_MAJOR_AT: u32 = 4;
export const SNAPSHOT_PROFILE_AT: u32 = 6;
/** CRC-32C of the directory. */
export const SNAPSHOT_LAYOUT_HASH_AT: u32 = 8;
/** CRC-32C of everything from SNAPSHOT_STATE_LEN_AT on. */
export const SNAPSHOT_CRC_AT: u32 = 12;
export const SNAPSHOT_STATE_LEN_AT: u32 = 16;
export const SNAPSHOT_SECTIONS_AT: u32 = 20;
/** u64, grows by one with each snapshot: of two valid slots in flash the higher one is newer. */
export const SNAPSHOT_SEQUENCE_AT: u32 = 24;
export const SNAPSHOT_HEADER_BYTES: u32 = 32;
/** One directory entry: the sections lie behind the directory in its order, without holes. */
export const SECTION_ID_AT: u32 = 0;
export const SECTION_VERSION_AT: u32 = 2;
export const SECTION_LEN_AT: u32 = 4;
export const SECTION_ENTRY_BYTES: u32 = 8;
/** What section_export() leaves at out_ptr: a directory entry and the section's address. */
export const SECTION_PTR_AT: u32 = 8;
export const SECTION_EXPORT_BYTES: u32 = 12;

// --- Sections. 1 to 15 the core, 16 to 127 statistics, 128 to 255 decoding and flows.
export const SECTION_CONFIG: u32 = 1;
export const SECTION_CLOCK: u32 = 2;
export const SECTION_COUNTERS: u32 = 3;
export const SECTION_EVENTS: u32 = 4;
