/** Takes a capture apart as its bytes arrive; the format is told by the first four. */
import type { PacketSink } from "../packet-sink.ts";
import type { CaptureFormat, CaptureProblem } from "./capture-format.ts";
import { pcapFormatOf } from "./pcap-format.ts";
import { createPcapngFormat, PCAPNG_SECTION_HEADER } from "./pcapng-format.ts";

/** The longest record taken: tcpdump's longest snap length, 262,144 bytes, with room for headers and options. */
export const BLOCK_BYTES_MAX = 512 * 1024;
/** Room for one record that is not whole yet, and for the next bytes. */
const BUFFER_BYTES = 2 * BLOCK_BYTES_MAX;

export interface CaptureParser {
  /** Where the next bytes may be written, at least BLOCK_BYTES_MAX of them, before taken() says how many. */
  room(): Uint8Array;
  /** Hands on the packets that are whole. @returns why nothing more is taken, once that is so */
  taken(bytes: number): CaptureProblem | undefined;
  /** room() and taken() for bytes that lie elsewhere. */
  push(chunk: Uint8Array): CaptureProblem | undefined;
  /** The file is over. @returns a problem if it should not be */
  end(): CaptureProblem | undefined;
}

export function createCaptureParser(sink: PacketSink): CaptureParser {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const view = new DataView(buffer.buffer);
  let format: CaptureFormat | undefined;
  /** The bytes held are [from, to); so many more, still to come, are nobody's. */
  let from = 0;
  let to = 0;
  let skip = 0;
  /** Of the file, where `from` is. */
  let atByte = 0;
  let problem: CaptureProblem | undefined;

  function fail(kind: CaptureProblem["kind"]): CaptureProblem {
    problem = { kind, atByte };
    return problem;
  }

  function advance(bytes: number): void {
    const held = Math.min(bytes, to - from);
    from += held;
    atByte += held;
    skip = bytes - held;
  }

  function taken(bytes: number): CaptureProblem | undefined {
    if (problem) return problem;
    to += bytes;
    advance(skip);
    if (!format) {
      if (to - from < 4) return undefined;
      format = formatOf(view.getUint32(from));
      if (!format) return fail("not-a-capture");
    }
    if (skip > 0) return undefined;
    advance(format.take(view, from, to, sink) - from);
    return format.needed > BLOCK_BYTES_MAX ? fail("corrupt") : undefined;
  }

  function room(): Uint8Array {
    buffer.copyWithin(0, from, to);
    to -= from;
    from = 0;
    return buffer.subarray(to);
  }

  return {
    room,
    taken,
    push(chunk) {
      for (let at = 0; at < chunk.length && !problem; ) {
        const free = room();
        const part = chunk.subarray(at, at + free.length);
        free.set(part);
        taken(part.length);
        at += part.length;
      }
      return problem;
    },
    end() {
      return problem ?? (to > from || skip > 0 || !format ? fail("truncated") : undefined);
    },
  };
}

function formatOf(magic: number): CaptureFormat | undefined {
  return magic === PCAPNG_SECTION_HEADER ? createPcapngFormat() : pcapFormatOf(magic);
}
