/**
 * Shannon entropy of the packets' service ports, destinations and (gateway) sources: how evenly they
 * are spread. A scan raises the ports' or the destinations'; a flood from forged addresses the sources'.
 *
 * Counted in ENTROPY_BUCKETS buckets by keyed hash. Error: against the entropy of the buckets at most
 * 2^-15 bits (integer log2, rounded down). Against that of the values themselves it is lower, since
 * some share a bucket: n equally frequent values lose about (n - 1) / (2 ln 2 buckets) bits (10 of them
 * nano 0.05, gateway 0.006), and never more than log2(buckets) bits can be told.
 *
 * Lakhina, Crovella, Diot: Mining anomalies using traffic feature distributions (SIGCOMM 2005).
 */
import { TRAFFIC_PORT_ENTROPY } from "../abi/stats";
import { PACKET_DST_HASH, PACKET_SRC_HASH } from "../decode/packet-layout";
import { OUT, PACKET } from "../layout";
import { ENTROPY_BUCKETS, ENTROPY_METRICS, IS_NANO } from "../profile";
import { ENTROPY_ONE_BYTES, PANE_ENTROPY } from "./layout";
import { log2 } from "./log2";
import { FIRST, sum as sumOfPanes } from "./panes";

export function packet(pane: usize, portHash: u32): void {
  const counts = pane + PANE_ENTROPY;
  if (portHash) add(counts, portHash);
  add(counts + ENTROPY_ONE_BYTES, load<u32>(PACKET, PACKET_DST_HASH));
  if (!IS_NANO) add(counts + 2 * ENTROPY_ONE_BYTES, load<u32>(PACKET, PACKET_SRC_HASH));
}

/** Fills its part of the TRAFFIC_ struct in OUT. */
export function query(): void {
  let counts = FIRST + PANE_ENTROPY;
  const end = TRAFFIC_PORT_ENTROPY + 4 * ENTROPY_METRICS;
  for (let to: usize = TRAFFIC_PORT_ENTROPY; to < end; to += 4) {
    store<u32>(OUT + to, entropyOf(counts));
    counts += ENTROPY_ONE_BYTES;
  }
}

function add(counts: usize, hash: u32): void {
  const bucket = counts + ((hash % ENTROPY_BUCKETS) << 2);
  store<u32>(bucket, load<u32>(bucket) + 1);
}

/** log2(N) - sum of c log2(c) / N, of counts c that add up to N. */
function entropyOf(counts: usize): u32 {
  let total: u32 = 0;
  let sum: u64 = 0;
  for (let at = counts; at < counts + ENTROPY_ONE_BYTES; at += 4) {
    const count = sumOfPanes<u32, u32>(at);
    if (count == 0) continue;
    total += count;
    sum += <u64>count * log2(count);
  }
  return total ? log2(total) - <u32>(sum / total) : 0;
}
