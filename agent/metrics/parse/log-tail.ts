/** What a log has gained since the last look, across its rotation by renaming (logrotate's default). */
import { type FileStatus, type Host, HostError } from "../../core/host.ts";

/** More than this between two looks is a flood; what is beyond is skipped, and said. */
const TAIL_BYTES_MAX = 8 * 1024 * 1024;

export interface LogTail {
  /** New bytes; null at the first look, which only sets the base. Throws HostError. */
  read(): Promise<Tail | null>;
}

export interface Tail {
  bytes: Uint8Array;
  /** Bytes that were skipped, and with them what they held. */
  skipped: number;
}

/**
 * Follows `path` from its end on. The rest of a file that was rotated away is read at `path.1` as
 * long as it is there under the same inode. What is read ends at a multiple of `record` bytes, or
 * with a line where that is 0: the rest comes at the next look.
 */
export function createLogTail(host: Host, path: string, record: number): LogTail {
  let base: { inode: number; offset: number } | null = null;

  async function from(file: string, status: FileStatus, offset: number): Promise<Tail> {
    const skipped = Math.max(0, status.sizeBytes - offset - TAIL_BYTES_MAX);
    const start = offset + (record === 0 ? skipped : skipped - (skipped % record));
    const bytes = await host.readAt(file, start, TAIL_BYTES_MAX);
    return { bytes: bytes.subarray(0, wholeLengthOf(bytes, record)), skipped };
  }

  return {
    async read() {
      const status = await statusOrNull(host, path);
      if (base === null) {
        // A log that is not there yet begins when it appears; its folder must be there.
        if (status === null) await host.list(path.slice(0, path.lastIndexOf("/")));
        base = { inode: status?.inode ?? 0, offset: status?.sizeBytes ?? 0 };
        return null;
      }
      if (status === null) return { bytes: new Uint8Array(0), skipped: 0 };
      const isSame = status.inode === base.inode && status.sizeBytes >= base.offset;
      if (isSame) {
        const tail = await from(path, status, base.offset);
        base.offset += tail.skipped + tail.bytes.length;
        return tail;
      }
      const before = await statusOrNull(host, `${path}.1`);
      const rest =
        before !== null && before.inode === base.inode && before.sizeBytes >= base.offset
          ? await from(`${path}.1`, before, base.offset)
          : { bytes: new Uint8Array(0), skipped: 0 };
      const tail = await from(path, status, 0);
      base = { inode: status.inode, offset: tail.skipped + tail.bytes.length };
      return { bytes: joined(rest.bytes, tail.bytes), skipped: rest.skipped + tail.skipped };
    },
  };
}

function wholeLengthOf(bytes: Uint8Array, record: number): number {
  return record === 0 ? bytes.lastIndexOf(0x0a) + 1 : bytes.length - (bytes.length % record);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

async function statusOrNull(host: Host, path: string): Promise<FileStatus | null> {
  try {
    return await host.status(path);
  } catch (error) {
    if (error instanceof HostError && error.code === "missing") return null;
    throw error;
  }
}
