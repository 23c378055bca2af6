/**
 * Captures on disk, pcap and pcapng, as the packets in them. A file is hostile input: whatever is in it, it
 * ends in packets and at most one problem, and no more of it than the parser's buffer is ever held.
 */
import { open } from "node:fs/promises";
import type { PacketSink } from "../packet-sink.ts";
import type { CaptureProblem } from "./capture-format.ts";
import { createCaptureParser } from "./pcap-parser.ts";

export interface CaptureOptions {
  /** Called now and then with the bytes read so far and those of the whole file; of a pipe, 0. */
  progress?: (bytes: number, bytesAll: number) => void;
  /** Aborted, reading ends early, as if the file ended with the last whole record. */
  stop?: AbortSignal;
}

/**
 * A file's packets, in its order. @returns why it could not be read to its end.
 * Only the operating system's errors (no such file) are thrown.
 */
export async function readCaptureFile(
  path: string,
  sink: PacketSink,
  { progress, stop }: CaptureOptions = {},
): Promise<CaptureProblem | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const parser = createCaptureParser(sink);
    for (let bytes = 0; !stop?.aborted; progress?.(bytes, size)) {
      const room = parser.room();
      const { bytesRead } = await file.read(room, 0, room.length, null);
      if (bytesRead === 0) return parser.end();
      bytes += bytesRead;
      const problem = parser.taken(bytesRead);
      if (problem) return problem;
    }
    return undefined;
  } finally {
    await file.close();
  }
}
