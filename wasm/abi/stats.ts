// The border's numbers for statistics: query and section ids 16 to 127, event kinds 16 to 127.

export const SECTION_SERIES: u32 = 16;
export const SECTION_TRAFFIC: u32 = 17;
export const SECTION_PANES: u32 = 18;
export const SECTION_PACE: u32 = 19;
export const SECTION_LEVELS: u32 = 20;
export const SECTION_SEASON: u32 = 21;
export const SECTION_EDGES: u32 = 22;
export const SECTION_TAIL: u32 = 23;
export const SECTION_FOREST: u32 = 24;

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

// --- query(QUERY_TRAFFIC, 0, 0): the window's packets. A nano's result ends at TRAFFIC_NANO_BYTES.
export const QUERY_TRAFFIC: u32 = 17;
/** Octets of a packet on the wire. */
export const TRAFFIC_SIZES: u32 = 0;
export const TRAFFIC_SIZE_P50: u32 = 4;
export const TRAFFIC_SIZE_P90: u32 = 8;
export const TRAFFIC_SIZE_P99: u32 = 12;
/** Microseconds between a packet and the one before. */
export const TRAFFIC_GAPS: u32 = 16;
export const TRAFFIC_GAP_P50: u32 = 20;
export const TRAFFIC_GAP_P90: u32 = 24;
export const TRAFFIC_GAP_P99: u32 = 28;
/** f64 each: how many different ones there were. */
export const TRAFFIC_SOURCES: u32 = 32;
export const TRAFFIC_DESTINATIONS: u32 = 40;
/** Ports that conversations were opened to. */
export const TRAFFIC_PORTS: u32 = 48;
/** Shannon entropy in bits, times 65,536, of what the packets' ports and destinations are. */
export const TRAFFIC_PORT_ENTROPY: u32 = 56;
export const TRAFFIC_DESTINATION_ENTROPY: u32 = 60;
export const TRAFFIC_NANO_BYTES: u32 = 64;
export const TRAFFIC_SOURCE_ENTROPY: u32 = 64;
export const TRAFFIC_SIZE_MAX: u32 = 68;
export const TRAFFIC_GAP_MAX: u32 = 72;
/** u64 sums and f64 population variances. */
export const TRAFFIC_SIZE_SUM: u32 = 80;
export const TRAFFIC_SIZE_VARIANCE: u32 = 88;
export const TRAFFIC_GAP_SUM: u32 = 96;
export const TRAFFIC_GAP_VARIANCE: u32 = 104;
export const TRAFFIC_BYTES: u32 = 112;

// --- query(QUERY_HEAVY, packets, hash): of the sources of most packets in the window the first behind
// that one, in descending order; so the first of all is behind (0xffffffff, 0xffffffff). No bytes: no more.
export const QUERY_HEAVY: u32 = 18;
/** Packets: never more than there were, and seldom fewer. */
export const HEAVY_PACKETS: u32 = 0;
/** Low half of the address's keyed hash. */
export const HEAVY_HASH: u32 = 4;
/** 16 bytes: an address as in a conversation, or a MAC in the first 6 and zeros. */
export const HEAVY_ADDRESS: u32 = 8;
export const HEAVY_BYTES: u32 = 24;

// --- Sections that are read as they lie (section_export tells where): tables of records.

// SECTION_PACE, by conversation plus one: how evenly its initiator sends.
/** Microseconds between its last two packets; 0 before there are two. */
export const PACE_GAP: u32 = 0;
/** RFC 3550 jitter of them, microseconds times 16. */
export const PACE_JITTER: u32 = 4;
export const PACE_BYTES: u32 = 24;

// SECTION_LEVELS, by series. Levels are log2(1 + amount of a second) times 65,536.
/** i32: where the series has been lately, and its mean absolute deviation from there. */
export const LEVEL_MEAN: u32 = 0;
export const LEVEL_DEVIATION: u32 = 4;
/** Seconds learned from, up to LEVEL_SECONDS; nothing is judged before. */
export const LEVEL_LEARNED: u32 = 8;
/** CUSUM upwards and downwards in sixteenths of a scale; above LEVEL_LIMIT the level has shifted. */
export const LEVEL_UP: u32 = 12;
export const LEVEL_DOWN: u32 = 16;
export const LEVEL_BYTES: u32 = 20;
export const LEVEL_SECONDS: u32 = 64;
export const LEVEL_LIMIT: i32 = 192;

// SECTION_SEASON: from SEASON_TABLE on the hours of a day (nano: 24 for each series from SERIES_FRAMES
// on) or of a week (gateway: 168 for each series from 0 on; in Unix time hour 0 is Thursday 0:00), for as
// many series as the section is long. Levels as above, of the hour's mean.
export const SEASON_TABLE: u32 = 136;
export const SEASON_MEAN: u32 = 0;
export const SEASON_DEVIATION: u32 = 4;
/** Days or weeks learned from, up to 8 or 4; nothing is judged before. */
export const SEASON_LEARNED: u32 = 8;
export const SEASON_BYTES: u32 = 12;

// SECTION_EDGES: who has spoken to whom. Interactions learned, and those first seen after learning.
export const EDGES_LEARNED: u32 = 0;
export const EDGES_NEW: u32 = 4;
/** Bits set in the Bloom filter: (this / its bits)^4 of the new interactions that it holds go unnoticed. */
export const EDGES_FILTER_SET: u32 = 12;

// SECTION_TAIL (gateway), by series, and TAIL_FOREST for what is unusual in all of them together.
export const TAIL_FOREST: u32 = 8;
/** Seconds learned from, and those above the threshold. */
export const TAIL_VALUES: u32 = 0;
export const TAIL_PEAKS: u32 = 4;
/** f64 each: the threshold, the limit, and the tail's shape (above 0 heavy, below 0 with an end). */
export const TAIL_THRESHOLD: u32 = 8;
export const TAIL_LIMIT: u32 = 16;
export const TAIL_SHAPE: u32 = 24;
export const TAIL_BYTES: u32 = 4144;

// --- query(QUERY_EDGES, from, least) (gateway): a page {u32 PAGE_NEXT, u32 PAGE_RECORDS, records} of the
// interactions from slot `from` on whose beacon score is `least` or more.
export const QUERY_EDGES: u32 = 19;
/** u32: seconds of the first and the last conversation, and conversations. */
export const EDGE_FIRST: u32 = 8;
export const EDGE_LAST: u32 = 12;
export const EDGE_CONVERSATIONS: u32 = 16;
/** u32: service port | IP protocol << 16. */
export const EDGE_SERVICE: u32 = 20;
/** 16 bytes each: who has the service's port, and the other. */
export const EDGE_SERVER: u32 = 24;
export const EDGE_CLIENT: u32 = 40;
/** Contacts: what begins a conversation, or comes a second or more after the last packet to the same end. */
export const EDGE_CONTACTS: u32 = 56;
/** How evenly the contacts come, 0 to 1000; 0 for fewer than 10. */
export const EDGE_BEACON: u32 = 60;
export const EDGE_SHOWN_BYTES: u32 = 64;
export const EDGE_RECORD_BYTES: u32 = 96;

// --- Configuration.
/** u32: the second until which new interactions are only learned, none told; without it, for ever. */
export const CONFIG_LEARN_UNTIL: u32 = 16;

// --- Events.
/** A series' level has shifted. Detail: 1 up, 0 down; value: the last second's; limit: the mean it left. */
export const EVENT_LEVEL_SHIFT: u32 = 16;
/** An hour unlike the same hour before. Subject: series; detail: hour; value: its level; limit: the usual one. */
export const EVENT_SEASON: u32 = 17;
/**
 * An interaction never seen before, at most one a second. Subject: conversation plus one; detail:
 * service port | IP protocol << 16; value: how many there were; limit: how many were learned.
 */
export const EVENT_NEW_EDGE: u32 = 18;
/**
 * A second so large that chance brings it once in 100,000 (gateway). Subject: series, or TAIL_FOREST: then the
 * value is how unusual the series are together. Limit: TAIL_LIMIT.
 */
export const EVENT_TAIL: u32 = 19;
