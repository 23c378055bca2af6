/** Records gathered in the core's own IO buffer, from where they go in by the batch. */
import { abi } from "./abi.ts";
import type { CoreExports } from "./core-exports.ts";
import type { PacketSink } from "./packet-sink.ts";

/** A packet can evict two conversations, and the core's ring of them holds 768: whoever collects must come in time. */
const BATCH_PACKETS_MAX = 384;
/** Longer packets are cheaper to copy by the engine's own loop, for the price of an object. */
const WORDWISE_BYTES_MAX = 512;
const PACKET_BYTES_MAX = 65_535;

export interface Batch extends PacketSink {
  flush(): void;
  discard(): void;
  putSample(series: number, us: number, amount: number): void;
  /** Configuration for init: values by their abi.CONFIG_ ids. @returns its length */
  putConfig(items: readonly (readonly [id: number, value: Uint8Array])[]): number;
}

/** A full buffer goes in by itself. @param taken called after each batch with packets in it */
export function createBatch(core: CoreExports, taken: () => void): Batch {
  const io = new Uint8Array(core.memory.buffer, core.io_ptr(), core.io_cap());
  const view = new DataView(core.memory.buffer, core.io_ptr(), core.io_cap());
  const room = Math.min(io.length - abi.RECORD_HEADER_BYTES, PACKET_BYTES_MAX);
  let gathered = 0;
  let packets = 0;

  function flush(): void {
    if (gathered === 0) return;
    const length = gathered;
    const hadPackets = packets > 0;
    gathered = 0;
    packets = 0;
    const records = core.ingest(length);
    if (records < 0) throw new Error(`traffic core: ingest failed with ${records}`);
    if (hadPackets) taken();
  }

  /** Writes a header with room for `bytes` behind it. @returns where they go */
  function record(us: number, bytes: number, wire: number, iface: number, flags: number): number {
    const length = abi.RECORD_HEADER_BYTES + ((bytes + 3) & ~3);
    if (gathered + length > io.length) flush();
    const at = gathered;
    putU64(at + abi.RECORD_TS_LO, us);
    view.setUint16(at + abi.RECORD_CAPLEN, bytes, true);
    view.setUint16(at + abi.RECORD_WIRELEN, wire, true);
    view.setUint16(at + abi.RECORD_IFACE, iface, true);
    view.setUint16(at + abi.RECORD_FLAGS, flags, true);
    gathered += length;
    return at + abi.RECORD_HEADER_BYTES;
  }

  /** A whole number below 2^53. */
  function putU64(at: number, value: number): void {
    const high = Math.floor(value / 2 ** 32);
    view.setUint32(at, value - high * 2 ** 32, true);
    view.setUint32(at + 4, high, true);
  }

  function copy(source: DataView, from: number, bytes: number, at: number): void {
    if (bytes > WORDWISE_BYTES_MAX) {
      io.set(new Uint8Array(source.buffer, source.byteOffset + from, bytes), at);
      return;
    }
    const words = bytes & ~3;
    for (let i = 0; i < words; i += 4) {
      view.setUint32(at + i, source.getUint32(from + i, true), true);
    }
    for (let i = words; i < bytes; i++) io[at + i] = source.getUint8(from + i);
  }

  return {
    flush,
    discard(): void {
      gathered = 0;
      packets = 0;
    },
    putSample(series, us, amount) {
      putU64(record(us, abi.SAMPLE_BYTES, 0, series, abi.RECORD_SAMPLE), amount);
    },
    putPacket(us, source, from, capturedBytes, wireBytes, iface, link) {
      if (packets === BATCH_PACKETS_MAX) flush();
      const bytes = Math.min(capturedBytes, room);
      const wire = Math.min(Math.max(wireBytes, bytes), PACKET_BYTES_MAX);
      const flags = abi.RECORD_PACKET | (link << abi.RECORD_LINK_SHIFT);
      copy(source, from, bytes, record(us, bytes, wire, iface, flags));
      packets++;
    },
    putConfig(items) {
      let at = 0;
      for (const [id, value] of items) {
        view.setUint16(at, id, true);
        view.setUint16(at + 2, value.length, true);
        io.set(value, at + abi.CONFIG_ITEM_HEADER_BYTES);
        at += abi.CONFIG_ITEM_HEADER_BYTES + ((value.length + 3) & ~3);
      }
      return at;
    },
  };
}
