// The house's own rules, which no linter knows: `npm run check` runs them on every file git tracks.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A file longer than this is two ideas, or has its reason in LONG. */
const LINES_MAX = 300;
const LONG: Readonly<Record<string, string>> = {
  "agent/options.ts": "one table",
  "agent/traffic/abi.ts": "generated",
  "sim/emulator/api/model-data.ts": "generated",
  "agent/alerts/ledger.ts": "records, head and the outputs' places are written in one order",
  "scripts/wasm/bench/plain-decoder.ts": "a contestant, in one piece as such decoders are written",
  "test/fixtures/agent-status.ts": "data",
  "test/wasm/modbus.test.ts": "one protocol, message by message and stream by stream",
  "wasm/abi/decode.ts": "one table of numbers, which the C header and TypeScript are made of",
  "test/wasm/decode.test.ts": "one layer after the other, over the same frames",
};

/** [files, word, what to use instead, files that may] */
const banned: readonly [RegExp, RegExp, string, RegExp?][] = [
  [
    /^(agent|sim)\//,
    /\bDate\.now\(|\bnew Date\(\)|performance\.now\(/,
    "Clock",
    /^(agent\/(world|transports|web\/page)|sim\/(cli|main))/,
  ],
  [
    /^(agent|sim)\//,
    /\bMath\.random\b/,
    "a random or prng that is passed in",
    /^agent\/cli\/run\.ts$/,
  ],
  [/^agent\/collectors\//, /child_process/, "a file under Host, or NoDataError"],
  [
    /\.(ts|mjs)$/,
    /\b(TODO|FIXME|XXX|HACK)\b/,
    "an issue, or the work itself",
    /^scripts\/tidy\.ts$/,
  ],
  [/\.(ts|mjs)$/, /@ts-(ignore|nocheck|expect-error)/, "the right type", /^scripts\/tidy\.ts$/],
  [/^test\//, /\.(skip|only)\(/, "a test that runs"],
  [/./, /\/work\/|\.library\b/, "a path that every machine has", /^scripts\/tidy\.ts$/],
];

const faults: string[] = [];
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(file) && !file.endsWith("package-lock.json"));

for (const file of files) {
  const text = readFileSync(file, "utf8");
  if (/\.(ts|mjs|js)$/.test(file)) checkCode(file, text);
  for (const [where, word, instead, except] of banned) {
    if (!where.test(file) || except?.test(file)) continue;
    const line = text.split("\n").findIndex((one) => word.test(one)) + 1;
    if (line > 0) faults.push(`${file}:${line}: ${word.source}: use ${instead}`);
  }
}

function checkCode(file: string, text: string): void {
  const lines = text.split("\n").length;
  if (lines > LINES_MAX && !(file in LONG)) {
    faults.push(`${file}: ${lines} lines: over ${LINES_MAX}; is it still one idea?`);
  }
  const suites = [...text.matchAll(/const (\w+) = suite\(/g)].map((match) => match[1]!);
  for (const name of suites) {
    if (!text.includes(`${name}.run()`)) faults.push(`${file}: suite "${name}" is never run`);
  }
}

for (const fault of faults) console.error(`tidy: ${fault}`);
console.log(`tidy: ${files.length} files, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;
