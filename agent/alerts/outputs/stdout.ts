import type { Format, Speaker } from "../formats/format.ts";
import type { AlertOutput } from "../output.ts";

export interface StdoutOutputOptions {
  stdout: NodeJS.WritableStream;
  format: Format;
  speaker: Speaker;
}

/** A record a line to stdout; delivered is what the pipe or terminal has taken. */
export function createStdoutOutput({ stdout, format, speaker }: StdoutOutputOptions): AlertOutput {
  return {
    name: "stdout",
    endpoint: "stdout",
    deliver: (notice) =>
      new Promise((resolve) => {
        stdout.write(`${format.encode(notice, speaker)}\n`, (error) => {
          resolve(
            error ? { outcome: "unreachable", reason: error.message } : { outcome: "delivered" },
          );
        });
      }),
    close: () => Promise.resolve(),
  };
}
