/**
 * `npm run conformance [-- FILE.json]`: replays documented examples of AWS's own CLI with the real `aws`
 * against a seeded emulator, and compares what it prints with what the documentation shows.
 *
 *     exit 0 when ≥ 95 % of Device Defender's and ≥ 85 % of all runnable examples agree, else 1; 66 no corpus; 69 no `aws`
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ExitCode } from "../agent/core/errors.ts";
import type { Log } from "../agent/core/log.ts";
import { systemClock } from "../agent/world/clock-system.ts";
import { type Cloud, startCloud } from "../sim/emulator/cloud.ts";
import { openAuthority, openServer } from "../sim/emulator/pki-files.ts";
import { differenceOf } from "./emulator/compare.ts";
import { type Example, inputOfExample, repliesFor } from "./emulator/seed.ts";

const CORPUS = "../shared/vectors/aws-cli-examples.json";
const DEFENDER_MIN = 0.95;
const ALL_MIN = 0.85;
/** The real client is a second of CPU a call: more at once help little. */
const WORKERS = 2;
const CLI_MS_MAX = 60_000;

const defender = new Set([
  "audit",
  "mitigation",
  "custom-metrics",
  "dimensions",
  "security-profiles",
  "behaviors",
  "violations",
]);

interface Verdict {
  example: Example;
  /** Empty when it agrees. */
  reason: string;
  /** The documented command or reply is at fault, so it does not count as runnable. */
  isDocumentationFault: boolean;
}

const quiet = () => undefined;
const log: Log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (message, fields) => console.error(message, fields),
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean" }, json: { type: "boolean" } },
  });
  if (values.help) {
    console.log(`Usage: npm run conformance [-- FILE.json] [--json]

Replays documented examples of the AWS CLI against the local cloud. FILE defaults to ${CORPUS}.

Example: npm run conformance`);
    return ExitCode.ok;
  }
  const file = positionals[0] ?? CORPUS;
  const examples = readCorpus(file);
  if (examples === null)
    return fail(ExitCode.noInput, `${file} cannot be read: give the file of another corpus`);
  const version = spawnSync("aws", ["--version"], {
    encoding: "utf8",
    env: { ...process.env, ...environment },
  });
  if (version.error)
    return fail(ExitCode.unavailable, "there is no `aws`: install Debian's awscli");
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-conformance-"));
  try {
    const verdicts = await replay(examples, folder);
    return report(verdicts, values.json === true, version.stdout.trim());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCorpus(file: string): Example[] | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Example[];
  } catch {
    return null;
  }
}

function fail(code: number, message: string): number {
  console.error(`conformance: ${message}`);
  return code;
}

async function replay(examples: readonly Example[], folder: string): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = [...examples];
  async function work(number: number): Promise<void> {
    const own = join(folder, String(number));
    const cloud = await startEmulator(own);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      verdicts.push(await judge(next, cloud, own));
    }
    await cloud.close();
  }
  await Promise.all([...Array(WORKERS).keys()].map(work));
  return verdicts.sort((a, b) => examples.indexOf(a.example) - examples.indexOf(b.example));
}

async function startEmulator(folder: string): Promise<Cloud> {
  const authority = await openAuthority(folder, systemClock);
  const server = await openServer(folder, authority, "127.0.0.1", systemClock);
  return startCloud({
    ...{ host: "127.0.0.1", mqttPort: 0, apiPort: 0, minIntervalS: 300, credentials: null },
    account: { accountId: "123456789012", region: "us-west-2", authority },
    tls: { key: server.keyPem, cert: server.certificatePem, ca: authority.certificatePem },
    clock: systemClock,
    log,
  });
}

async function judge(example: Example, cloud: Cloud, folder: string): Promise<Verdict> {
  await post(cloud, "/account", {});
  const left = await seed(example, cloud);
  await post(cloud, "/clock", { wall_ms: timeFor(example) });
  const { code, stdout, stderr } = await runCli(example, cloud, folder);
  if (code === 252)
    return fault(example, `the client refuses the documented command: ${lastLine(stderr)}`);
  if (/failed to satisfy constraint/.test(stderr)) {
    return fault(example, `the documented request breaks the service's model: ${lastLine(stderr)}`);
  }
  const broken = Object.entries(example.files).find(
    ([name, text]) => /\.json$/.test(name) && !isJson(text),
  );
  if (code !== 0 && broken !== undefined)
    return fault(example, `the documented ${broken[0]} is no JSON`);
  if (code !== 0)
    return wrong(example, `${lastLine(stderr)}${left === "" ? "" : ` (not seeded: ${left})`}`);
  if (example.expect_kind === "unparsed") return fault(example, "the documented reply is no JSON");
  const printed = stdout.trim() === "" ? null : JSON.parse(stdout);
  const difference = differenceOf(example.expect, printed);
  if (difference === null) return { example, reason: "", isDocumentationFault: false };
  const said = `${difference.path}: documented ${short(difference.expected)}, answered ${short(difference.actual)}`;
  const asked = JSON.stringify(inputOfExample(example));
  const isAsAsked =
    typeof difference.actual === "string" && asked.includes(JSON.stringify(difference.actual));
  return isAsAsked
    ? fault(example, `${said}, which is what the request says`)
    : wrong(example, said);
}

async function seed(example: Example, cloud: Cloud): Promise<string> {
  const answer = await post(cloud, "/account/replies", repliesFor(example));
  const { left } = (await answer.json()) as { left: string[] };
  return [...new Set(left)].join(", ");
}

/** An hour before the first time that the request names; else now. */
function timeFor(example: Example): number {
  const times =
    JSON.stringify(inputOfExample(example)).match(/"\w*(?:Date|Time)":\d{9,10}(\.\d+)?/g) ?? [];
  const seconds = times.map((text) => Number(text.split(":")[1]));
  return seconds.length === 0 ? Date.now() : (Math.min(...seconds) - 3600) * 1000;
}

const post = (cloud: Cloud, path: string, body: unknown) =>
  fetch(`${cloud.apiUrl}${path}`, { method: "POST", body: JSON.stringify(body) });

const wrong = (example: Example, reason: string) => ({
  example,
  reason,
  isDocumentationFault: false,
});
const fault = (example: Example, reason: string) => ({
  example,
  reason,
  isDocumentationFault: true,
});
const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? "";
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const short = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 160);

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function runCli({ argv, files }: Example, cloud: Cloud, folder: string): Promise<Run> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  for (const name of filesNamed(argv)) {
    if (!(name in files)) writeFileSync(join(folder, name), certificateText(folder));
  }
  const [, ...words] = withoutEndpoint(argv);
  const args = ["--endpoint-url", cloud.apiUrl, "--output", "json", ...words];
  return new Promise((resolve) => {
    const child = spawn("aws", args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      timeout: CLI_MS_MAX,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

const environment = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_DEFAULT_REGION: "us-west-2",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_PAGER: "",
  AWS_MAX_ATTEMPTS: "1",
  // Debian's, wherever else there may be another: its refusals have an exit code of their own.
  PATH: `/usr/bin:${process.env.PATH ?? ""}`,
};

const filesNamed = (argv: readonly string[]) =>
  argv.filter((word) => word.startsWith("file://")).map((word) => word.slice("file://".length));

/** A certificate, for examples that name a file of one and do not show it. */
const certificateText = (folder: string) =>
  readFileSync(join(folder, "service.server.crt.pem"), "utf8");

function withoutEndpoint(argv: readonly string[]): string[] {
  const at = argv.indexOf("--endpoint-url");
  return at < 0 ? [...argv] : argv.filter((_, index) => index !== at && index !== at + 1);
}

function report(verdicts: readonly Verdict[], isJson: boolean, version: string): number {
  const runnable = verdicts.filter(({ isDocumentationFault }) => !isDocumentationFault);
  const shares = {
    defender: shareOf(runnable.filter(({ example }) => defender.has(example.primary_family))),
    all: shareOf(runnable),
  };
  const passed = shares.defender >= DEFENDER_MIN && shares.all >= ALL_MIN;
  if (isJson) console.log(JSON.stringify({ ...shares, verdicts: verdicts.map(rowOf) }));
  else print(verdicts, runnable, shares, version);
  return passed ? ExitCode.ok : ExitCode.findings;
}

const rowOf = ({ example, reason, isDocumentationFault }: Verdict) => ({
  id: example.id,
  family: example.primary_family,
  passed: reason === "",
  documentation_fault: isDocumentationFault,
  reason,
});

function shareOf(verdicts: readonly Verdict[]): number {
  return verdicts.filter(({ reason }) => reason === "").length / Math.max(1, verdicts.length);
}

function print(
  verdicts: readonly Verdict[],
  runnable: readonly Verdict[],
  shares: { defender: number; all: number },
  version: string,
): void {
  for (const { example, reason, isDocumentationFault } of verdicts) {
    if (reason === "") continue;
    console.log(`${isDocumentationFault ? "DOC " : "FAIL"} ${example.id}: ${reason}`);
  }
  const families = [...new Set(verdicts.map(({ example }) => example.primary_family))].sort();
  for (const family of families) {
    const of = runnable.filter(({ example }) => example.primary_family === family);
    const passed = of.filter(({ reason }) => reason === "").length;
    console.log(`${family.padEnd(18)} ${String(passed).padStart(3)} of ${of.length}`);
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const faults = verdicts.length - runnable.length;
  console.log(`\n${version}`);
  console.log(
    `Device Defender ${percent(shares.defender)}, all ${percent(shares.all)} of ${runnable.length} runnable examples; ${faults} are at fault themselves`,
  );
}

process.exitCode = await main();
