/**
 * Where everything lies, in the order it lies:
 *
 *     0..1023 never used | OUT | PACKET | STATE: header, directory, sections | IO | static tables
 *
 * Only STATE outlives a call, so a snapshot is one copy. The bytes of strangers (IO) lie above it: a
 * decoder that read on past its buffer would find tables and the memory's end, not the state. What is
 * named most often in the code lies lowest, since an address below 8,192 is a byte shorter to name.
 * One `memory.data` block holds it all: the compiler places it beside its own static data (a map by
 * hand at 0x400 would collide with that), and no byte of it is in the binary. State holds indices,
 * never addresses, so that a rebuilt core can take it over.
 */
import { COUNTERS_MAX, EVENT_BYTES, SECTION_ENTRY_BYTES, SNAPSHOT_HEADER_BYTES } from "./abi/core";
import { PACKET_BYTES } from "./decode/packet-layout";
import { FLOW_BYTES } from "./flow/layout";
import { EVENTS_MAX, IO_BYTES, OUT_BYTES } from "./profile";
import { STATS_BYTES } from "./stats/layout";

/** Sections there can be; the directory has room for each. */
export const SECTIONS_MAX: u32 = 28;

export const CONFIG_BYTES: u32 = 16;
export const CLOCK_BYTES: u32 = 16;
export const COUNTERS_BYTES: u32 = COUNTERS_MAX * 4;
export const EVENTS_BYTES: u32 = 8 + EVENTS_MAX * EVENT_BYTES;

const PACKET_AT: u32 = OUT_BYTES;
const STATE_AT: u32 = PACKET_AT + PACKET_BYTES;
const SECTIONS_AT: u32 = SNAPSHOT_HEADER_BYTES + SECTIONS_MAX * SECTION_ENTRY_BYTES;
const CLOCK_AT: u32 = SECTIONS_AT + CONFIG_BYTES;
const COUNTERS_AT: u32 = CLOCK_AT + CLOCK_BYTES;
const EVENTS_AT: u32 = COUNTERS_AT + COUNTERS_BYTES;
const STATS_AT: u32 = EVENTS_AT + EVENTS_BYTES;
const FLOW_AT: u32 = STATS_AT + STATS_BYTES;
export const STATE_BYTES: u32 = FLOW_AT + FLOW_BYTES;

const IO_AT: u32 = STATE_AT + STATE_BYTES;

export const OUT: usize = memory.data(<i32>(IO_AT + IO_BYTES), 16);
export const PACKET: usize = OUT + PACKET_AT;
export const STATE: usize = OUT + STATE_AT;
export const DIRECTORY: usize = STATE + SNAPSHOT_HEADER_BYTES;
export const SECTIONS: usize = STATE + SECTIONS_AT;
export const CONFIG: usize = SECTIONS;
export const CLOCK: usize = STATE + CLOCK_AT;
export const COUNTERS: usize = STATE + COUNTERS_AT;
export const EVENTS: usize = STATE + EVENTS_AT;
export const STATS: usize = STATE + STATS_AT;
export const FLOW: usize = STATE + FLOW_AT;
export const IO: usize = OUT + IO_AT;
