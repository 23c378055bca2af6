/** Runs the verb in this process, over files in a folder of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { profile } from "../../../agent/cli/profile.ts";
import { FieldwardenError } from "../../../agent/core/errors.ts";

export function createBench() {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-profile-"));
  return {
    /** Writes a file; objects as JSON. Gives its path. */
    file(name: string, content: unknown): string {
      const path = join(folder, name);
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    },
    missing: join(folder, "none.json"),
    async run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
      let stdout = "";
      let stderr = "";
      const sink = new Writable({
        write(chunk, _encoding, done) {
          stdout += String(chunk);
          done();
        },
      });
      try {
        const code = await profile.run({
          args,
          env: {},
          stdout: sink,
          isTerminal: false,
          stderr: (text) => {
            stderr += text;
          },
          stop: new AbortController().signal,
          loadCore: () => Promise.reject(new Error("no core is needed")),
          loadOui: () => Promise.reject(new Error("no makers are needed")),
          version: "0.0.0",
        });
        return { code, stdout, stderr };
      } catch (error) {
        if (!(error instanceof FieldwardenError)) throw error;
        return { code: error.exitCode, stdout, stderr: `${stderr}${error.message}` };
      }
    },
    cleanUp: () => rmSync(folder, { recursive: true }),
  };
}
