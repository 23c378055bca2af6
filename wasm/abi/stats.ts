// The border's numbers for statistics: query and section ids 16 to 127, event kinds 16 to 127.

export const SECTION_SERIES: u32 = 16;
export const SECTION_TRAFFIC: u32 = 17;

// --- Series ids. The host feeds the first four from the interface counters, every second.
export const SERIES_BYTES_IN: u32 = 0;
export const SERIES_BYTES_OUT: u32 = 1;
export const SERIES_PACKETS_IN: u32 = 2;
export const SERIES_PACKETS_OUT: u32 = 3;
/** Captured frames per second and their bytes on the wire: fed by the core itself. */
export const SERIES_FRAMES: u32 = 4;
export const SERIES_OCTETS: u32 = 5;
/** First series that no one has a use for: the host's own. */
export const SERIES_FREE: u32 = 7;

/** Most that one second of a series can hold; beyond it the amount is cut and counted. */
export const SERIES_AMOUNT_MAX: u32 = 0xfffffffe;

// --- query(QUERY_SERIES, series, 0): the sliding window of one series.
export const QUERY_SERIES: u32 = 16;
/** Seconds in the window that have a sample. */
export const SERIES_STATS_SECONDS: u32 = 0;
/** Seconds without one since the series began, the running second excepted. */
export const SERIES_STATS_MISSING: u32 = 4;
/** Runs of missing seconds. */
export const SERIES_STATS_GAPS: u32 = 8;
/** Samples cut at SERIES_AMOUNT_MAX since init. */
export const SERIES_STATS_SATURATED: u32 = 12;
/** u64. */
export const SERIES_STATS_SUM: u32 = 16;
/** f64, population variance of the seconds. */
export const SERIES_STATS_VARIANCE: u32 = 24;
/** f64. */
export const SERIES_STATS_BURST_THRESHOLD: u32 = 32;
export const SERIES_STATS_MAX: u32 = 40;
export const SERIES_STATS_P50: u32 = 44;
export const SERIES_STATS_P90: u32 = 48;
export const SERIES_STATS_P99: u32 = 52;
/** Runs of seconds above the threshold, and the longest of them. */
export const SERIES_STATS_BURSTS: u32 = 56;
export const SERIES_STATS_BURST_SECONDS_MAX: u32 = 60;
export const SERIES_STATS_BYTES: u32 = 64;
