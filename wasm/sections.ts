/**
 * The state's sections, in the order they lie. A snapshot carries this table as its directory, so that a
 * later core can take over each section whose version and length it still has (section_import).
 * Whoever changes what a section's bytes mean raises its version.
 */
import {
  ERR_RANGE,
  ERR_UNSUPPORTED,
  OK,
  SECTION_CLOCK,
  SECTION_CONFIG,
  SECTION_COUNTERS,
  SECTION_ENTRY_BYTES,
  SECTION_EVENTS,
  SECTION_EXPORT_BYTES,
  SECTION_LEN_AT,
  SECTION_PTR_AT,
  SNAPSHOT_HEADER_BYTES,
} from "./abi/core";
import {
  SECTION_COMMANDS,
  SECTION_CONVERSATIONS,
  SECTION_EXCERPTS,
  SECTION_LAYERS,
  SECTION_STREAMS,
} from "./abi/decode";
import {
  SECTION_EDGES,
  SECTION_FOREST,
  SECTION_LEVELS,
  SECTION_PACE,
  SECTION_PANES,
  SECTION_SEASON,
  SECTION_SERIES,
  SECTION_TAIL,
  SECTION_TRAFFIC,
} from "./abi/stats";
import {
  COMMANDS_BYTES,
  CONVERSATIONS_BYTES,
  EXCERPTS_BYTES,
  LAYERS_BYTES,
  STREAMS_BYTES,
} from "./flow/layout";
import {
  CLOCK_BYTES,
  CONFIG_BYTES,
  COUNTERS_BYTES,
  EVENTS_BYTES,
  OUT,
  SECTIONS,
  SECTIONS_MAX,
  STATE_BYTES,
} from "./layout";
import { check } from "./parts";
import {
  EDGES_BYTES,
  FOREST_BYTES,
  LEVELS_BYTES,
  PACE_BYTES,
  PANES_BYTES,
  SEASON_BYTES,
  SERIES_BYTES,
  TAIL_REGION_BYTES,
  TRAFFIC_BYTES,
} from "./stats/layout";

/** id | version << 16, bytes */
// biome-ignore format: one section a line
const TABLE: usize = memory.data<u32>([
  SECTION_CONFIG | (1 << 16), CONFIG_BYTES,
  SECTION_CLOCK | (1 << 16), CLOCK_BYTES,
  SECTION_COUNTERS | (1 << 16), COUNTERS_BYTES,
  SECTION_EVENTS | (1 << 16), EVENTS_BYTES,
  SECTION_TRAFFIC | (1 << 16), TRAFFIC_BYTES,
  SECTION_LEVELS | (1 << 16), LEVELS_BYTES,
  SECTION_SEASON | (1 << 16), SEASON_BYTES,
  SECTION_PACE | (1 << 16), PACE_BYTES,
  SECTION_EDGES | (1 << 16), EDGES_BYTES,
  SECTION_TAIL | (1 << 16), TAIL_REGION_BYTES,
  SECTION_FOREST | (1 << 16), FOREST_BYTES,
  SECTION_PANES | (1 << 16), PANES_BYTES,
  SECTION_SERIES | (1 << 16), SERIES_BYTES,
  SECTION_LAYERS | (1 << 16), LAYERS_BYTES,
  SECTION_CONVERSATIONS | (2 << 16), CONVERSATIONS_BYTES,
  SECTION_COMMANDS | (2 << 16), COMMANDS_BYTES,
  SECTION_STREAMS | (1 << 16), STREAMS_BYTES,
  SECTION_EXCERPTS | (1 << 16), EXCERPTS_BYTES,
]);
export const SECTION_COUNT: u32 = 18;

const BYTES: u32 =
  CONFIG_BYTES +
  CLOCK_BYTES +
  COUNTERS_BYTES +
  EVENTS_BYTES +
  TRAFFIC_BYTES +
  LEVELS_BYTES +
  SEASON_BYTES +
  PACE_BYTES +
  EDGES_BYTES +
  TAIL_REGION_BYTES +
  FOREST_BYTES +
  PANES_BYTES +
  SERIES_BYTES +
  LAYERS_BYTES +
  CONVERSATIONS_BYTES +
  COMMANDS_BYTES +
  STREAMS_BYTES +
  EXCERPTS_BYTES;
if (SECTION_COUNT > SECTIONS_MAX) ERROR("layout.ts: SECTIONS_MAX is too small");
if (SNAPSHOT_HEADER_BYTES + SECTIONS_MAX * SECTION_ENTRY_BYTES + BYTES != STATE_BYTES) {
  ERROR("sections.ts: the sections are not the whole state");
}

export const DIRECTORY_BYTES: u32 = SECTION_COUNT * SECTION_ENTRY_BYTES;
export const DIRECTORY_TABLE: usize = TABLE;

/** Leaves the section's directory entry and address in OUT. */
export function exportSection(id: u32): i32 {
  const entry = entryOf(id);
  if (entry == 0) return ERR_UNSUPPORTED;
  store<u64>(OUT, load<u64>(entry));
  store<u32>(OUT, <u32>startOf(entry), SECTION_PTR_AT);
  return SECTION_EXPORT_BYTES;
}

/** Looks at what the host has written at the section's address; what is unsound is emptied. */
export function importSection(id: u32): i32 {
  const entry = entryOf(id);
  if (entry == 0) return ERR_UNSUPPORTED;
  if (check()) return OK;
  memory.fill(startOf(entry), 0, load<u32>(entry, SECTION_LEN_AT));
  return ERR_RANGE;
}

function entryOf(id: u32): usize {
  for (let i: u32 = 0; i < SECTION_COUNT; i++) {
    const entry = TABLE + i * SECTION_ENTRY_BYTES;
    if (load<u16>(entry) == id) return entry;
  }
  return 0;
}

function startOf(entry: usize): usize {
  let start: usize = SECTIONS;
  for (let at = TABLE; at < entry; at += SECTION_ENTRY_BYTES)
    start += load<u32>(at, SECTION_LEN_AT);
  return start;
}
