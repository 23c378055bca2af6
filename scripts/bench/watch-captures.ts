/** Captures for the bench of `watch`: real ones again and again, and a scan that nobody ever saw. */
import { closeSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { abi } from "../../agent/traffic/abi.ts";
import { readCaptureFile } from "../../agent/traffic/sources/pcap-file.ts";

const HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const LINK_ETHERNET = 1;
const START_US = 1_700_000_000e6;
/** No capture takes longer than this in the result: some were cut together over years. */
const CAPTURE_US_MAX = 3600e6;
const CHUNK_BYTES = 1 << 20;

/** All Ethernet captures of a folder after one another, as often as it takes. @returns the packets */
export async function writeCaptures(
  folder: string,
  path: string,
  packetsMin: number,
): Promise<number> {
  const names = readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name));
  const records: Uint8Array[] = [];
  let atUs = START_US;
  const times: number[] = [];
  for (const name of names.sort()) {
    let firstUs = -1;
    let lastUs = atUs;
    await readCaptureFile(join(folder, name), {
      putPacket(us, view, at, captured, wire, _iface, link) {
        if (link !== abi.LINK_ETHERNET) return;
        if (firstUs < 0) firstUs = us;
        const since = Math.min(Math.max(us - firstUs, 0), CAPTURE_US_MAX);
        lastUs = Math.max(lastUs, atUs + since);
        times.push(atUs + since - START_US);
        records.push(recordOf(new Uint8Array(view.buffer, view.byteOffset + at, captured), wire));
      },
    });
    atUs = lastUs + 1e6;
  }
  const spanUs = atUs - START_US;
  const writer = createWriter(path);
  let packets = 0;
  for (let repeat = 0; packets < packetsMin; repeat++) {
    for (const [i, record] of records.entries()) {
      writer.write(record, START_US + repeat * spanUs + times[i]!);
    }
    packets += records.length;
  }
  writer.close();
  return packets;
}

/** SYNs of one host to so many others, a thousand in a second. */
export function writeScan(path: string, packets: number, addresses: number): void {
  const writer = createWriter(path);
  const frame = new Uint8Array(60);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6]);
  frame.set(
    [192, 168, 0, 9, 10, 0, 0, 0, 0xc0, 0, 0x01, 0xf6, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2],
    26,
  );
  const record = recordOf(frame, frame.length);
  for (let i = 0; i < packets; i++) {
    new DataView(record.buffer).setUint32(RECORD_BYTES + 30, 0x0a00_0000 + (i % addresses));
    writer.write(record, START_US + i * 1000);
  }
  writer.close();
}

function recordOf(bytes: Uint8Array, wireBytes: number): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES + bytes.length);
  const view = new DataView(record.buffer);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, wireBytes, true);
  record.set(bytes, RECORD_BYTES);
  return record;
}

function createWriter(path: string) {
  const file = openSync(path, "w");
  const chunk = new Uint8Array(CHUNK_BYTES);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint32(4, 0x0004_0002, true);
  view.setUint32(16, 262_144, true);
  view.setUint32(20, LINK_ETHERNET, true);
  let length = HEADER_BYTES;
  function flush(): void {
    writeSync(file, chunk, 0, length);
    length = 0;
  }
  return {
    write(record: Uint8Array, us: number): void {
      if (length + record.length > chunk.length) flush();
      chunk.set(record, length);
      view.setUint32(length, Math.floor(us / 1e6), true);
      view.setUint32(length + 4, Math.floor(us % 1e6), true);
      length += record.length;
    },
    close(): void {
      flush();
      closeSync(file);
    },
  };
}
