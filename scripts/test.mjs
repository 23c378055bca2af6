// `npm test [-- PATTERN]`: uvu through tsx. `--suite unit|e2e|vectors` picks the folder: `e2e` needs
// the Debian packages that .ci/run names, `vectors` needs the captures and vectors in ../shared.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, root } from "./lib/prepare.mjs";

const args = process.argv.slice(2);
const suiteAt = args.indexOf("--suite");
const suite = suiteAt < 0 ? "unit" : args.splice(suiteAt, 2)[1];
const pattern = args[0] ?? "";
if (!["unit", "e2e", "vectors"].includes(suite)) {
  console.error(`test: no suite "${suite}"; there are unit, e2e and vectors`);
  process.exit(64);
}
if (suite === "vectors" && !existsSync(join(root, "../shared/vectors"))) {
  console.error("test: ../shared/vectors is missing: this suite reads other people's data there");
  process.exit(66);
}
build();

const folder = suite === "unit" ? "test" : `test/${suite}`;
const skip = suite === "unit" ? ["-i", "^(e2e|vectors)/"] : [];
const uvu = spawn(
  process.execPath,
  ["--import", "tsx", "node_modules/uvu/bin.js", folder, `${pattern}.*\\.test\\.ts$`, ...skip],
  { cwd: root, stdio: ["ignore", "pipe", "inherit"], env: { FORCE_COLOR: "1", ...process.env } },
);
let output = "";
uvu.stdout.on("data", (chunk) => {
  output += chunk;
  process.stdout.write(chunk);
});
uvu.on("close", (code) => {
  const count = (word) => Number(new RegExp(`${word}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
  const [total, passed, skipped] = [count("Total"), count("Passed"), count("Skipped")];
  const failed = Math.max(total - passed - skipped, code === 0 ? 0 : 1);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
});
