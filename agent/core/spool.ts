/**
 * The disk queue between a closed window and the service's answer. A resolved `append` is the moment
 * from which a power cut loses nothing.
 */
export interface Spool {
  /** Highest id ever appended, over restarts; 0 before the first. */
  readonly lastId: number;
  /** What the newest record carried for the next start, even when it was already removed; or null. */
  readonly carry: Uint8Array | null;
  /** Keeps a record with an id above `lastId`. Older records are dropped, and noted, to stay in bounds. */
  append(record: SpoolRecord): Promise<AppendResult>;
  /** The oldest record that was not removed, or null. Same record until it is removed or dropped. */
  peek(): Promise<SpoolRecord | null>;
  /** Forgets the record with this id and any older one. It may come back once after a power cut. */
  remove(id: number): Promise<void>;
  status(): SpoolStatus;
  close(): Promise<void>;
}

/** `body` is the encoded report; `carry` is the agent's state (counter bases) of that very moment. */
export interface SpoolRecord {
  id: number;
  wallMs: number;
  body: Uint8Array;
  carry: Uint8Array;
}

/** "lost": the disk would not take it even after the oldest were dropped; it is noted as a loss. */
export type AppendResult = { outcome: "stored" } | { outcome: "lost"; reason: string };

export type LossReason = "bytes-max" | "age-max" | "disk-full" | "disk-error" | "corrupt";

/** Reports that will never arrive: a range of ids (both inclusive), how many, why, noticed when. */
export interface Loss {
  fromId: number;
  toId: number;
  count: number;
  reason: LossReason;
  wallMs: number;
}

export interface SpoolStatus {
  records: number;
  bytes: number;
  bytesMax: number;
  ageMsMax: number;
  oldestWallMs: number | null;
  /** Newest last, at most `SPOOL_LOSSES_MAX`; the counts go on when the list is full. */
  losses: readonly Loss[];
  lostRecords: number;
  /** Bytes that this process has written to the disk for the spool: what wears the flash. */
  bytesWritten: number;
}
