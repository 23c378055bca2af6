// node --jitless jitless-child.mjs SCRIPT: the twin's transcript of it, where WebAssembly is missing.
import { readFileSync } from "node:fs";
import { instantiate } from "../../build/core-twin.mjs";
import { replay } from "./replay.mjs";

if (typeof WebAssembly !== "undefined") throw new Error("this process has WebAssembly");
process.stdout.write(replay(instantiate(), readFileSync(process.argv[2], "utf8")));
