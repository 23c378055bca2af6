/**
 * The device's files below a root: `/` on the device itself, or a device's tree from anywhere (a
 * container's `/host`, an image on a desk).
 *
 * /proc and /sys are memory, so reads are synchronous, into one scratch buffer: measured against
 * fs.promises this takes half the CPU, and a seq_file hands out 4 KiB per read, so a table of 10,000
 * sockets is nearly 400 reads. Only `space` waits, because statfs may reach a disk.
 */
import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import { statfs } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type FileKind,
  type FileStatus,
  type Host,
  HostError,
  type HostErrorCode,
} from "../core/host.ts";
import { HOST_FILE_BYTES_MAX } from "../core/limits.ts";

/** Symbolic links followed in one path: Linux's own MAXSYMLINKS, path_resolution(7). */
const LINKS_MAX = 40;
/** Scratch to begin with: the socket tables of a gateway with 400 sockets. */
const SCRATCH_BYTES_MIN = 64 * 1024;
/** Scratch that stays allocated: the tables of 28,000 sockets need not grow it anew at each report. */
const SCRATCH_BYTES_KEPT_MAX = 4 * 1024 * 1024;

// O_NONBLOCK: opening a FIFO in a foreign tree must not wait for a writer. It changes nothing on files.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Reads below `root`. A path must be relative and free of `..`. Below any other root than `/`,
 * symbolic links are followed as chroot(2) would: an absolute target starts again at the root, and
 * nothing leads above it, so a foreign tree never shows this machine's own files.
 */
export function createLinuxHost({ root }: { root: string }): Host {
  const base = resolve(root);
  const locate = (path: string, last: "follow" | "keep") => {
    refuseEscape(path);
    return base === "/" ? `/${path}` : resolveBelow(base, path, last);
  };
  const scratch = createScratch();

  const open = <T>(path: string, use: (file: number) => T): T =>
    mapErrors(path, () => {
      const file = openSync(locate(path, "follow"), OPEN_FLAGS);
      try {
        if (!fstatSync(file).isFile()) throw new HostError("io", path, "is not a regular file");
        return use(file);
      } finally {
        closeSync(file);
      }
    });
  const read = <T>(path: string, take: (length: number) => T): T =>
    open(path, (file) => take(scratch.fill(file, path)));

  return {
    readText: async (path) => read(path, (length) => scratch.text(length)),
    readBytes: async (path) => read(path, (length) => scratch.bytes(length)),
    list: async (path) => mapErrors(path, () => readdirSync(locate(path, "follow")).sort()),
    entries: async (path) =>
      mapErrors(path, () =>
        readdirSync(locate(path, "follow"), { withFileTypes: true })
          .map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ),
    readLink: async (path) => mapErrors(path, () => readlinkSync(locate(path, "keep"))),
    readAt: async (path, offset, length) =>
      open(path, (file) => {
        const bytes = Buffer.alloc(Math.min(length, HOST_FILE_BYTES_MAX));
        return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
      }),
    status: async (path) => mapErrors(path, () => statusOf(lstatSync(locate(path, "keep")))),
    async space(path) {
      try {
        const { bsize, blocks, bavail } = await statfs(locate(path, "follow"));
        return { totalBytes: blocks * bsize, availableBytes: bavail * bsize };
      } catch (error) {
        throw hostErrorOf(path, error);
      }
    },
  };
}

function kindOf(what: Stats | Dirent): FileKind {
  if (what.isFile()) return "file";
  if (what.isDirectory()) return "folder";
  return what.isSymbolicLink() ? "link" : "other";
}

function statusOf(stats: Stats): FileStatus {
  return {
    kind: kindOf(stats),
    mode: stats.mode & 0o7777,
    sizeBytes: stats.size,
    inode: stats.ino,
    device: stats.dev,
  };
}

/** One buffer for all reads: filling it and taking from it happen in one synchronous step. */
function createScratch() {
  let buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES_MIN);
  const shrink = () => {
    if (buffer.length > SCRATCH_BYTES_KEPT_MAX) buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES_MIN);
  };

  return {
    /** Reads the file to its end and gives its length. Its size is not asked: in /proc it is 0. */
    fill(file: number, path: string): number {
      let length = 0;
      for (;;) {
        if (length === buffer.length) {
          const grown = Buffer.allocUnsafeSlow(Math.min(length * 4, HOST_FILE_BYTES_MAX + 1));
          buffer.copy(grown);
          buffer = grown;
        }
        const count = readSync(file, buffer, length, buffer.length - length, null);
        if (count === 0) return length;
        length += count;
        if (length > HOST_FILE_BYTES_MAX) {
          shrink();
          throw new HostError("too-large", path, `is larger than ${HOST_FILE_BYTES_MAX} bytes`);
        }
      }
    },
    text(length: number): string {
      const text = buffer.toString("utf8", 0, length);
      shrink();
      return text;
    },
    bytes(length: number): Buffer {
      const bytes = Buffer.from(buffer.subarray(0, length));
      shrink();
      return bytes;
    },
  };
}

function refuseEscape(path: string): void {
  if (
    path === "" ||
    path.startsWith("/") ||
    path.includes("\0") ||
    path.split("/").includes("..")
  ) {
    throw new HostError("denied", path, "is not a path below the root");
  }
}

/** The path with every link on the way resolved below `base`; the last one only on "follow". */
function resolveBelow(base: string, path: string, last: "follow" | "keep"): string {
  const pending = path.split("/").reverse();
  let done: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const name = pending.pop()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      done.pop();
      continue;
    }
    const here = [base, ...done, name].join("/");
    const isLast = pending.length === 0;
    if ((isLast && last === "keep") || !lstatSync(here).isSymbolicLink()) {
      done.push(name);
      continue;
    }
    if (++links > LINKS_MAX) throw new HostError("io", path, "has too many symbolic links");
    const target = readlinkSync(here);
    if (target.startsWith("/")) done = [];
    pending.push(...target.split("/").reverse());
  }
  return [base, ...done].join("/");
}

function mapErrors<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw hostErrorOf(path, error);
  }
}

const codeOfErrno: Readonly<Record<string, HostErrorCode>> = {
  ENOENT: "missing",
  ENOTDIR: "missing",
  ESRCH: "missing", // The process behind /proc/PID is gone.
  EACCES: "denied",
  EPERM: "denied",
};

/** Errors of the system become HostError; any other error is a bug of ours and passes. */
function hostErrorOf(path: string, error: unknown): unknown {
  if (error instanceof HostError || !(error instanceof Error)) return error;
  const errno = (error as NodeJS.ErrnoException).code;
  if (errno === undefined || (error as NodeJS.ErrnoException).syscall === undefined) return error;
  return new HostError(codeOfErrno[errno] ?? "io", path, error.message);
}
