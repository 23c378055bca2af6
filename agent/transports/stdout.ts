import type { OutgoingReport, SendResult, Transport } from "../core/transport.ts";
import { localCounts } from "./file.ts";

/** Writes reports to stdout, JSON ones one a line; accepted is what the pipe or terminal has taken. */
export function createStdoutTransport(
  stdout: NodeJS.WritableStream,
  format: "json" | "cbor",
): Transport {
  let messagesSent = 0;
  let bytesSent = 0;

  function send({ bytes }: OutgoingReport): Promise<SendResult> {
    return new Promise((resolve) => {
      const line = format === "json" ? Buffer.concat([bytes, Buffer.from("\n")]) : bytes;
      stdout.write(line, (error) => {
        if (error) {
          resolve({ outcome: "unreachable", reason: error.message });
          return;
        }
        messagesSent++;
        bytesSent += bytes.length;
        resolve({ outcome: "accepted" });
      });
    });
  }

  return {
    name: "stdout",
    send,
    status: () => ({
      state: "connected",
      detail: "",
      endpoint: "stdout",
      counts: { ...localCounts, messagesSent, bytesSent },
    }),
    traffic: () => null,
    close: () => Promise.resolve(),
  };
}
