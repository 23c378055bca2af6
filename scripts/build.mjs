// `npm run build`: the WASM core, then the agent and the simulator as plain JavaScript in build/.
import { chmodSync, cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { build, root, run } from "./lib/prepare.mjs";

if (process.argv.includes("--steps")) steps();
else build({ force: !process.argv.includes("--if-stale") });

function steps() {
  mkdirSync(join(root, "build"), { recursive: true });
  run(process.execPath, ["--import", "tsx", "scripts/wasm/generate.ts"]);
  for (const target of ["gateway", "nano"]) {
    run(process.execPath, ["node_modules/assemblyscript/bin/asc.js", "--target", target]);
  }
  run(process.execPath, ["scripts/wasm/twin.mjs"]);
  run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"]);
  cpSync(join(root, "agent/web/page"), join(root, "build/agent/web/page"), { recursive: true });
  for (const main of ["agent", "sim"]) chmodSync(join(root, `build/${main}/main.js`), 0o755);
}
