import type { Host } from "../../core/host.ts";

/**
 * A page of SQLite or two. Small on purpose: blocks of 64 KiB read a database of 80 MB no faster, and
 * peaked 30 MB higher, since freed buffers wait for the collector.
 */
const BLOCK_BYTES = 8 * 1024;
/** Reads run forward mostly; a few blocks behind are asked for again. */
const BLOCKS_MAX = 8;

/** A file read by pieces: databases of packages grow to a hundred megabytes, memory does not. */
export interface PagedFile {
  /** `length` bytes from `offset`, or null past the end. Throws HostError. */
  at(offset: number, length: number): Promise<Buffer | null>;
}

export function createPagedFile(host: Host, path: string): PagedFile {
  const blocks = new Map<number, Buffer>();
  const blockAt = async (index: number): Promise<Buffer> => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const bytes = await host.readAt(path, index * BLOCK_BYTES, BLOCK_BYTES);
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (blocks.size === BLOCKS_MAX) blocks.delete(blocks.keys().next().value!);
    blocks.set(index, block);
    return block;
  };
  return {
    async at(offset, length) {
      const index = Math.floor(offset / BLOCK_BYTES);
      const start = offset - index * BLOCK_BYTES;
      if (start + length <= BLOCK_BYTES) {
        const piece = (await blockAt(index)).subarray(start, start + length);
        return piece.length === length ? piece : null;
      }
      const bytes = Buffer.from(await host.readAt(path, offset, length));
      return bytes.length === length ? bytes : null;
    },
  };
}
