/**
 * The disk of the device: a folder of the file system, over Linux's promises. fdatasync(2) makes a
 * file's bytes and length durable, fsync(2) of the folder its name, and rename(2) puts a whole new
 * file in place of the old one.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Disk, DiskError, type DiskErrorCode } from "../core/disk.ts";

/** Reports name the plant's addresses: nobody but the agent's user reads them. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

const TEMPORARY_SUFFIX = ".tmp";

const { O_APPEND, O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = constants;

export interface FsDisk extends Disk {
  /** Closes the file that is kept open between appends. Nothing is synced by it. */
  close(): Promise<void>;
}

/** Files below `folder`, which is made with the first write. Paths are relative and never climb. */
export function createFsDisk({ folder }: { folder: string }): FsDisk {
  return new FolderDisk(folder);
}

class FolderDisk implements FsDisk {
  readonly #root: string;
  /** The file appended to last: the spool's newest segment in all but a few calls. */
  #open: { path: string; handle: FileHandle } | null = null;
  /**
   * Folders in which no name came or went since their last fsync. None is known at the start: the
   * agent before may have been killed between making a file and its sync.
   */
  readonly #settled = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  list(folder: string): Promise<string[]> {
    return told(folder, async () => {
      const found = await orNull(readdir(join(this.#root, folder), { withFileTypes: true }));
      const names = (found ?? []).filter((entry) => entry.isFile()).map((entry) => entry.name);
      // What a power cut left of a replace was never a file of this disk.
      return names.filter((name) => !name.endsWith(TEMPORARY_SUFFIX)).sort();
    });
  }

  read(path: string): Promise<Uint8Array | null> {
    return this.#withReader(path, async (handle) => new Uint8Array(await handle.readFile()));
  }

  readAt(path: string, offset: number, length: number): Promise<Uint8Array | null> {
    return this.#withReader(path, async (handle) => {
      const { size } = await handle.stat();
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(
          bytes,
          filled,
          bytes.length - filled,
          offset + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    });
  }

  append(path: string, bytes: Uint8Array): Promise<void> {
    return told(path, async () => {
      const handle = await this.#appender(path);
      await handle.appendFile(bytes);
    });
  }

  sync(path: string): Promise<void> {
    return told(path, async () => {
      const handle = await this.#appender(path);
      try {
        await handle.datasync();
      } catch (error) {
        // Linux tells a failed write-back once per open file and then calls the pages clean.
        await this.close();
        throw error;
      }
      await this.#syncNames(dirname(path));
    });
  }

  truncate(path: string, length: number): Promise<void> {
    return told(path, async () => {
      const handle = await open(join(this.#root, path), O_RDWR);
      try {
        await handle.truncate(length);
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    return told(path, async () => {
      await this.#closeIf(path);
      const target = join(this.#root, path);
      const temporary = target + TEMPORARY_SUFFIX;
      await this.#makeFolder(dirname(path));
      try {
        const handle = await open(temporary, O_WRONLY | O_CREAT | O_TRUNC, FILE_MODE);
        try {
          await handle.writeFile(bytes);
          await handle.datasync();
        } finally {
          await handle.close();
        }
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      this.#settled.delete(dirname(path));
      await this.#syncNames(dirname(path));
    });
  }

  remove(path: string): Promise<void> {
    return told(path, async () => {
      await this.#closeIf(path);
      await rm(join(this.#root, path), { force: true });
      this.#settled.delete(dirname(path));
    });
  }

  async close(): Promise<void> {
    const kept = this.#open;
    this.#open = null;
    await kept?.handle.close();
  }

  async #closeIf(path: string): Promise<void> {
    if (this.#open?.path === path) await this.close();
  }

  async #appender(path: string): Promise<FileHandle> {
    if (this.#open?.path === path) return this.#open.handle;
    await this.close();
    const full = join(this.#root, path);
    let handle = await orNull(open(full, O_WRONLY | O_APPEND));
    if (handle === null) {
      await this.#makeFolder(dirname(path));
      handle = await open(full, O_WRONLY | O_APPEND | O_CREAT, FILE_MODE);
      this.#settled.delete(dirname(path));
    }
    this.#open = { path, handle };
    return handle;
  }

  #withReader(
    path: string,
    use: (handle: FileHandle) => Promise<Uint8Array>,
  ): Promise<Uint8Array | null> {
    return told(path, async () => {
      const handle = await orNull(open(join(this.#root, path), O_RDONLY));
      if (handle === null) return null;
      try {
        return await use(handle);
      } finally {
        await handle.close();
      }
    });
  }

  async #makeFolder(folder: string): Promise<void> {
    const full = join(this.#root, folder);
    const topmost = await mkdir(full, { recursive: true, mode: FOLDER_MODE });
    if (topmost === undefined) return;
    // Each new folder's name stands in its parent.
    for (let made = full; made.length >= topmost.length; made = dirname(made)) {
      await syncFolder(dirname(made));
    }
  }

  async #syncNames(folder: string): Promise<void> {
    if (this.#settled.has(folder)) return;
    await syncFolder(join(this.#root, folder));
    this.#settled.add(folder);
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, O_RDONLY | O_DIRECTORY);
  try {
    await handle.sync();
  } catch (error) {
    // fsync(2): EINVAL where the file system has no such thing for folders (some FUSE and CIFS).
    if (codeOf(error) !== "EINVAL") throw error;
  } finally {
    await handle.close();
  }
}

async function orNull<Value>(value: Promise<Value>): Promise<Value | null> {
  try {
    return await value;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function told<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw diskErrorOf(error, path);
  }
}

/** A failed system call as a DiskError; anything else is a bug and comes back as it is. */
export function diskErrorOf(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  return new DiskError(codes[code] ?? "io", path, (error as Error).message);
}

const codes: Record<string, DiskErrorCode> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "read-only",
};

function codeOf(error: unknown): string | null {
  const isSystem = error instanceof Error && "syscall" in error && "code" in error;
  return isSystem ? String(error.code) : null;
}
