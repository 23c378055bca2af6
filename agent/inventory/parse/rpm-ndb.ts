/**
 * Headers in rpm's ndb database (Packages.db of SUSE and of newer Yocto): slots that say where each
 * blob lies. Written from lib/backend/ndb/rpmpkg.c of rpm 4.18; no package reads it.
 */
import type { Host } from "../../core/host.ts";
import { createPagedFile } from "./paged-file.ts";

const DATABASE_MAGIC = "RpmP";
const SLOT_MAGIC = "Slot";
const BLOB_MAGIC = "BlbS";
const PAGE_BYTES = 4096;
const HEADER_BYTES = 32;
const SLOT_BYTES = 16;
const BLOCK_BYTES = 16;
const BLOB_HEADER_BYTES = 16;
/** 262,144 packages. */
const SLOT_PAGES_MAX = 1024;
const BLOB_BYTES_MAX = 32 * 1024 * 1024;

export async function* ndbBlobs(host: Host, path: string): AsyncGenerator<Buffer> {
  const file = createPagedFile(host, path);
  const header = await file.at(0, HEADER_BYTES);
  if (header === null || magicAt(header, 0) !== DATABASE_MAGIC) return;
  const slotPages = Math.min(header.readUInt32LE(12), SLOT_PAGES_MAX);
  // The header stands in the place of the first two slots.
  for (let at = HEADER_BYTES; at < slotPages * PAGE_BYTES; at += SLOT_BYTES) {
    const slot = await file.at(at, SLOT_BYTES);
    if (slot === null) return;
    const packageIndex = slot.readUInt32LE(4);
    if (magicAt(slot, 0) !== SLOT_MAGIC || packageIndex === 0) continue;
    const blobAt = slot.readUInt32LE(8) * BLOCK_BYTES;
    const head = await file.at(blobAt, BLOB_HEADER_BYTES);
    if (head === null || magicAt(head, 0) !== BLOB_MAGIC) continue;
    const length = head.readUInt32LE(12);
    if (head.readUInt32LE(4) !== packageIndex || length > BLOB_BYTES_MAX) continue;
    const blob = await file.at(blobAt + BLOB_HEADER_BYTES, length);
    if (blob !== null) yield blob;
  }
}

function magicAt(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at, at + 4);
}
