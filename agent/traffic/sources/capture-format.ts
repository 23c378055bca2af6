/** What the two capture formats have in common. */
import type { PacketSink } from "../packet-sink.ts";

/**
 * not-a-capture: the first bytes are those of no known format. corrupt: a length or version that cannot be.
 * truncated: it ends within a record. `atByte` is where that record begins.
 */
export interface CaptureProblem {
  kind: "not-a-capture" | "corrupt" | "truncated";
  atByte: number;
}

export interface CaptureFormat {
  /**
   * Hands on the packets of the whole records in [from, to). @returns where the first record begins that
   * is not taken. Beyond `to`, so many bytes are nobody's and need not be held.
   */
  take(view: DataView, from: number, to: number, sink: PacketSink): number;
  /** Bytes that the record there needs to be taken, as far as can be told; CORRUPT when it cannot be one. */
  readonly needed: number;
}

export const CORRUPT = Number.POSITIVE_INFINITY;
