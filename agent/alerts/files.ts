import type { Disk } from "../core/disk.ts";
import type { SegmentFile } from "./chain.ts";
import { decodeHead, type Head } from "./head.ts";

/** Below the state folder. */
const FOLDER = "alerts";

export const HEAD_FILE = "head.json";

/** Names of the records' files, in the order of writing: the first record's sequence. */
const segmentPattern = /^\d{12}\.ndjson$/;

export const nameOf = (sequence: number) => `${String(sequence).padStart(12, "0")}.ndjson`;
export const pathOf = (name: string) => `${FOLDER}/${name}`;

/** The ledger's files as they are: the head first, so that an agent at work can only be ahead of it. */
export async function readLedger(disk: Disk): Promise<{ head: Head | null; files: SegmentFile[] }> {
  const headBytes = await disk.read(pathOf(HEAD_FILE));
  const names = (await disk.list(FOLDER)).filter((name) => segmentPattern.test(name));
  const files: SegmentFile[] = [];
  for (const name of names) {
    const bytes = await disk.read(pathOf(name));
    if (bytes !== null) files.push({ name, bytes });
  }
  return { head: headBytes === null ? null : decodeHead(headBytes), files };
}
