/**
 * Captures on disk, pcap and pcapng, as the packets in them. A file is hostile input: whatever is in it, it
 * ends in packets and at most one problem, and no more than BLOCK_BYTES_MAX of it is ever held.
 */
import { createReadStream } from "node:fs";
import type { PacketRecord } from "../core.ts";
import type { CaptureProblem } from "./capture-format.ts";
import { createCaptureParser } from "./pcap-parser.ts";

export interface CaptureBatch {
  /** Their bytes are views of one chunk of the file: use them before the next batch. */
  packets: PacketRecord[];
  /** Why the file could not be read to its end; then this is the last batch. */
  problem?: CaptureProblem;
}

/** A file's packets, in its order. Only the operating system's errors (no such file) are thrown. */
export async function* readCaptureFile(path: string): AsyncGenerator<CaptureBatch> {
  const parser = createCaptureParser();
  for await (const chunk of createReadStream(path)) {
    const batch = parser.push(chunk as Uint8Array);
    if (batch.packets.length > 0 || batch.problem) yield batch;
    if (batch.problem) return;
  }
  const problem = parser.end();
  if (problem) yield { packets: [], problem };
}
