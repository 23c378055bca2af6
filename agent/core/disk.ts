/**
 * Bytes that must outlive a power cut: files below the state folder, by relative path. What a
 * resolved promise promises is said per method; anything weaker may be gone after a power cut.
 */
export interface Disk {
  /** Names of the files in the folder, sorted. A folder that does not exist is empty. */
  list(folder: string): Promise<string[]>;
  /** The whole file, or null when there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** At most `length` bytes from `offset` on, fewer where the file ends, or null when there is none. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array | null>;
  /**
   * Adds bytes at the end and creates the file where it is missing. Not durable before `sync`; after
   * a power cut any prefix of what was not synced may be there.
   */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Makes all that was appended to the file, and its name in the folder, durable. */
  sync(path: string): Promise<void>;
  /** Cuts the file to `length` bytes, durably. */
  truncate(path: string, length: number): Promise<void>;
  /** Replaces the file by these bytes, durably: after a power cut the old or the new, never a mix. */
  replace(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes the file. Durable at the latest with the next `sync` or `replace` in its folder. */
  remove(path: string): Promise<void>;
}

/** Why a write or read failed: what the store has to tell apart. */
export type DiskErrorCode = "full" | "denied" | "read-only" | "io";

export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;
  readonly path: string;

  constructor(code: DiskErrorCode, path: string, detail: string) {
    super(`${path}: ${detail}`);
    this.code = code;
    this.path = path;
  }
}
