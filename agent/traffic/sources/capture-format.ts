/** What the two capture formats have in common. */
import type { PacketRecord } from "../core.ts";

/**
 * not-a-capture: the first bytes are those of no known format. corrupt: a length or version that cannot be.
 * truncated: it ends within a record. `atByte` is where that record begins.
 */
export interface CaptureProblem {
  kind: "not-a-capture" | "corrupt" | "truncated";
  atByte: number;
}

/** A look at the bytes where a record begins; undefined when it cannot be one. */
export type FormatStep =
  /** So many bytes are needed to tell, or to take it. */
  | { needed: number }
  /** Nothing for us in the next bytes, which need not be held. */
  | { skip: number }
  | { bytes: number; packet?: PacketRecord };

export interface CaptureFormat {
  next(view: DataView): FormatStep | undefined;
}
