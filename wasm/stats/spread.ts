/**
 * How packets' sizes (octets on the wire) and the gaps between packets (microseconds) are spread.
 *
 * Quantiles: within the histogram's bound (nano 3.13 %, gateway 1.57 %) of the value that has the exact
 * rank; sizes above nano 16,383, gateway none, and gaps longer than nano 67 s, gateway 537 s count as so
 * large. Gateway also exact: maximum, mean and variance (integer sums: a window's gaps add up to its
 * length, so the sum of their squares stays below 2^62). A packet older than one before it has no gap.
 */
import {
  TRAFFIC_GAP_MAX,
  TRAFFIC_GAP_SUM,
  TRAFFIC_GAP_VARIANCE,
  TRAFFIC_GAPS,
  TRAFFIC_SIZE_MAX,
  TRAFFIC_SIZE_SUM,
  TRAFFIC_SIZE_VARIANCE,
  TRAFFIC_SIZES,
} from "../abi/stats";
import { PACKET_TS, PACKET_WIRE } from "../decode/packet-layout";
import { OUT, PACKET, STATS } from "../layout";
import { GAP_BITS, IS_NANO, PANES, SIZE_BITS } from "../profile";
import * as histogram from "./histogram";
import {
  GAP_BUCKETS,
  PANE_BYTES,
  PANE_GAPS,
  PANE_SIZES,
  PANES_AT,
  SIZE_BUCKETS,
  SPREAD_HEADER_BYTES,
} from "./layout";
import * as panes from "./panes";
import { variance } from "./wide";

const COUNT: usize = 0;
// Gateway only.
const MAX: usize = 4;
const SUM: usize = 8;
const SQUARES: usize = 16;
const SIZE_MAX: u32 = (1 << SIZE_BITS) - 1;
const GAP_MAX: u32 = (1 << GAP_BITS) - 1;
/** Microseconds of the latest packet, plus one. */
const LAST: usize = STATS + PANES_AT;

export function packet(pane: usize): void {
  add(pane + PANE_SIZES, load<u16>(PACKET, PACKET_WIRE), SIZE_MAX);
  const before = load<u64>(LAST);
  const now = load<u64>(PACKET, PACKET_TS) + 1;
  if (now < before) return;
  store<u64>(LAST, now);
  if (before) add(pane + PANE_GAPS, <u32>min<u64>(now - before, GAP_MAX), GAP_MAX);
}

/** A clock that went back makes the next gap wrong. */
export function restart(): void {
  store<u64>(LAST, 0);
}

/** Fills its part of the TRAFFIC_ struct in OUT. */
export function query(): void {
  tell(PANE_SIZES, SIZE_BUCKETS, TRAFFIC_SIZES);
  tell(PANE_GAPS, GAP_BUCKETS, TRAFFIC_GAPS);
  if (IS_NANO) return;
  tellMoments(PANE_SIZES, TRAFFIC_SIZE_MAX, TRAFFIC_SIZE_SUM, TRAFFIC_SIZE_VARIANCE);
  tellMoments(PANE_GAPS, TRAFFIC_GAP_MAX, TRAFFIC_GAP_SUM, TRAFFIC_GAP_VARIANCE);
}

/** @param most the largest value that the histogram tells apart */
function add(one: usize, value: u32, most: u32): void {
  store<u32>(one, load<u32>(one, COUNT) + 1, COUNT);
  histogram.change<u32>(one + SPREAD_HEADER_BYTES, min(value, most), 1);
  if (IS_NANO) return;
  store<u32>(one, max(load<u32>(one, MAX), value), MAX);
  store<u64>(one, load<u64>(one, SUM) + value, SUM);
  store<u64>(one, load<u64>(one, SQUARES) + <u64>value * value, SQUARES);
}

function tell(at: u32, buckets: u32, to: usize): void {
  const one = panes.FIRST + at;
  const count = panes.sum<u32, u32>(one + COUNT);
  store<u32>(OUT + to, count);
  // Nano: any, but of no packets 0.
  const most: u32 = IS_NANO ? 0 - <u32>(count != 0) : maximum(one);
  histogram.quantiles(to + 4, one + SPREAD_HEADER_BYTES, 4, buckets, count, most);
}

function tellMoments(at: u32, most: usize, sum: usize, spread: usize): void {
  const one = panes.FIRST + at;
  const total = panes.sum<u64, u64>(one + SUM);
  const count = panes.sum<u32, u32>(one + COUNT);
  store<u32>(OUT + most, maximum(one));
  store<u64>(OUT + sum, total);
  store<f64>(OUT + spread, variance(count, total, 0, panes.sum<u64, u64>(one + SQUARES)));
}

function maximum(one: usize): u32 {
  let most: u32 = 0;
  for (let pane: u32 = 0; pane < PANES; pane++) {
    most = max(most, load<u32>(one + pane * PANE_BYTES, MAX));
  }
  return most;
}
