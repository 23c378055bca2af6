/** The golden vectors (scripts/wasm/record-vectors.ts) on every build that runs in this process. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { builds } from "./harness.ts";

const test = suite("wasm: golden vectors");
const folder = new URL("../fixtures/wasm/", import.meta.url);
const { replay } = await import(new URL("replay.mjs", import.meta.url).href);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".script"))
  .map((file) => file.replace(".script", ""));
const text = (file: string) => readFileSync(new URL(file, folder), "utf8");

for (const name of names) {
  for (const build of builds) {
    const profile = build.name === "nano" ? "nano" : "gateway";
    test(`${name}: ${build.name} answers to the bit`, () => {
      const transcript = replay(build.instantiate(), text(`${name}.script`));
      assert.fixture(transcript, text(`${name}.${profile}.golden`));
    });
  }

  test(`${name}: so does the twin in a process without WebAssembly`, () => {
    const child = fileURLToPath(new URL("jitless-child.mjs", import.meta.url));
    const script = fileURLToPath(new URL(`${name}.script`, folder));
    const { stdout, stderr } = spawnSync(process.execPath, ["--jitless", child, script]);
    assert.fixture(String(stdout), text(`${name}.gateway.golden`), String(stderr));
  });
}

test.run();
