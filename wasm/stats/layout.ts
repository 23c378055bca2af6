/**
 * The statistics' regions, from STATS on. Each is a multiple of 8 bytes and a section of its own; the small
 * ones first (layout.ts says why).
 */
import {
  EDGE_RECORD_BYTES as EDGE_ONE_BYTES,
  LEVEL_BYTES,
  PACE_BYTES as PACE_ONE_BYTES,
  SEASON_BYTES as SEASON_ONE_BYTES,
  SEASON_TABLE,
  TAIL_BYTES,
} from "../abi/stats";
import {
  BLOOM_BITS_LOG2,
  CONVERSATIONS_MAX,
  DISTINCT_REGISTERS_LOG2,
  EDGES_MAX,
  ENTROPY_BUCKETS,
  ENTROPY_METRICS,
  GAP_BITS,
  HAS_EDGES,
  HAS_SEASON,
  HEAVY_BUCKETS,
  IS_NANO,
  PANES,
  QUANTILE_BITS,
  SEASON_METRICS,
  SEASON_SLOTS,
  SERIES_MAX,
  SIZE_BITS,
  WINDOW_S,
} from "../profile";

/** A window's seconds fit the count: 60 in a byte, 300 in two. */
export const SERIES_COUNT_BYTES: u32 = IS_NANO ? 1 : 2;
export const SERIES_BUCKETS: u32 = (33 - QUANTILE_BITS) << QUANTILE_BITS;
export const SERIES_SUMMARY_BYTES: u32 = 24;
export const SERIES_ONE_BYTES: u32 =
  SERIES_SUMMARY_BYTES + WINDOW_S * 4 + SERIES_BUCKETS * SERIES_COUNT_BYTES;
export const SERIES_BYTES: u32 = SERIES_MAX * SERIES_ONE_BYTES;
export const TRAFFIC_BYTES: u32 = 16;

// A pane: what is counted anew for each of the PANES parts of the window (panes.ts).
export const SPREAD_HEADER_BYTES: u32 = IS_NANO ? 4 : 24;
export const SIZE_BUCKETS: u32 = (SIZE_BITS + 1 - QUANTILE_BITS) << QUANTILE_BITS;
export const GAP_BUCKETS: u32 = (GAP_BITS + 1 - QUANTILE_BITS) << QUANTILE_BITS;
export const DISTINCT_ONE_BYTES: u32 = 1 << DISTINCT_REGISTERS_LOG2;
export const ENTROPY_ONE_BYTES: u32 = ENTROPY_BUCKETS * 4;
export const HEAVY_WAYS: u32 = 4;
export const HEAVY_ENTRY_BYTES: u32 = 24;

export const PANE_SIZES: u32 = 0;
export const PANE_GAPS: u32 = PANE_SIZES + SPREAD_HEADER_BYTES + SIZE_BUCKETS * 4;
export const PANE_DISTINCT: u32 = PANE_GAPS + SPREAD_HEADER_BYTES + GAP_BUCKETS * 4;
export const PANE_ENTROPY: u32 = PANE_DISTINCT + 3 * DISTINCT_ONE_BYTES;
export const PANE_HEAVY: u32 = PANE_ENTROPY + ENTROPY_METRICS * ENTROPY_ONE_BYTES;
export const PANE_BYTES: u32 = PANE_HEAVY + HEAVY_BUCKETS * HEAVY_WAYS * HEAVY_ENTRY_BYTES;

/** Before the panes: time of the last packet, and the state of heavy.ts's chance. */
export const PANES_HEADER_BYTES: u32 = 16;
export const PANES_BYTES: u32 = PANES_HEADER_BYTES + PANES * PANE_BYTES;

export const LEVELS_BYTES: u32 = (SERIES_MAX * LEVEL_BYTES + 7) & ~7;
export const SEASON_RUNNING_BYTES: u32 = SEASON_METRICS * 8;
export const SEASON_BYTES: u32 = HAS_SEASON
  ? SEASON_TABLE + SEASON_METRICS * SEASON_SLOTS * SEASON_ONE_BYTES
  : 0;
if (SEASON_TABLE < 8 + SEASON_RUNNING_BYTES) ERROR("abi/stats.ts: SEASON_TABLE is too small");
/** The first is nobody's. */
export const PACE_BYTES: u32 = (CONVERSATIONS_MAX + 1) * PACE_ONE_BYTES;
/** The header, the table, the filter of what the table had no room for. */
export const EDGES_BYTES: u32 = HAS_EDGES
  ? 16 + EDGES_MAX * EDGE_ONE_BYTES + (1 << (BLOOM_BITS_LOG2 - 3))
  : 0;
// Gateway only.
export const TAIL_METRICS: u32 = IS_NANO ? 0 : 9;
export const TAIL_KEPT: u32 = 512;
export const TAIL_REGION_BYTES: u32 = TAIL_METRICS * TAIL_BYTES;
export const FOREST_DIMENSIONS: u32 = 8;
export const FOREST_TREES: u32 = IS_NANO ? 0 : 25;
export const FOREST_DEPTH: u32 = 8;
/** Nodes are numbered from 1. */
export const FOREST_TREE_BYTES: u32 = (2 << FOREST_DEPTH) * 4;
export const FOREST_BYTES: u32 = IS_NANO ? 0 : 8 + FOREST_TREES * FOREST_TREE_BYTES;

export const TRAFFIC_AT: u32 = 0;
export const LEVELS_AT: u32 = TRAFFIC_AT + TRAFFIC_BYTES;
export const SEASON_AT: u32 = LEVELS_AT + LEVELS_BYTES;
export const PACE_AT: u32 = SEASON_AT + SEASON_BYTES;
export const EDGES_AT: u32 = PACE_AT + PACE_BYTES;
export const TAIL_AT: u32 = EDGES_AT + EDGES_BYTES;
export const FOREST_AT: u32 = TAIL_AT + TAIL_REGION_BYTES;
export const PANES_AT: u32 = FOREST_AT + FOREST_BYTES;
export const SERIES_AT: u32 = PANES_AT + PANES_BYTES;
export const STATS_BYTES: u32 = SERIES_AT + SERIES_BYTES;
