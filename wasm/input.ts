/** Takes a batch of records apart. The only errors are those of framing, which are the host's own. */
import {
  COUNTER_CLOCK,
  COUNTER_KIND_UNKNOWN,
  COUNTER_LATE,
  COUNTER_PACKETS,
  COUNTER_RECORDS,
  COUNTER_SAMPLE_BAD,
  COUNTER_SAMPLES,
  ERR_TRUNCATED,
  INGEST_BYTES,
  INGEST_RECORDS,
  RECORD_CAPLEN,
  RECORD_FLAGS,
  RECORD_HEADER_BYTES,
  RECORD_IFACE,
  RECORD_KIND_MASK,
  RECORD_PACKET,
  RECORD_SAMPLE,
  RECORD_TS_LO,
  SAMPLE_BYTES,
  TIME_S_MAX,
} from "./abi/core";
import * as clock from "./clock";
import { count } from "./counters";
import {
  PACKET_CAPTURED,
  PACKET_FRAME,
  PACKET_SECOND,
  PACKET_TS,
  PACKET_WIRE,
} from "./decode/packet-layout";
import { IO, OUT, PACKET } from "./layout";
import { advanceTo, packet } from "./parts";
import { SERIES_MAX } from "./profile";
import * as series from "./stats/series";

/** @param bytes at most IO_BYTES. @returns records taken, or ERR_TRUNCATED */
export function ingest(bytes: u32): i32 {
  let at: u32 = 0;
  let records = 0;
  let result = 0;
  while (at < bytes) {
    const left = bytes - at;
    const captured = left < RECORD_HEADER_BYTES ? left : <u32>load<u16>(IO + at, RECORD_CAPLEN);
    const length = (RECORD_HEADER_BYTES + captured + 3) & ~3;
    if (length > left) {
      result = ERR_TRUNCATED;
      break;
    }
    take(IO + at);
    at += length;
    records++;
  }
  store<u32>(OUT, records, INGEST_RECORDS);
  store<u32>(OUT, at, INGEST_BYTES);
  return result < 0 ? result : records;
}

function take(record: usize): void {
  count(COUNTER_RECORDS);
  const kind = <u32>load<u16>(record, RECORD_FLAGS) & RECORD_KIND_MASK;
  if (kind > RECORD_SAMPLE) return count(COUNTER_KIND_UNKNOWN);
  const second = clock.secondOf(load<u64>(record, RECORD_TS_LO));
  if (second > TIME_S_MAX) return count(COUNTER_CLOCK);
  advanceTo(second);
  const isLate = !clock.inWindow(second);
  if (isLate) count(COUNTER_LATE);
  if (kind == RECORD_PACKET) takePacket(record, second, isLate);
  else if (!isLate) takeSample(record, second);
}

function takeSample(record: usize, second: u32): void {
  const id = <u32>load<u16>(record, RECORD_IFACE);
  if (id >= SERIES_MAX || load<u16>(record, RECORD_CAPLEN) != SAMPLE_BYTES) {
    return count(COUNTER_SAMPLE_BAD);
  }
  count(COUNTER_SAMPLES);
  series.add(id, second, load<u64>(record, RECORD_HEADER_BYTES));
}

/** A late one still belongs to its conversation. */
function takePacket(record: usize, second: u32, isLate: bool): void {
  count(COUNTER_PACKETS);
  store<u64>(PACKET, load<u64>(record, RECORD_TS_LO), PACKET_TS);
  store<u64>(PACKET, load<u64>(record, RECORD_CAPLEN), PACKET_CAPTURED);
  const captured = load<u16>(PACKET, PACKET_CAPTURED);
  store<u16>(PACKET, max(captured, load<u16>(PACKET, PACKET_WIRE)), PACKET_WIRE);
  store<u32>(PACKET, second, PACKET_SECOND);
  store<u32>(PACKET, <u32>record + RECORD_HEADER_BYTES, PACKET_FRAME);
  packet(isLate);
}
