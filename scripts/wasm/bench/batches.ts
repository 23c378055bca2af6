/** At least a million packets, as batches of records: the captures in ../shared merged, or a plant's. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { abi } from "../../../agent/traffic/abi.ts";
import { type CapturedPacket, packetsOf } from "../capture.ts";
import { plantRecords } from "../plant-trace.ts";

const captures = fileURLToPath(new URL("../../../../shared/pcaps/", import.meta.url));
const PACKETS = 1_000_000;
/** 10,000 packets a second. */
const STEP_US = 100;
const START_US = 1_700_000_000_000_000n;
const BATCH_BYTES = 65_536;

export interface Batches {
  source: string;
  packets: number;
  /** Batches one after the other. */
  bytes: Uint8Array;
  /** Where each batch ends; they begin where the last one ended. */
  batchEnds: Uint32Array;
  recordEnds: Uint32Array;
}

type Frame = Pick<CapturedPacket, "link" | "bytes" | "wire">;

export function loadBatches(): Batches {
  const frames = existsSync(captures) ? capturedFrames() : plantFrames();
  const source = existsSync(captures) ? "captures" : "plant";
  const rounds = Math.ceil(PACKETS / frames.length);
  const lengths = frames.map(({ bytes }) => 16 + ((bytes.length + 3) & ~3));
  const total = lengths.reduce((sum, length) => sum + length, 0) * rounds;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const recordEnds: number[] = [];
  const batchEnds: number[] = [];
  let at = 0;
  let begin = 0;
  for (let i = 0; i < frames.length * rounds; i++) {
    const frame = frames[i % frames.length]!;
    const length = lengths[i % frames.length]!;
    if (at + length - begin > BATCH_BYTES) {
      batchEnds.push(at);
      begin = at;
    }
    view.setBigUint64(at, START_US + BigInt(i * STEP_US), true);
    view.setUint16(at + 8, frame.bytes.length, true);
    view.setUint16(at + 10, Math.min(frame.wire, 65_535), true);
    view.setUint16(at + 14, frame.link << abi.RECORD_LINK_SHIFT, true);
    bytes.set(frame.bytes, at + 16);
    at += length;
    recordEnds.push(at);
  }
  batchEnds.push(at);
  return {
    source,
    packets: recordEnds.length,
    bytes,
    batchEnds: Uint32Array.from(batchEnds),
    recordEnds: Uint32Array.from(recordEnds),
  };
}

/** For runner.c: u32 length and bytes of each batch. */
export function writeBatches(path: string, { bytes, batchEnds }: Batches): void {
  const pieces: Uint8Array[] = [];
  let begin = 0;
  for (const end of batchEnds) {
    pieces.push(new Uint8Array(Uint32Array.of(end - begin).buffer), bytes.subarray(begin, end));
    begin = end;
  }
  writeFileSync(path, Buffer.concat(pieces));
}

/** All captures, merged by the time since each began. */
function capturedFrames(): Frame[] {
  const merged = readdirSync(captures)
    .filter((name) => /\.pcap(ng)?$/.test(name))
    .flatMap((name) => {
      const packets = packetsOf(readFileSync(join(captures, name)));
      const [first] = packets;
      return packets.map((packet) => ({ ...packet, us: packet.us - first!.us }));
    });
  return merged.sort((a, b) => (a.us < b.us ? -1 : a.us > b.us ? 1 : 0));
}

function plantFrames(): Frame[] {
  return plantRecords(100_000).map(({ bytes, wire }) => ({
    link: abi.LINK_ETHERNET,
    bytes,
    wire: wire ?? bytes.length,
  }));
}
