/** The files that a firmware team copies into its tree, gathered in one folder. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coreAsC } from "./to-c.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const embedFolder = join(root, "wasm/embed");
export const exampleFolder = join(embedFolder, "example");
export const nanoFile = join(root, "build/core-nano.wasm");

const FILES = [
  "fieldwarden_core.h",
  "fieldwarden_core.c",
  "core_abi.h",
  "engine.h",
  "engine_wasm2c.c",
  "wasm2c_rt.h",
];

/** What to compile. */
export const kitSources = ["fieldwarden_core.c", "engine_wasm2c.c"];

export function writeKit(folder: string, wasm: Uint8Array = readFileSync(nanoFile)): void {
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(join(embedFolder, file), join(folder, file));
  writeFileSync(join(folder, "core_functions.h"), coreAsC(wasm));
}
