/**
 * The disk's twin in memory: it knows which bytes and names are durable, so that power can be cut
 * at any moment and everything that Disk allows to be lost is lost now and then.
 *
 * As on Linux a name points to a file with contents of its own; a name that came, went or moved is
 * durable with the next sync in its folder, bytes with the sync of their file.
 */
import { type Disk, DiskError, type DiskErrorCode } from "../../agent/core/disk.ts";
import { type CutChoice, createMemoryFile, type MemoryFile } from "./memory-file.ts";
import type { Prng } from "./prng.ts";

export type { CutChoice } from "./memory-file.ts";

export type DiskOperation = "list" | "read" | "append" | "sync" | "truncate" | "replace" | "remove";

export interface SimDiskOptions {
  /** Space for contents; an append that does not fit writes what does and fails as "full". */
  capacityBytes?: number;
}

export interface SimDisk extends Disk {
  /** Writes that were begun: the moments at which power can be cut. */
  readonly writes: number;
  /** Resolves when the power has gone. From then on no promise of this disk settles any more. */
  readonly died: Promise<void>;
  /** Cuts the power while the write after the next `writes` ones is under way. */
  dieAfter(writes: number): void;
  /** Cuts the power now, if it is still there, and gives the disk that the next start finds. */
  powerCut(chance: Prng | CutChoice): SimDisk;
  /** Asked before each operation: an error code makes it fail. Null heals the disk. */
  setFault(fault: DiskFault | null): void;
  setCapacity(bytes: number): void;
  /** Contents of all files together, as a program that looks now would count them. */
  bytesUsed(): number;
  /** Flips one bit of the file, in the medium and in every later read. */
  rot(path: string, bit: number): void;
  /** Paths of all files, sorted. */
  paths(): string[];
}

export type DiskFault = (operation: DiskOperation, path: string) => DiskErrorCode | null;

export function createSimDisk(options: SimDiskOptions = {}): SimDisk {
  return new MemoryDisk(new Map(), options.capacityBytes ?? Number.POSITIVE_INFINITY);
}

/** Every state since the last sync in the folder, oldest first; null is "no such file". */
type NameStates = (MemoryFile | null)[];

const NEVER = new Promise<never>(() => {});

class MemoryDisk implements SimDisk {
  writes = 0;
  readonly died: Promise<void>;
  readonly #names: Map<string, NameStates>;
  #capacityBytes: number;
  #fault: DiskFault | null = null;
  #writesLeft = Number.POSITIVE_INFINITY;
  #dead = false;
  #die: () => void = () => {};

  constructor(names: Map<string, NameStates>, capacityBytes: number) {
    this.#names = names;
    this.#capacityBytes = capacityBytes;
    this.died = new Promise((resolve) => {
      this.#die = () => {
        this.#dead = true;
        resolve();
      };
    });
  }

  async list(folder: string): Promise<string[]> {
    await this.#begin("list", folder);
    const inFolder = this.paths().filter((path) => folderOf(path) === folder);
    return inFolder.map((path) => path.slice(path.lastIndexOf("/") + 1));
  }

  async read(path: string): Promise<Uint8Array | null> {
    await this.#begin("read", path);
    return this.#file(path)?.contents().slice() ?? null;
  }

  async readAt(path: string, offset: number, length: number): Promise<Uint8Array | null> {
    await this.#begin("read", path);
    return (
      this.#file(path)
        ?.contents()
        .slice(offset, offset + length) ?? null
    );
  }

  async append(path: string, bytes: Uint8Array): Promise<void> {
    const interrupted = await this.#begin("append", path, () => {
      this.#appendable(path).append(bytes.slice(0, bytes.length >>> 1));
    });
    const file = this.#appendable(path);
    const fitting = Math.max(0, Math.min(bytes.length, this.#capacityBytes - this.bytesUsed()));
    file.append(bytes.slice(0, fitting));
    if (interrupted) return NEVER;
    if (fitting < bytes.length) throw new DiskError("full", path, "no space left on device");
  }

  async sync(path: string): Promise<void> {
    const interrupted = await this.#begin("sync", path, () => this.#file(path)?.failSync());
    if (interrupted) return NEVER;
    this.#file(path)?.sync();
    this.#syncNames(folderOf(path));
  }

  async truncate(path: string, length: number): Promise<void> {
    const interrupted = await this.#begin("truncate", path);
    const file = this.#file(path);
    if (file === null) throw new DiskError("io", path, "no such file");
    if (interrupted) {
      file.offerTruncate(length);
      return NEVER;
    }
    file.truncate(length);
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const interrupted = await this.#begin("replace", path);
    if (bytes.length > this.#capacityBytes - this.bytesUsed()) {
      throw new DiskError("full", path, "no space left on device");
    }
    const file = createMemoryFile();
    file.append(bytes.slice());
    file.sync();
    this.#setName(path, file);
    if (interrupted) return NEVER;
    this.#syncNames(folderOf(path));
  }

  async remove(path: string): Promise<void> {
    const interrupted = await this.#begin("remove", path);
    if (this.#file(path) !== null) this.#setName(path, null);
    if (interrupted) return NEVER;
  }

  dieAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  powerCut(chance: Prng | CutChoice): SimDisk {
    this.#die();
    const choice = "keepBytes" in chance ? chance : choiceOf(chance);
    const survivors = new Map<string, NameStates>();
    for (const [path, states] of this.#names) {
      const kept = states.length > 1 ? choice.keepName(path, states.length) : 0;
      const file = states[kept]?.afterCut(path, choice);
      if (file !== undefined) survivors.set(path, [file]);
    }
    return new MemoryDisk(survivors, this.#capacityBytes);
  }

  setFault(fault: DiskFault | null): void {
    this.#fault = fault;
  }

  setCapacity(bytes: number): void {
    this.#capacityBytes = bytes;
  }

  bytesUsed(): number {
    let total = 0;
    for (const states of this.#names.values()) total += states.at(-1)?.contents().length ?? 0;
    return total;
  }

  rot(path: string, bit: number): void {
    this.#file(path)?.rot(bit);
  }

  paths(): string[] {
    return [...this.#names.keys()].filter((path) => this.#file(path) !== null).sort();
  }

  /** True when the power goes during this operation. It never returns when it has gone before. */
  async #begin(operation: DiskOperation, path: string, failed = () => {}): Promise<boolean> {
    if (this.#dead) return NEVER;
    const code = this.#fault?.(operation, path) ?? null;
    if (code !== null) {
      failed();
      throw new DiskError(code, path, `${operation} failed`);
    }
    if (operation === "list" || operation === "read") return false;
    this.writes++;
    if (this.#writesLeft-- > 0) return false;
    this.#die();
    return true;
  }

  #file(path: string): MemoryFile | null {
    return this.#names.get(path)?.at(-1) ?? null;
  }

  #appendable(path: string): MemoryFile {
    const file = this.#file(path) ?? createMemoryFile();
    if (this.#file(path) === null) this.#setName(path, file);
    return file;
  }

  #setName(path: string, file: MemoryFile | null): void {
    const states = this.#names.get(path) ?? [null];
    this.#names.set(path, [...states, file]);
  }

  #syncNames(folder: string): void {
    for (const [path, states] of this.#names) {
      if (folderOf(path) !== folder) continue;
      const newest = states.at(-1) ?? null;
      if (newest === null) this.#names.delete(path);
      else this.#names.set(path, [newest]);
    }
  }
}

function choiceOf(prng: Prng): CutChoice {
  return {
    keepBytes: (_, unsyncedBytes) => prng.below(unsyncedBytes + 1),
    garble: () => prng.chance(1, 4),
    keepName: (_, states) => prng.below(states),
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
