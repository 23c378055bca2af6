// The core as plain JavaScript, for hosts without WebAssembly (systemd's MemoryDenyWriteExecute,
// `node --jitless`): build/core.wasm through binaryen's wasm2js, as a function that makes an instance.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../lib/prepare.mjs";

const raw = join(root, "build/core-twin-raw.mjs");
const args = ["build/core.wasm", "-O", "-o", raw];
run(process.execPath, ["node_modules/binaryen/bin/wasm2js", ...args]);

const source = readFileSync(raw, "utf8");
const tail = source.indexOf("var retasmFunc = asmFunc({");
if (tail < 0) throw new Error("wasm2js writes another form: scripts/wasm/twin.mjs must learn it");
writeFileSync(
  join(root, "build/core-twin.mjs"),
  `// Generated from core.wasm by scripts/wasm/twin.mjs.\n${source.slice(0, tail)}
export function instantiate() {
  return asmFunc({});
}
`,
);
rmSync(raw);
