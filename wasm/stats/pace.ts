/**
 * How evenly each conversation's initiator sends: RFC 3550 interarrival jitter (section 6.4.1 and
 * appendix A.8), with the sender taken to send at even intervals, as cyclic polling does. So the
 * difference of transit times is the difference of two gaps.
 *
 * Error: none against the RFC's integer recurrence J += |D| - (J + 8) / 16, kept times 16; differences
 * above 2^27 microseconds count as so long.
 *
 * It also knows in which pane each direction's last packet was, so that what all packets of a
 * conversation have in common is entered into the sketches once.
 */
import { PACE_BYTES, PACE_GAP, PACE_JITTER } from "../abi/stats";
import { PACKET_DIRECTION, PACKET_FLOW, PACKET_FLOW_NEW, PACKET_TS } from "../decode/packet-layout";
import { PACKET, STATS } from "../layout";
import { EDGES_MAX, IS_NANO } from "../profile";
import * as beacon from "./beacon";
import * as edgeTable from "./edge-table";
import { PACE_AT, PACE_BYTES as REGION_BYTES } from "./layout";
import { number } from "./panes";

const BASE: usize = STATS + PACE_AT;
/** Low half of the last packet's time. */
const LAST: usize = 8;
/** Of each direction's last packet the pane, inverted: none is the empty record's zero. */
const SEEN: usize = 12;
/** Gateway: the interaction (edges.ts), plus one. */
const EDGE: usize = 20;
/** A packet so long after the one before is a contact of its own (beacon.ts). */
const CONTACT_GAP_US: u32 = 1_000_000;
const DIFFERENCE_MAX: u32 = 1 << 27;

/** @returns whether it is the first of its conversation and direction in the pane that runs */
export function packet(): bool {
  const one = BASE + load<u32>(PACKET, PACKET_FLOW) * PACE_BYTES;
  const direction = <u32>load<u8>(PACKET, PACKET_DIRECTION);
  const now = load<u32>(PACKET, PACKET_TS);
  if (load<u8>(PACKET, PACKET_FLOW_NEW)) {
    memory.fill(one, 0, PACE_BYTES);
    store<u32>(one, now, LAST);
  }
  if (direction == 0) {
    const gap = now - load<u32>(one, LAST);
    const before = load<u32>(one, PACE_GAP);
    store<u32>(one, now, LAST);
    store<u32>(one, gap, PACE_GAP);
    if (!IS_NANO && gap >= CONTACT_GAP_US) touch(load<u32>(one, EDGE));
    if (before) {
      const jitter = load<u32>(one, PACE_JITTER);
      const difference = min(<u32>abs<i32>(gap - before), DIFFERENCE_MAX);
      store<u32>(one, jitter + difference - ((jitter + 8) >> 4), PACE_JITTER);
    }
  }
  const seen = one + (direction << 2);
  const pane = ~number();
  if (load<u32>(seen, SEEN) == pane) return false;
  store<u32>(seen, pane, SEEN);
  return true;
}

/** The conversation at hand, which has just begun, is part of this interaction: its place plus one, or 0. */
export function setEdge(edge: u32): void {
  store<u32>(BASE + load<u32>(PACKET, PACKET_FLOW) * PACE_BYTES, edge, EDGE);
  touch(edge);
}

/** The panes' numbers come again. */
export function restart(): void {
  if (IS_NANO) {
    memory.fill(BASE, 0, REGION_BYTES);
    return;
  }
  for (let one = BASE; one < BASE + REGION_BYTES; one += PACE_BYTES) memory.fill(one + SEEN, 0, 8);
}

/** A restored interaction must be one that there can be. */
export function check(): bool {
  for (let one = BASE; one < BASE + REGION_BYTES; one += PACE_BYTES) {
    if (load<u32>(one, EDGE) > EDGES_MAX) return false;
  }
  return true;
}

function touch(edge: u32): void {
  if (edge) beacon.contact(edgeTable.recordAt(edge));
}
