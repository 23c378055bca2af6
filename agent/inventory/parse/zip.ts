/** Members of a ZIP file by its central directory (APPNOTE.TXT), read by pieces; no ZIP64. */
import { inflateRawSync } from "node:zlib";
import type { Host } from "../../core/host.ts";
import { createPagedFile, type PagedFile } from "./paged-file.ts";

/** An end record with the longest comment. */
const END_BYTES_MAX = 22 + 65_535;
const DIRECTORY_BYTES_MAX = 8 * 1024 * 1024;
const MEMBER_BYTES_MAX = 1024 * 1024;

export interface ZipMember {
  name: string;
  /** Null where it is too large, packed in another way, or broken. */
  text(): Promise<string | null>;
}

export async function zipMembers(host: Host, path: string): Promise<ZipMember[]> {
  const { sizeBytes } = await host.status(path);
  const file = createPagedFile(host, path);
  // Most archives have no comment: then the end record is the last 22 bytes.
  const record =
    (await endRecordIn(file, sizeBytes, 22)) ?? (await endRecordIn(file, sizeBytes, END_BYTES_MAX));
  if (record === null) return [];
  const directoryBytes = record.readUInt32LE(12);
  if (directoryBytes > DIRECTORY_BYTES_MAX) return [];
  const directory = await file.at(record.readUInt32LE(16), directoryBytes);
  const members: ZipMember[] = [];
  for (let at = 0; directory !== null && at + 46 <= directory.length; ) {
    if (directory.readUInt32LE(at) !== 0x02014b50) break;
    const method = directory.readUInt16LE(at + 10);
    const packedBytes = directory.readUInt32LE(at + 20);
    const nameBytes = directory.readUInt16LE(at + 28);
    const localAt = directory.readUInt32LE(at + 42);
    members.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameBytes),
      async text() {
        const local = packedBytes > MEMBER_BYTES_MAX ? null : await file.at(localAt, 30);
        if (local === null) return null;
        const start = localAt + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
        const packed = await file.at(start, packedBytes);
        return packed === null ? null : unpacked(packed, method);
      },
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

async function endRecordIn(
  file: PagedFile,
  sizeBytes: number,
  bytesMax: number,
): Promise<Buffer | null> {
  const bytes = Math.min(sizeBytes, bytesMax);
  const tail = await file.at(sizeBytes - bytes, bytes);
  const at = tail?.lastIndexOf("PK\x05\x06", undefined, "latin1") ?? -1;
  return tail === null || at < 0 || at + 22 > tail.length ? null : tail.subarray(at);
}

function unpacked(packed: Buffer, method: number): string | null {
  if (method === 0) return packed.toString("utf8");
  if (method !== 8) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: MEMBER_BYTES_MAX }).toString("utf8");
  } catch {
    return null; // Broken, or a bomb.
  }
}
