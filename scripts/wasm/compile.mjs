// `node scripts/wasm/compile.mjs gateway|nano [FOLDER]`: the core of wasm/ into build/, here or in a folder with the
// same things. Compiled by asc, then optimised once more by binaryen's wasm-opt: asc leaves a long function
// apart even if it has one caller. V8 inlines nothing in WebAssembly, and at each call it puts away what it
// had at hand; in the nano every function costs bytes.
import { join } from "node:path";
import { root, run } from "../lib/prepare.mjs";

const PROFILES = {
  gateway: {
    file: "build/core.wasm",
    again: ["-O3", "--flexible-inline-max-function-size", "100"],
  },
  nano: { file: "build/core-nano.wasm", again: ["-Oz", "--converge"] },
};

const [target, folder = root] = process.argv.slice(2);
const { file, again } = PROFILES[target];
const compiler = join(root, "node_modules/assemblyscript/bin/asc.js");
const optimizer = join(root, "node_modules/binaryen/bin/wasm-opt");
const made = join(folder, file);
run(process.execPath, [compiler, "--baseDir", folder, "--target", target, "--outFile", file]);
run(process.execPath, [optimizer, "--mvp-features", made, ...again, "-o", made]);
