import { type FileHandle, open } from "node:fs/promises";
import type { OutgoingReport, SendResult, Transport } from "../core/transport.ts";

export interface FileTransportOptions {
  path: string;
  /** JSON reports are one a line (NDJSON); CBOR ones follow each other (a CBOR sequence, RFC 8742). */
  format: "json" | "cbor";
}

/** Appends reports to a file; accepted is what fdatasync has put on the disk. */
export function createFileTransport({ path, format }: FileTransportOptions): Transport {
  let file: FileHandle | null = null;
  let detail = "";
  let messagesSent = 0;
  let bytesSent = 0;

  async function send({ bytes }: OutgoingReport): Promise<SendResult> {
    try {
      file ??= await open(path, "a", 0o600);
      await file.appendFile(format === "json" ? Buffer.concat([bytes, newline]) : bytes);
      await file.datasync();
    } catch (error) {
      detail = (error as Error).message;
      return { outcome: "unreachable", reason: detail };
    }
    detail = "";
    messagesSent++;
    bytesSent += bytes.length;
    return { outcome: "accepted" };
  }

  return {
    name: "file",
    send,
    status: () => ({
      state: detail === "" ? "connected" : "disconnected",
      detail,
      endpoint: path,
      counts: { ...localCounts, messagesSent, bytesSent },
    }),
    traffic: () => null,
    close: async () => file?.close(),
  };
}

const newline = new Uint8Array([10]);

/** Nothing is received from a file, and it has no connection to lose. */
export const localCounts = {
  messagesReceived: 0,
  bytesReceived: 0,
  connectionAttempts: 0,
  connectionFailures: 0,
  disconnects: 0,
};
