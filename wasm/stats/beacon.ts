/**
 * How evenly an interaction's contacts come, as those of malware that calls home do (and every PLC that is
 * polled, so the host must know who is meant to): the mean of three parts, 0 to 1000 each, of the intervals
 * between contacts.
 *   1 - |Bowley skewness|              even to both sides
 *   1 - MAD / median                   close together
 *   share of the fullest three neighbours among the buckets
 *
 * Intervals are counted in 32 buckets, two to an octave, of quarters of a second up to 3 hours. Error:
 * an interval is told within a quarter; a strictly even beacon whose interval jitters by up to
 * 10 % scores 850 and more, random (Poisson) contacts below 700: see the test. Past 255 intervals in
 * a bucket all are halved.
 *
 * Active Countermeasures: RITA's beacon score (skewness, dispersion); Bowley: Elements of statistics (1901).
 */
import { EDGE_CONTACTS } from "../abi/stats";
import { PACKET_TS } from "../decode/packet-layout";
import { PACKET } from "../layout";

/** u32: when the last contact was, in quarters of a second. */
const LAST: usize = 60;
const COUNTS: usize = 64;
const BUCKETS: u32 = 32;
const QUARTER_US: u64 = 250_000;
const INTERVALS_MIN: u32 = 10;
const FULL: u32 = 1000;

/** The packet at hand is a contact of this interaction. */
export function contact(record: usize): void {
  const now = <u32>(load<u64>(PACKET, PACKET_TS) / QUARTER_US);
  const contacts = load<u32>(record, EDGE_CONTACTS);
  const interval = now - load<u32>(record, LAST);
  store<u32>(record, contacts + 1, EDGE_CONTACTS);
  store<u32>(record, now, LAST);
  if (contacts == 0) return;
  const at = record + bucketOf(interval);
  const count = load<u8>(at, COUNTS) + 1;
  store<u8>(at, count, COUNTS);
  if (count != 255) return;
  for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
    store<u8>(record + bucket, load<u8>(record + bucket, COUNTS) >> 1, COUNTS);
  }
}

/** 0 to 1000. */
export function score(record: usize): u32 {
  const intervals = within(record, 0, BUCKETS);
  if (intervals < INTERVALS_MIN) return 0;
  const first = valueOf(bucketAt(record, intervals, 1));
  const middle = valueOf(bucketAt(record, intervals, 2));
  const last = valueOf(bucketAt(record, intervals, 3));
  const lean = abs<i32>(first + last - 2 * middle);
  const even = last == first ? FULL : FULL - min((FULL * <u32>lean) / <u32>(last - first), FULL);
  const close =
    FULL - min((FULL * deviation(record, intervals, middle)) / <u32>max(middle, 1), FULL);
  let fullest: u32 = 0;
  for (let bucket: u32 = 0; bucket < BUCKETS - 2; bucket++) {
    fullest = max(fullest, within(record, bucket, bucket + 3));
  }
  return (even + close + (FULL * fullest) / intervals) / 3;
}

/** Intervals in the buckets [from, end). */
function within(record: usize, from: u32, end: u32): u32 {
  let sum: u32 = 0;
  for (let bucket = from; bucket < end; bucket++) sum += <u32>load<u8>(record + bucket, COUNTS);
  return sum;
}

/** The bucket that the quarter's quantile falls in. */
function bucketAt(record: usize, intervals: u32, quarter: u32): u32 {
  const rank = (intervals * quarter + 3) / 4;
  let bucket: u32 = 0;
  let seen: u32 = 0;
  for (; bucket < BUCKETS - 1; bucket++) {
    seen += <u32>load<u8>(record + bucket, COUNTS);
    if (seen >= rank) break;
  }
  return bucket;
}

/** Median of the distances from the median: grows a ring around it until half of the intervals are inside. */
function deviation(record: usize, intervals: u32, middle: i32): u32 {
  let best: i32 = i32.MAX_VALUE;
  for (let edge: u32 = 0; edge < BUCKETS; edge++) {
    const radius = abs<i32>(valueOf(edge) - middle);
    if (radius >= best) continue;
    let inside: u32 = 0;
    for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
      if (abs<i32>(valueOf(bucket) - middle) <= radius) {
        inside += <u32>load<u8>(record + bucket, COUNTS);
      }
    }
    if (inside * 2 >= intervals) best = radius;
  }
  return <u32>best;
}

/** Two buckets to an octave; as in histogram.ts with one bit. */
function bucketOf(interval: u32): u32 {
  const shift = <u32>max(0, 30 - <i32>clz(interval | 1));
  return min((shift << 1) + (interval >> shift), BUCKETS - 1);
}

/** The middle of a bucket, in quarters of a second. */
function valueOf(bucket: u32): i32 {
  const shift = max(1, bucket >> 1) - 1;
  return ((bucket - (shift << 1)) << shift) + ((1 << shift) >> 1);
}
