/** Traffic for the statistics' tests, by plain numbers, and what the core then says of it. */
import { abi } from "../../agent/traffic/abi.ts";
import { bytesOf, ethernet, host, ipv4, udp } from "./frames.ts";
import { batchOf, type Core, packet, type RawRecord } from "./harness.ts";

export interface Datagram {
  us: number;
  src: number;
  dst: number;
  srcPort?: number;
  dstPort?: number;
  wire?: number;
}

const template = ethernet(
  host(1),
  host(2),
  0x0800,
  ipv4(host(1), host(2), { protocol: 17 }, udp(1, 2, bytesOf(1, 2))),
);

/** UDP over IPv4 between 10.x.y.z addresses, from numbers of 24 bits. */
export function datagram({ us, src, dst, srcPort = 40_000, dstPort = 502, wire }: Datagram) {
  const frame = template.slice();
  const view = new DataView(frame.buffer);
  view.setUint32(26, 0x0a000000 + src);
  view.setUint32(30, 0x0a000000 + dst);
  view.setUint16(34, srcPort);
  view.setUint16(36, dstPort);
  return packet(BigInt(Math.round(us)), frame, wire);
}

/** Takes any number of records, in batches of what the smallest build takes. */
export function feed(core: Core, records: readonly RawRecord[]): void {
  const size = 24;
  for (let from = 0; from < records.length; from += size) {
    core.ingest(batchOf(records.slice(from, from + size)));
  }
}

export function trafficOf(core: Core) {
  const at = core.query(abi.QUERY_TRAFFIC);
  const u32 = (offset: number) => at.getUint32(offset, true);
  const f64 = (offset: number) => at.getFloat64(offset, true);
  const exact = at.byteLength === abi.TRAFFIC_BYTES;
  return {
    sizes: {
      count: u32(abi.TRAFFIC_SIZES),
      quantiles: [u32(abi.TRAFFIC_SIZE_P50), u32(abi.TRAFFIC_SIZE_P90), u32(abi.TRAFFIC_SIZE_P99)],
      max: exact ? u32(abi.TRAFFIC_SIZE_MAX) : null,
      sum: exact ? at.getBigUint64(abi.TRAFFIC_SIZE_SUM, true) : null,
      variance: exact ? f64(abi.TRAFFIC_SIZE_VARIANCE) : null,
    },
    gaps: {
      count: u32(abi.TRAFFIC_GAPS),
      quantiles: [u32(abi.TRAFFIC_GAP_P50), u32(abi.TRAFFIC_GAP_P90), u32(abi.TRAFFIC_GAP_P99)],
      max: exact ? u32(abi.TRAFFIC_GAP_MAX) : null,
      sum: exact ? at.getBigUint64(abi.TRAFFIC_GAP_SUM, true) : null,
      variance: exact ? f64(abi.TRAFFIC_GAP_VARIANCE) : null,
    },
    sources: f64(abi.TRAFFIC_SOURCES),
    destinations: f64(abi.TRAFFIC_DESTINATIONS),
    ports: f64(abi.TRAFFIC_PORTS),
    portEntropy: u32(abi.TRAFFIC_PORT_ENTROPY) / 65_536,
    destinationEntropy: u32(abi.TRAFFIC_DESTINATION_ENTROPY) / 65_536,
    sourceEntropy: exact ? u32(abi.TRAFFIC_SOURCE_ENTROPY) / 65_536 : null,
  };
}

/** A section of the state, as section_export shows it. */
export function sectionOf(core: Core, id: number): DataView {
  const code = core.exports.section_export(id);
  if (code < 0) throw new Error(`section ${id}: ${code}`);
  const entry = new DataView(core.out(abi.SECTION_EXPORT_BYTES).buffer);
  const at = entry.getUint32(abi.SECTION_PTR_AT, true);
  const length = entry.getUint32(abi.SECTION_LEN_AT, true);
  return new DataView(new Uint8Array(core.exports.memory.buffer).slice(at, at + length).buffer);
}

export interface Event {
  second: number;
  kind: number;
  subject: number;
  detail: number;
  value: number;
  limit: number;
}

/** All that wait. */
export function drainEvents(core: Core): Event[] {
  const events: Event[] = [];
  for (;;) {
    const count = core.exports.events(1000);
    const at = new DataView(core.out(count * abi.EVENT_BYTES).buffer);
    for (let i = 0; i < count; i++) {
      const one = i * abi.EVENT_BYTES;
      events.push({
        second: at.getUint32(one + abi.EVENT_SECOND, true),
        kind: at.getUint32(one + abi.EVENT_KIND, true),
        subject: at.getUint32(one + abi.EVENT_SUBJECT, true),
        detail: at.getUint32(one + abi.EVENT_DETAIL, true),
        value: at.getFloat64(one + abi.EVENT_VALUE, true),
        limit: at.getFloat64(one + abi.EVENT_LIMIT, true),
      });
    }
    if (count === 0) return events;
  }
}

/** Uniform in [0, 1), from a generator of u32. */
export function createUniform(random: () => number): () => number {
  return () => random() / 2 ** 32;
}

/** Numbers from 0 on, that of rank r with a weight of 1 / (r + 1)^exponent. */
export function createZipf(uniform: () => number, count: number, exponent: number): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) {
    sum += rank ** -exponent;
    sums.push(sum);
  }
  return () => {
    const at = uniform() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** The value that so many of 1,000 do not exceed (nearest rank). */
export function quantileOf(sorted: readonly number[], permille: number): number {
  return sorted[Math.ceil((sorted.length * permille) / 1000) - 1] ?? 0;
}
