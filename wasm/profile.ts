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
