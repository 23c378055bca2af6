/**
 * Frames and octets per second, from the packets themselves: they gather in the open second, and go
 * to SERIES_FRAMES and SERIES_OCTETS when it closes. So a packet costs two additions, whatever the
 * series keep. Once there was a packet, a watched second without one counts as zero.
 */
import { SERIES_FRAMES, SERIES_OCTETS } from "../abi/stats";
import * as clock from "../clock";
import { PACKET_SECOND, PACKET_WIRE } from "../decode/packet-layout";
import { PACKET, STATS } from "../layout";
import { TRAFFIC_AT } from "./layout";
import * as series from "./series";

const OPEN: usize = STATS + TRAFFIC_AT;
const FRAMES: usize = 0;
const BEGUN: usize = 4;
const OCTETS: usize = 8;

export function packet(): void {
  const octets = <u32>load<u16>(PACKET, PACKET_WIRE);
  const second = load<u32>(PACKET, PACKET_SECOND);
  store<u32>(OPEN, 1, BEGUN);
  if (second == clock.newest()) {
    store<u32>(OPEN, load<u32>(OPEN, FRAMES) + 1, FRAMES);
    store<u64>(OPEN, load<u64>(OPEN, OCTETS) + octets, OCTETS);
  } else {
    series.add(SERIES_FRAMES, second, 1);
    series.add(SERIES_OCTETS, second, octets);
  }
}

export function closeSecond(second: u32): void {
  if (load<u32>(OPEN, BEGUN) == 0) return;
  series.add(SERIES_FRAMES, second, load<u32>(OPEN, FRAMES));
  series.add(SERIES_OCTETS, second, load<u64>(OPEN, OCTETS));
  store<u32>(OPEN, 0, FRAMES);
  store<u64>(OPEN, 0, OCTETS);
}

/** The open second belongs to a time that never was. */
export function restart(): void {
  memory.fill(OPEN, 0, 16);
}

export function check(): bool {
  return load<u32>(OPEN, BEGUN) <= 1;
}
