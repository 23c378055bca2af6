/** The statistics' regions, from STATS on. Each is a multiple of 8 bytes and a section of its own. */
import { IS_NANO, SERIES_MAX, SERIES_QUANTILE_BITS, WINDOW_S } from "../profile";

/** A window's seconds fit the count: 60 in a byte, 300 in two. */
export const SERIES_COUNT_BYTES: u32 = IS_NANO ? 1 : 2;
export const SERIES_BUCKETS: u32 = (33 - SERIES_QUANTILE_BITS) << SERIES_QUANTILE_BITS;
export const SERIES_SUMMARY_BYTES: u32 = 32;
export const SERIES_ONE_BYTES: u32 =
  SERIES_SUMMARY_BYTES + WINDOW_S * 4 + SERIES_BUCKETS * SERIES_COUNT_BYTES;
export const SERIES_BYTES: u32 = SERIES_MAX * SERIES_ONE_BYTES;
export const TRAFFIC_BYTES: u32 = 16;

export const SERIES_AT: u32 = 0;
export const TRAFFIC_AT: u32 = SERIES_AT + SERIES_BYTES;
export const STATS_BYTES: u32 = TRAFFIC_AT + TRAFFIC_BYTES;
