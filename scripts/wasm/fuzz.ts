/**
 * `npm run fuzz [-- --target ingest|restore] [--profile nano|gateway] [--seconds N] [--packets N]
 * [--runs N]`: coverage-guided fuzzing of the core as C (wasm2c's, bounds checks on) by libFuzzer.
 * Without a target, all four in turn, some seconds each. One JSON line a run; 1 on a fault, whose
 * input then lies in build/fuzz/; `--input FILE` runs that input again. Needs Debian's clang and
 * libclang-rt-14-dev.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CORPUS_MAX_LEN, writeCorpus } from "./fuzz-corpus.ts";
import { kitSources, writeKit } from "./kit.ts";
import { batchesOf, plantRecords } from "./plant-trace.ts";
import { traceHeader } from "./trace-header.ts";

const SECONDS_DEFAULT = 10;
/** The trace that the states to start from come of: enough to fill the nano's windows. */
const WARM_UP_PACKETS = 4000;
const INPUT_SECONDS_MAX = 20;

const profiles = { nano: "core-nano.wasm", gateway: "core.wasm" } as const;
const targets = ["ingest", "restore"] as const;
type Profile = keyof typeof profiles;
type Target = (typeof targets)[number];

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "build/fuzz");

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    profile: { type: "string" },
    seconds: { type: "string" },
    packets: { type: "string" },
    runs: { type: "string" },
    input: { type: "string" },
  },
});

if (spawnSync("clang", ["--version"], { stdio: "ignore" }).error !== undefined) {
  console.error("fuzz: no clang; on Debian: apt-get install clang libclang-rt-14-dev");
  process.exit(69);
}
for (const target of choose("target", values.target, targets)) {
  for (const profile of choose("profile", values.profile, Object.keys(profiles) as Profile[])) {
    fuzz(target, profile);
  }
}

function choose<Name extends string>(
  option: string,
  wanted: string | undefined,
  names: readonly Name[],
): readonly Name[] {
  if (wanted === undefined) return names;
  const found = names.filter((name) => name === wanted);
  if (found.length > 0) return found;
  console.error(`fuzz: no ${option} "${wanted}"; there are ${names.join(" and ")}`);
  process.exit(64);
}

function fuzz(target: Target, profile: Profile): void {
  const program = buildTarget(target, profile);
  const corpus = join(folder, `corpus-${target}-${profile}`);
  writeCorpus(corpus, target);
  const bounded = values.packets !== undefined || values.runs !== undefined;
  const seconds = values.seconds ?? (bounded ? "0" : String(SECONDS_DEFAULT));
  const args =
    values.input !== undefined
      ? [values.input]
      : [
          ...[corpus, "-seed=1", `-max_total_time=${seconds}`, `-max_len=${CORPUS_MAX_LEN}`],
          ...["-print_final_stats=1", `-timeout=${INPUT_SECONDS_MAX}`, "-detect_leaks=0"],
          `-artifact_prefix=${folder}/`,
        ];
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: {
      ...process.env,
      ...(values.packets === undefined ? {} : { FUZZ_PACKETS: values.packets }),
      ...(values.runs === undefined ? {} : { FUZZ_RUNS: values.runs }),
    },
  });
  const wall = Math.round((performance.now() - began) / 1000);
  const covered = [...stderr.matchAll(/cov: (\d+)/g)].at(-1)?.[1];
  const counts = JSON.parse(/^\{.*\}$/m.exec(stdout)?.[0] ?? "{}");
  const ok = status === 0;
  console.log(
    JSON.stringify({ target, profile, ok, ...counts, edges: Number(covered ?? 0), seconds: wall }),
  );
  if (ok) return;
  console.error(stderr.split("\n").slice(-40).join("\n"));
  process.exitCode = 1;
}

function buildTarget(target: Target, profile: Profile): string {
  const place = join(folder, profile);
  mkdirSync(place, { recursive: true });
  const wasm = readFileSync(join(root, "build", profiles[profile]));
  writeKit(place, wasm);
  const sources = fileURLToPath(new URL("fuzz/", import.meta.url));
  for (const file of ["common.h", "common.c", "written.h", `${target}.c`]) {
    copyFileSync(join(sources, file), join(place, file));
  }
  writeFileSync(join(place, "trace.h"), traceHeader(new Map([["plant", warmUp()]])));
  const program = join(place, target);
  const { status } = spawnSync(
    "clang",
    [
      ..."-std=c11 -O2 -g -Wall -Wextra -Werror -ffp-contract=off -fsanitize=fuzzer".split(" "),
      // Comparisons told one by one take a third of the time; the corpus knows the protocols' numbers.
      "-fno-sanitize-coverage=trace-cmp",
      ...["-include", join(place, "written.h"), "-I", place, "-o", program],
      ...[`${target}.c`, "common.c", ...kitSources].map((file) => join(place, file)),
      "-lm",
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  if (status !== 0) throw new Error(`fuzz: clang left with ${status}`);
  return program;
}

function warmUp(): string {
  const batches = batchesOf(plantRecords(WARM_UP_PACKETS, 7), 2048);
  return [
    "init 010008000102030405060708",
    ...batches.map((batch) => `ingest ${Buffer.from(batch).toString("hex")}`),
  ].join("\n");
}
