/**
 * Headers in a Berkeley DB hash, rpm's database until 4.15 and Yocto's until 2020. Written from
 * dbinc/db_page.h of Berkeley DB 5.3: every hash page is read in turn, keys are passed over.
 */
import type { Host } from "../../core/host.ts";
import { createPagedFile, type PagedFile } from "./paged-file.ts";

const HASH_MAGIC = 0x061561;
const HASH_PAGES: readonly number[] = [2, 13]; // P_HASH_UNSORTED, P_HASH
const OVERFLOW_PAGE = 7;
const ITEM_HERE = 1;
const ITEM_ELSEWHERE = 3;
const PAGE_HEADER_BYTES = 26;
const BLOB_BYTES_MAX = 32 * 1024 * 1024;
const PAGES_MAX = 4 * 1024 * 1024;

interface Hash {
  file: PagedFile;
  pageBytes: number;
  u16(page: Buffer, at: number): number;
  u32(page: Buffer, at: number): number;
}

export async function* bdbBlobs(host: Host, path: string): AsyncGenerator<Buffer> {
  const file = createPagedFile(host, path);
  const meta = await file.at(0, 72);
  if (meta === null) return;
  const hash = hashOf(file, meta);
  if (hash === null) return;
  const last = Math.min(hash.u32(meta, 32), PAGES_MAX);
  for (let number = 1; number <= last; number++) {
    const page = await file.at(number * hash.pageBytes, hash.pageBytes);
    if (page === null) return;
    if (HASH_PAGES.includes(page[25]!)) yield* blobsOf(hash, page);
  }
}

function hashOf(file: PagedFile, meta: Buffer): Hash | null {
  const isLittle = meta.readUInt32LE(12) === HASH_MAGIC;
  if (!isLittle && meta.readUInt32BE(12) !== HASH_MAGIC) return null;
  const pageBytes = isLittle ? meta.readUInt32LE(20) : meta.readUInt32BE(20);
  if (pageBytes < 512 || pageBytes > 65_536) return null;
  return {
    file,
    pageBytes,
    u16: (page, at) => (isLittle ? page.readUInt16LE(at) : page.readUInt16BE(at)),
    u32: (page, at) => (isLittle ? page.readUInt32LE(at) : page.readUInt32BE(at)),
  };
}

async function* blobsOf(hash: Hash, page: Buffer): AsyncGenerator<Buffer> {
  const entries = Math.min(hash.u16(page, 20), (hash.pageBytes - PAGE_HEADER_BYTES) >> 1);
  const offsetOf = (entry: number) => hash.u16(page, PAGE_HEADER_BYTES + 2 * entry);
  // Keys and data take turns; items lie from the page's end downwards.
  for (let entry = 1; entry < entries; entry += 2) {
    const at = offsetOf(entry);
    const end = offsetOf(entry - 1);
    if (page[at] === ITEM_HERE && at < end) yield page.subarray(at + 1, end);
    if (page[at] === ITEM_ELSEWHERE && at + 12 <= page.length) {
      const blob = await overflowOf(hash, hash.u32(page, at + 4), hash.u32(page, at + 8));
      if (blob !== null) yield blob;
    }
  }
}

async function overflowOf(hash: Hash, first: number, length: number): Promise<Buffer | null> {
  if (length > BLOB_BYTES_MAX) return null;
  const pieces: Buffer[] = [];
  let next = first;
  for (let missing = length; missing > 0; ) {
    const page = await hash.file.at(next * hash.pageBytes, hash.pageBytes);
    if (page === null || page[25] !== OVERFLOW_PAGE) return null;
    const piece = page.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + hash.u16(page, 22));
    if (piece.length === 0) return null; // A chain of empty pages may be a ring.
    pieces.push(piece);
    missing -= piece.length;
    next = hash.u32(page, 16);
  }
  return Buffer.concat(pieces).subarray(0, length);
}
