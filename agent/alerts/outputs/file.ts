import { constants, type FileHandle, open } from "node:fs/promises";
import type { Format, Speaker } from "../formats/format.ts";
import type { AlertOutput, DeliveryResult } from "../output.ts";

export interface FileOutputOptions {
  path: string;
  format: Format;
  speaker: Speaker;
}

/** More than the longest line of any format: what is read of the end to know the last one. */
const TAIL_BYTES_MAX = 256 * 1024;

const NEWLINE = 0x0a;

/**
 * A record a line; delivered is what fdatasync has put on the disk. The file is opened for each
 * record, so that whatever rotates it needs no signal. Its last line is looked at first: one that the
 * power cut short is ended, and a record that stands there already is not written twice.
 */
export function createFileOutput({ path, format, speaker }: FileOutputOptions): AlertOutput {
  async function write(file: FileHandle, line: string): Promise<void> {
    const tail = await tailOf(file);
    const isWhole = tail.length === 0 || tail.at(-1) === NEWLINE;
    if (isWhole && lastLineOf(tail) === line) return;
    await file.appendFile(`${isWhole ? "" : "\n"}${line}\n`);
    await file.datasync();
  }

  return {
    name: "file",
    endpoint: path,
    async deliver(notice): Promise<DeliveryResult> {
      try {
        const file = await open(path, O_RDWR | O_APPEND | O_CREAT, 0o600);
        try {
          await write(file, format.encode(notice, speaker));
        } finally {
          await file.close();
        }
      } catch (error) {
        return { outcome: "unreachable", reason: (error as Error).message };
      }
      return { outcome: "delivered" };
    },
    close: () => Promise.resolve(),
  };
}

const { O_APPEND, O_CREAT, O_RDWR } = constants;

async function tailOf(file: FileHandle): Promise<Uint8Array> {
  const { size } = await file.stat();
  const length = Math.min(size, TAIL_BYTES_MAX);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}

function lastLineOf(tail: Uint8Array): string {
  const text = new TextDecoder().decode(tail);
  return text.slice(text.lastIndexOf("\n", text.length - 2) + 1, -1);
}
