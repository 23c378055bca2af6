// `npm run build`: the WASM core, then the agent and the simulator, each bundled into plain JavaScript
// in build/. Bundled, the agent needs 14 MB less memory than as loose modules.
import { chmodSync, cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, root, run } from "./lib/prepare.mjs";

if (process.argv.includes("--steps")) await steps();
else build({ force: !process.argv.includes("--if-stale") });

async function steps() {
  mkdirSync(join(root, "build"), { recursive: true });
  run(process.execPath, ["--import", "tsx", "scripts/wasm/generate.ts"]);
  for (const target of ["gateway", "nano"]) {
    run(process.execPath, ["scripts/wasm/compile.mjs", target]);
  }
  run(process.execPath, ["scripts/wasm/twin.mjs"]);
  run(process.execPath, ["--import", "tsx", "scripts/oui.ts"]);
  for (const program of ["agent", "sim"]) await bundle(program);
  // web/server.ts is in agent/main.js, so the page lies beside that.
  cpSync(join(root, "agent/web/page"), join(root, "build/agent/page"), { recursive: true });
}

/** build/PROGRAM/main.js, and beside it a chunk for each part that is loaded only when it is used. */
async function bundle(program) {
  const { build: esbuild } = await import("esbuild");
  const outdir = join(root, "build", program);
  rmSync(outdir, { recursive: true, force: true });
  await esbuild({
    absWorkingDir: root,
    entryPoints: [`${program}/main.ts`],
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "linked",
    logLevel: "warning",
    // What the CycloneDX library would write XML with, if it were there: it is not, and JSON needs none.
    external: ["xmlbuilder2"],
    // CommonJS packages inside an ES module still ask for Node's own modules by require().
    banner: {
      js: 'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);',
    },
  });
  chmodSync(join(outdir, "main.js"), 0o755);
}
