// `npm run check`: formatter and linter, types, import rules, dead code, and the house's own tidiness.
import { build, run } from "./lib/prepare.mjs";

build();
const bin = (name) => `node_modules/.bin/${name}`;
run(bin("biome"), ["check", "."]);
run(bin("tsc"), ["-p", "tsconfig.json"]);
run(bin("tsc"), ["-p", "agent/web/tsconfig.page.json"]);
run(bin("depcruise"), ["--config", ".dependency-cruiser.cjs", "agent", "sim", "scripts", "test"]);
run(bin("knip"), []);
run(process.execPath, ["--import", "tsx", "scripts/tidy.ts"]);
