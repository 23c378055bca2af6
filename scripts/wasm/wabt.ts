/** The tools of npm's wabt, on bytes: its programs want files. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const programs = fileURLToPath(new URL("../../node_modules/wabt/bin/", import.meta.url));

export function wasm2wat(wasm: Uint8Array): string {
  return runTool("wasm2wat", wasm, []).toString("utf8");
}

export function wat2wasm(wat: string): Uint8Array {
  return runTool("wat2wasm", wat, []);
}

export function wasm2c(wasm: Uint8Array): string {
  return runTool("wasm2c", wasm, ["-n", "core", "--no-debug-names"]).toString("utf8");
}

function runTool(name: string, input: string | Uint8Array, options: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-wabt-"));
  try {
    const [from, to] = [join(folder, "from"), join(folder, "to.c")];
    writeFileSync(from, input);
    execFileSync(process.execPath, [join(programs, name), from, ...options, "-o", to]);
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
