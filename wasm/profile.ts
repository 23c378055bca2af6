/** The two products' dimensions. `PROFILE` is set on asc's command line (asconfig.json). */
import { PROFILE_NANO } from "./abi/core";

export const IS_NANO: bool = PROFILE == PROFILE_NANO;

/** Length of every sliding window, in seconds. */
export const WINDOW_S: u32 = IS_NANO ? 60 : 300;

/**
 * A host ticks every second. Seconds that pass in one step of at most this many were watched and
 * quiet: zero. In a longer step nobody was watching: they are missing.
 */
export const QUIET_S_MAX: u32 = 5;

export const SERIES_MAX: u32 = IS_NANO ? 8 : 32;
export const EVENTS_MAX: u32 = IS_NANO ? 8 : 64;

/** 2^bits linear steps to each octave of a histogram. */
export const QUANTILE_BITS: u32 = IS_NANO ? 4 : 5;

/** One batch; also the longest record. A whole Ethernet frame (1,522 bytes) fits the nano's. */
export const IO_BYTES: u32 = IS_NANO ? 2048 : 65536;
/** Results. Large answers are paged by query arguments. */
export const OUT_BYTES: u32 = IS_NANO ? 512 : 4096;

/** Conversations held at a time; in the gateway, in sets of so many ways. */
export const CONVERSATIONS_MAX: u32 = IS_NANO ? 40 : 2048;
export const CONVERSATION_WAYS: u32 = 8;
/** Records that made room and wait for the host. A packet can evict two. The nano counts them only. */
export const CONVERSATIONS_EVICTED_MAX: u32 = IS_NANO ? 0 : 768;
export const COMMANDS_MAX: u32 = IS_NANO ? 0 : 1024;
export const COMMAND_WAYS: u32 = 8;
export const COMMANDS_EVICTED_MAX: u32 = IS_NANO ? 0 : 256;
/** Directions of TCP connections that wait for the rest of a message, and the bytes each may hold. */
export const STREAM_BUFFERS_MAX: u32 = IS_NANO ? 0 : 40;
export const STREAM_BYTES_MAX: u32 = 4096;
/** Messages that say what a device is, until the host collects them; and how many are known not to be new. */
export const EXCERPTS_BYTES_MAX: u32 = 32_768;
export const EXCERPTS_KNOWN_MAX: u32 = 2048;

/** What cannot be taken out again one by one (sketches) is kept for this many parts of the window. */
export const PANES: u32 = IS_NANO ? 2 : 6;
export const PANE_S: u32 = WINDOW_S / PANES;

/** Bits of the largest packet and of the longest gap in microseconds that a histogram tells apart. */
export const SIZE_BITS: u32 = IS_NANO ? 14 : 16;
export const GAP_BITS: u32 = IS_NANO ? 26 : 29;

export const DISTINCT_REGISTERS_LOG2: u32 = IS_NANO ? 10 : 12;
/** Of HEAVY_WAYS entries each. */
export const HEAVY_BUCKETS: u32 = IS_NANO ? 8 : 64;
/** Service ports, destinations; the gateway's also sources. */
export const ENTROPY_METRICS: u32 = IS_NANO ? 2 : 3;
export const ENTROPY_BUCKETS: u32 = IS_NANO ? 128 : 1024;

/** Hours of a day; of a week. */
export const SEASON_SLOTS: u32 = IS_NANO ? 24 : 168;
/** Series that have a season, from SEASON_FIRST on. */
export const SEASON_METRICS: u32 = IS_NANO ? 4 : 16;
export const SEASON_FIRST: u32 = IS_NANO ? 4 : 0;

/** Interactions kept exactly; of those that find no room, the filter keeps a fingerprint. */
export const EDGES_MAX: u32 = IS_NANO ? 0 : 4096;
export const BLOOM_BITS_LOG2: u32 = IS_NANO ? 15 : 17;

// The nano's code must stay within 8,192 bytes: what of the statistics it has room for.
export const HAS_BURSTS: bool = !IS_NANO;
export const HAS_DISTINCT: bool = true;
export const HAS_ENTROPY: bool = true;
export const HAS_HEAVY: bool = true;
export const HAS_LEVELS: bool = true;
export const HAS_SEASON: bool = !IS_NANO;
export const HAS_PACE: bool = true;
export const HAS_EDGES: bool = !IS_NANO;
