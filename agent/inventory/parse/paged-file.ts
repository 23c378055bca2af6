import type { Host } from "../../core/host.ts";

/** Reads of databases run forward mostly; a few blocks behind are asked for again. */
const BLOCK_BYTES = 64 * 1024;
const BLOCKS_MAX = 8;
/** For files of which a few bytes are read, here and there: programs, archives. */
export const SMALL_BLOCK_BYTES = 4096;

/** A file read by pieces: databases of packages grow to a hundred megabytes, memory does not. */
export interface PagedFile {
  /** `length` bytes from `offset`, or null past the end. Throws HostError. */
  at(offset: number, length: number): Promise<Buffer | null>;
}

export function createPagedFile(host: Host, path: string, blockBytes = BLOCK_BYTES): PagedFile {
  const blocks = new Map<number, Buffer>();
  const blockAt = async (index: number): Promise<Buffer> => {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    const bytes = await host.readAt(path, index * blockBytes, blockBytes);
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (blocks.size === BLOCKS_MAX) blocks.delete(blocks.keys().next().value!);
    blocks.set(index, block);
    return block;
  };
  return {
    async at(offset, length) {
      const index = Math.floor(offset / blockBytes);
      const start = offset - index * blockBytes;
      if (start + length <= blockBytes) {
        const piece = (await blockAt(index)).subarray(start, start + length);
        return piece.length === length ? piece : null;
      }
      const bytes = Buffer.from(await host.readAt(path, offset, length));
      return bytes.length === length ? bytes : null;
    },
  };
}
