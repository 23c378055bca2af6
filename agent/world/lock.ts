import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { ExitCode, FieldwardenError } from "../core/errors.ts";

/**
 * Keeps a second agent out of a state folder, for as long as this process lives. The lock is a name in
 * Linux's abstract socket space: the kernel frees it however the process ends, so there is no stale
 * lock file after a power cut. Throws FieldwardenError when it is taken. Returns what unlocks.
 */
export function lockFolder(folder: string): Promise<() => void> {
  const name = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") {
        fail(error);
        return;
      }
      fail(
        new FieldwardenError(
          ExitCode.unavailable,
          `another agent runs on the state folder ${folder}`,
          "Stop it first, or give this one its own --state-dir.",
        ),
      );
    });
    server.listen(`\0fieldwarden-${name}`, () => {
      server.unref();
      done(() => server.close());
    });
  });
}
