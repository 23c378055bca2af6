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

/** 2^bits linear steps to each octave of a series' histogram. */
export const SERIES_QUANTILE_BITS: u32 = IS_NANO ? 4 : 5;

/** One batch; also the longest record. A whole Ethernet frame (1,522 bytes) fits the nano's. */
export const IO_BYTES: u32 = IS_NANO ? 2048 : 65536;
/** Results. Large answers are paged by query arguments. */
export const OUT_BYTES: u32 = IS_NANO ? 512 : 4096;
