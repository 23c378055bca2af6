/** A file's contents in memory, and how much of them would be there after a power cut. */
export interface MemoryFile {
  contents(): Uint8Array;
  append(bytes: Uint8Array): void;
  sync(): void;
  /** A sync that failed: its bytes stay readable, but no later sync writes them. */
  failSync(): void;
  truncate(length: number): void;
  /** A truncate that the power cut off: it may have happened. */
  offerTruncate(length: number): void;
  rot(bit: number): void;
  afterCut(path: string, choice: CutChoice): MemoryFile;
}

/** What a power cut spares. Each is asked once per file, or name, in which there is a choice. */
export interface CutChoice {
  /** How many of the unsynced bytes at the file's end are there. */
  keepBytes(path: string, unsyncedBytes: number): number;
  /** Whether what was kept of them ends in a sector of nonsense. */
  garble(path: string): boolean;
  /** Which of `states` of the name holds: 0 is the synced one, the last is the newest. */
  keepName(path: string, states: number): number;
}

const SECTOR_BYTES = 512;

export function createMemoryFile(durable: Uint8Array = new Uint8Array(0)): MemoryFile {
  let bytes = durable;
  let durableLength = durable.length;
  /** Ranges that a failed sync left unwritten although the kernel now calls them clean. */
  let unwritten: [from: number, to: number][] = [];
  let truncateOffered: number | null = null;

  return {
    contents: () => bytes,
    append(added) {
      const longer = new Uint8Array(bytes.length + added.length);
      longer.set(bytes);
      longer.set(added, bytes.length);
      bytes = longer;
    },
    sync() {
      durableLength = bytes.length;
    },
    failSync() {
      if (durableLength < bytes.length) unwritten.push([durableLength, bytes.length]);
    },
    truncate(length) {
      bytes = bytes.slice(0, length);
      durableLength = bytes.length;
      const before = unwritten.filter(([from]) => from < length);
      unwritten = before.map(([from, to]) => [from, Math.min(to, length)]);
    },
    offerTruncate(length) {
      truncateOffered = length;
    },
    rot(bit) {
      const at = bit >>> 3;
      if (at < bytes.length) bytes[at]! ^= 1 << (bit & 7);
    },
    afterCut(path, choice) {
      const unsynced = bytes.length - durableLength;
      const kept = unsynced > 0 ? choice.keepBytes(path, unsynced) : 0;
      let survived = bytes.slice(0, durableLength + kept);
      for (const [from, to] of unwritten) survived.fill(0, from, Math.min(to, survived.length));
      if (kept > 0 && choice.garble(path)) garbleLastSector(survived, durableLength);
      if (truncateOffered !== null && choice.keepName(path, 2) === 1) {
        survived = survived.slice(0, truncateOffered);
      }
      return createMemoryFile(survived);
    },
  };
}

/** The sector that was being written holds neither the old nor the new; synced bytes stay. */
function garbleLastSector(bytes: Uint8Array, durableLength: number): void {
  const sector = Math.floor((bytes.length - 1) / SECTOR_BYTES) * SECTOR_BYTES;
  for (let at = Math.max(sector, durableLength); at < bytes.length; at++) {
    bytes[at] = (bytes[at]! ^ (at * 167 + 91)) & 0xff;
  }
}
