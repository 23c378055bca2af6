/** Takes a capture apart as its bytes arrive; the format is told by the first four. */
import type { PacketRecord } from "../core.ts";
import type { CaptureFormat, CaptureProblem } from "./capture-format.ts";
import { pcapFormatOf } from "./pcap-format.ts";
import { createPcapngFormat, PCAPNG_SECTION_HEADER } from "./pcapng-format.ts";

/** The longest record taken: tcpdump's longest snap length, 262,144 bytes, with room for headers and options. */
export const BLOCK_BYTES_MAX = 512 * 1024;

export interface CaptureParser {
  push(chunk: Uint8Array): { packets: PacketRecord[]; problem?: CaptureProblem };
  /** The file is over. @returns a problem if it should not be */
  end(): CaptureProblem | undefined;
}

export function createCaptureParser(): CaptureParser {
  let format: CaptureFormat | undefined;
  let pending: Uint8Array = new Uint8Array(0);
  let atByte = 0;
  let skip = 0;
  let problem: CaptureProblem | undefined;

  function fail(kind: CaptureProblem["kind"]): void {
    problem = { kind, atByte };
    pending = new Uint8Array(0);
  }

  /** Takes one record. @returns false when there is no whole one */
  function step(packets: PacketRecord[]): boolean {
    const view = new DataView(pending.buffer, pending.byteOffset, pending.byteLength);
    if (!format) {
      if (view.byteLength < 4) return false;
      format = formatOf(view);
      if (!format) fail("not-a-capture");
      return format !== undefined;
    }
    const found = format.next(view);
    if (!found) {
      fail("corrupt");
      return false;
    }
    if ("needed" in found) {
      if (found.needed > BLOCK_BYTES_MAX) fail("corrupt");
      return false;
    }
    if ("skip" in found) skip = found.skip;
    else advance(found.bytes);
    if ("packet" in found && found.packet) packets.push(found.packet);
    return takeSkipped();
  }

  function advance(bytes: number): void {
    pending = pending.subarray(bytes);
    atByte += bytes;
  }

  /** A record that nobody wants needs not be held to be passed over. */
  function takeSkipped(): boolean {
    const bytes = Math.min(skip, pending.length);
    skip -= bytes;
    advance(bytes);
    return skip === 0;
  }

  return {
    push(chunk) {
      const packets: PacketRecord[] = [];
      if (problem) return { packets, problem };
      pending = pending.length === 0 ? chunk.subarray() : joined(pending, chunk);
      if (takeSkipped()) while (step(packets));
      return problem ? { packets, problem } : { packets };
    },
    end() {
      if (!problem && (pending.length > 0 || skip > 0 || !format)) fail("truncated");
      return problem;
    },
  };
}

function formatOf(view: DataView): CaptureFormat | undefined {
  return view.getUint32(0) === PCAPNG_SECTION_HEADER
    ? createPcapngFormat()
    : pcapFormatOf(view.getUint32(0));
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
