/**
 * How many different sources, destinations and service ports there were in the window: a sketch of each
 * for each pane. A conversation's are entered once a pane (pace.ts), which changes nothing: entering
 * twice is entering once.
 *
 * Error: that of hll.ts (nano) and ull.ts (gateway).
 */
import { TRAFFIC_SOURCES } from "../abi/stats";
import { PACKET_DST_HASH, PACKET_SRC_HASH } from "../decode/packet-layout";
import { OUT, PACKET } from "../layout";
import { IS_NANO } from "../profile";
import * as hll from "./hll";
import { DISTINCT_ONE_BYTES, PANE_DISTINCT } from "./layout";
import { FIRST } from "./panes";
import * as ull from "./ull";

export function packet(pane: usize, portHash: u32): void {
  const sources = pane + PANE_DISTINCT;
  const destinations = sources + DISTINCT_ONE_BYTES;
  const ports = destinations + DISTINCT_ONE_BYTES;
  if (IS_NANO) {
    hll.enter(sources, load<u32>(PACKET, PACKET_SRC_HASH));
    hll.enter(destinations, load<u32>(PACKET, PACKET_DST_HASH));
    if (portHash) hll.enter(ports, portHash);
  } else {
    ull.enter(sources, load<u64>(PACKET, PACKET_SRC_HASH));
    ull.enter(destinations, load<u64>(PACKET, PACKET_DST_HASH));
    if (portHash) ull.enter(ports, (<u64>portHash) << 32);
  }
}

/** Fills its part of the TRAFFIC_ struct in OUT. */
export function query(): void {
  let sketch = FIRST + PANE_DISTINCT;
  for (let to: usize = OUT + TRAFFIC_SOURCES; to < OUT + TRAFFIC_SOURCES + 24; to += 8) {
    store<f64>(to, IS_NANO ? hll.estimate(sketch) : ull.estimate(sketch));
    sketch += DISTINCT_ONE_BYTES;
  }
}
