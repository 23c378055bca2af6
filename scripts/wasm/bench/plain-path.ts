/**
 * path.c's packet path as one would write it in TypeScript: numbers and typed arrays, no allocation per
 * packet, the batch read where it lies. What the core's speed is held against.
 */
import { abi } from "../../../agent/traffic/abi.ts";
import { PlainDecoder } from "./plain-decoder.ts";
import { PlainSeries, WINDOW_S } from "./plain-series.ts";

export class PlainPath extends PlainDecoder {
  private started = false;
  private newest = 0;
  private frames = 0;
  private octets = 0;
  private readonly framesSeries = new PlainSeries();
  private readonly octetsSeries = new PlainSeries();

  ingest(batch: Uint8Array, from: number, to: number): number {
    this.bytes = batch;
    let records = 0;
    for (let at = from; at < to; records++) {
      if (to - at < 16) return abi.ERR_TRUNCATED;
      const length = (16 + this.little16(at + 8) + 3) & ~3;
      if (length > to - at) return abi.ERR_TRUNCATED;
      this.take(at);
      at += length;
    }
    return records;
  }

  private take(at: number): void {
    this.counters[abi.COUNTER_RECORDS]!++;
    const flags = this.little16(at + 14);
    if ((flags & abi.RECORD_KIND_MASK) !== abi.RECORD_PACKET) {
      this.counters[abi.COUNTER_KIND_UNKNOWN]!++;
      return;
    }
    const us = this.little32(at) + this.little32(at + 4) * 2 ** 32;
    const second = Math.floor(us / 1_000_000);
    this.advanceTo(second);
    if (this.newest - second >= WINDOW_S) {
      this.counters[abi.COUNTER_LATE]!++;
      return;
    }
    this.counters[abi.COUNTER_PACKETS]!++;
    const captured = this.little16(at + 8);
    const wire = Math.max(captured, this.little16(at + 10));
    this.decode(at + 16, captured, (flags >> 4) & 15);
    if (second === this.newest) {
      this.frames++;
      this.octets += wire;
    } else {
      this.framesSeries.add(second, 1);
      this.octetsSeries.add(second, wire);
    }
  }

  private advanceTo(second: number): void {
    if (this.started && second <= this.newest) return;
    const passed = this.started ? second - this.newest : 1;
    if (this.started) {
      this.framesSeries.add(this.newest, this.frames);
      this.octetsSeries.add(this.newest, this.octets);
      this.frames = 0;
      this.octets = 0;
    }
    for (let step = 0; step < Math.min(passed, WINDOW_S); step++) {
      this.framesSeries.expire(second - step);
      this.octetsSeries.expire(second - step);
    }
    this.started = true;
    this.newest = second;
  }
}
