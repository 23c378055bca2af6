/**
 * `npm run score -- DIR`: every capture in DIR through the built agent, against what an independent reader
 * (tshark) found in it, DIR/truth/NAME.json. A line for each field and each protocol; exit 1 when a count
 * is not what it must be, 66 when DIR is missing. What is asked of each is in score/compare.ts.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ExitCode } from "../agent/core/errors.ts";
import { compare, type Seen, type Truth, type Verdict } from "./score/compare.ts";
import { reportOf } from "./score/report.ts";

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;

const root = new URL("../", import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: "boolean" }, "differing-max": { type: "string", default: "0" } },
});
const folder = positionals[0] ?? fileURLToPath(new URL("../shared/pcaps", root));
const agent = fileURLToPath(new URL("build/agent/main.js", root));

process.exitCode = values.help ? help() : await score();

function help(): number {
  console.log(`Usage: npm run score -- [DIR] [--differing-max N]

Compares what watch finds in each capture of DIR with DIR/truth. DIR is ../shared/pcaps.

  --differing-max N   So many captures without losses may differ. [0]

Example: npm run score -- ./captures`);
  return ExitCode.ok;
}

async function score(): Promise<number> {
  const captures = existsSync(join(folder, "truth")) ? capturesOf(folder) : [];
  if (captures.length === 0) {
    console.error(`score: no captures with a truth in ${folder}`);
    return ExitCode.noInput;
  }
  const verdicts: Verdict[] = [];
  const waiting = [...captures];
  const work = async (): Promise<void> => {
    for (let capture = waiting.shift(); capture; capture = waiting.shift()) {
      verdicts.push(compare(await watch(capture.path), capture.truth));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  verdicts.sort((a, b) => (a.file < b.file ? -1 : 1));
  const { lines, isPassed } = reportOf(verdicts, Number(values["differing-max"]));
  for (const line of lines) console.log(line);
  return isPassed ? ExitCode.ok : ExitCode.findings;
}

function capturesOf(set: string): { path: string; truth: Truth }[] {
  return readdirSync(set)
    .sort()
    .flatMap((name) => {
      const truth = join(set, "truth", `${basename(name, extname(name))}.json`);
      if (!/^\.pcap(ng)?$/.test(extname(name)) || !existsSync(truth)) return [];
      return [{ path: join(set, name), truth: JSON.parse(readFileSync(truth, "utf8")) as Truth }];
    });
}

/** Findings (exit 1) are none of our business here. */
function watch(path: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const args = [agent, "watch", "--pcap", path, "--json"];
    execFile(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
      if (error === null || error.code === ExitCode.findings) resolve(JSON.parse(stdout));
      else reject(new Error(`score: ${path}: exit ${error.code}: ${stderr}`));
    });
  });
}
