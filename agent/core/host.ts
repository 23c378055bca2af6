/**
 * How collectors read the device: files below a root, by paths without a leading slash
 * ("proc/net/dev"). A device's tree from anywhere, or the simulator's, can stand in for `/`.
 */
export interface Host {
  /** The whole file as UTF-8. Throws HostError. */
  readText(path: string): Promise<string>;
  /** The whole file, at most `HOST_FILE_BYTES_MAX`. Throws HostError. */
  readBytes(path: string): Promise<Uint8Array>;
  /** Names in a folder, sorted. Throws HostError. */
  list(path: string): Promise<string[]>;
  /** What lies in a folder, sorted by name: for walks, which need not ask for each status. Throws HostError. */
  entries(path: string): Promise<HostEntry[]>;
  /** Target of a symbolic link, as written. Throws HostError. */
  readLink(path: string): Promise<string>;
  /** At most `length` bytes from `offset` on: what a growing log has gained. Throws HostError. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** What is at the path; a symbolic link is itself, not its target. Throws HostError. */
  status(path: string): Promise<FileStatus>;
  /** Space of the file system that holds `path`. Throws HostError. */
  space(path: string): Promise<Space>;
}

/** A symbolic link is itself, not its target. */
export type FileKind = "file" | "folder" | "link" | "other";

export interface HostEntry {
  name: string;
  kind: FileKind;
}

export interface FileStatus {
  kind: FileKind;
  /** Permission bits with set-user-ID (0o4000), set-group-ID and sticky; inode(7). */
  mode: number;
  sizeBytes: number;
  /** Tells a file from the one that took its name. Numbers above 2^53 may share one. */
  inode: number;
  /** Tells file systems apart. */
  device: number;
}

/** Bytes of a file system; `availableBytes` is what an unprivileged program may still use. */
export interface Space {
  totalBytes: number;
  availableBytes: number;
}

/** Why a read failed: what a collector may have to tell apart. */
export type HostErrorCode = "missing" | "denied" | "too-large" | "io";

export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;
  readonly path: string;

  constructor(code: HostErrorCode, path: string, detail: string) {
    super(`/${path}: ${detail}`);
    this.code = code;
    this.path = path;
  }
}
