// The core as plain JavaScript, for hosts without WebAssembly (systemd's MemoryDenyWriteExecute,
// `node --jitless`): build/core.wasm through binaryen's wasm2js, as a function that makes an instance.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../lib/prepare.mjs";

const raw = join(root, "build/core-twin-raw.mjs");
const text = join(root, "build/core-twin.wat");
const unaligned = join(root, "build/core-twin.wasm");
const tool = (program, ...args) => run(process.execPath, [`node_modules/${program}`, ...args]);

// A module may read where it likes; its alignments are only hints. wasm2js takes them at their word and
// indexes an Int32Array by address >> 2, so each must say that it promises nothing.
tool("wabt/bin/wasm2wat", "build/core.wasm", "-o", text);
const accesses =
  /\b((?:i32|i64|f64)\.(?:load|store)(?:16|32|16_[su]|32_[su])?(?: offset=\d+)?)(?: align=\d+)?$/gm;
writeFileSync(text, readFileSync(text, "utf8").replace(accesses, "$1 align=1"));
tool("wabt/bin/wat2wasm", text, "-o", unaligned);
tool("binaryen/bin/wasm2js", unaligned, "-O", "-o", raw);

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
for (const file of [raw, text, unaligned]) rmSync(file);
