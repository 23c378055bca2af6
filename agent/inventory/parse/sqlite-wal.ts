/**
 * Pages in a database's write-ahead log (https://www.sqlite.org/fileformat2.html §4). A program that
 * was killed, or that has other readers beside it, leaves its last transactions there.
 */
import type { Host } from "../../core/host.ts";
import { createPagedFile } from "./paged-file.ts";
import { orNull } from "./read.ts";

/** SQLite checkpoints at 1,000 pages of up to 64 KiB. */
const FRAMES_MAX = 65_536;

interface Wal {
  /** Offset of the newest committed copy, by page number. */
  pages: ReadonlyMap<number, number>;
  read(page: number): Promise<Buffer | null>;
}

export async function pagesInWal(host: Host, path: string): Promise<Wal> {
  const pages = new Map<number, number>();
  const file = createPagedFile(host, path);
  const header = (await orNull(file.at(0, 32))) ?? Buffer.alloc(32);
  const magic = header.readUInt32BE(0);
  const pageBytes = header.readUInt32BE(8);
  const wal: Wal = {
    pages,
    read: async (page) => {
      const offset = pages.get(page);
      return offset === undefined ? null : file.at(offset, pageBytes);
    },
  };
  if (magic >>> 1 !== 0x377f0682 >>> 1 || pageBytes < 512 || pageBytes > 65_536) return wal;
  const isBigEndian = (magic & 1) === 1;
  let sums = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  let transaction: [number, number][] = [];
  for (let frame = 0; frame < FRAMES_MAX; frame++) {
    const offset = 32 + frame * (24 + pageBytes);
    const bytes = await file.at(offset, 24 + pageBytes);
    // Frames of an older log that were not yet written over have other salts.
    if (bytes === null || !bytes.subarray(8, 16).equals(header.subarray(16, 24))) break;
    sums = checksum(bytes.subarray(0, 8), sums, isBigEndian);
    sums = checksum(bytes.subarray(24), sums, isBigEndian);
    if (bytes.readUInt32BE(16) !== sums[0] || bytes.readUInt32BE(20) !== sums[1]) break;
    transaction.push([bytes.readUInt32BE(0), offset + 24]);
    if (bytes.readUInt32BE(4) === 0) continue; // Not the frame that commits.
    for (const [page, at] of transaction) pages.set(page, at);
    transaction = [];
  }
  return wal;
}

function checksum(
  bytes: Buffer,
  [first, second]: readonly [number, number],
  isBigEndian: boolean,
): [number, number] {
  let [a, b] = [first, second];
  const word = (at: number) => (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + word(at) + b) >>> 0;
    b = (b + word(at + 4) + a) >>> 0;
  }
  return [a, b];
}
