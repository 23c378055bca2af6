/**
 * `watch` against tshark and tcpdump: a million packets and more, made of ../shared/pcaps again and again
 * with shifted time, through each program from its start to its end, in turns. Ours decodes, keeps
 * baseline and rules, and prints its JSON; `tshark -q -z conv,ip` keeps conversations; `tcpdump -n`
 * prints a line a packet; `tcpdump -w` only reads, filters and writes. Then the memory: the same file
 * twenty times in one run, and a scan of a million addresses beside as many packets of one conversation.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Figure, median } from "./figure.ts";
import { writeCaptures, writeScan } from "./watch-captures.ts";

const PACKETS_MIN = 1_000_000;
const SCAN_PACKETS = 1_000_000;
const ROUNDS = 5;
const REPEATS = 20;
const POLL_MS = 10;

const captures = fileURLToPath(new URL("../../../shared/pcaps/", import.meta.url));
const agent = fileURLToPath(new URL("../../build/agent/main.js", import.meta.url));

export default async function* watch(): AsyncGenerator<Figure> {
  if (!existsSync(captures)) {
    console.error("bench: watch needs the captures of ../shared/pcaps");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-bench-"));
  try {
    yield* speed(folder);
    yield* memory(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* speed(folder: string): AsyncGenerator<Figure> {
  const file = join(folder, "plant.pcap");
  const packets = await writeCaptures(captures, file, PACKETS_MIN);
  const baseline = join(folder, "baseline.json");
  await run(ours([file], "--baseline", baseline, "--learn"));
  const all: [string, string[]][] = [
    ["watch --baseline --json", ours([file], "--baseline", baseline, "--json")],
    ["tshark -q -z conv,ip", ["tshark", "-n", "-q", "-r", file, "-z", "conv,ip"]],
    ["tcpdump -n", ["tcpdump", "-n", "-r", file]],
    ["tcpdump -w /dev/null", ["tcpdump", "-r", file, "-w", "/dev/null"]],
  ];
  const contestants = all.filter(([, [program]]) => isInstalled(program!));
  const runs = new Map(contestants.map(([name]) => [name, [] as Run[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, command] of contestants) runs.get(name)!.push(await run(command));
  }
  const [[, own], ...others] = [...runs] as [[string, Run[]], ...[string, Run[]][]];
  const seconds = median(own.map(({ ms }) => ms)) / 1000;
  yield { name: "watch.packets", value: packets, unit: "packets", runs: 1 };
  for (const [against, theirs] of others) {
    const ratio = median(theirs.map(({ ms }) => ms)) / 1000 / seconds;
    const rss = median(theirs.map(({ rssBytes }) => rssBytes));
    const value = packets / seconds;
    yield { name: "watch.packets_per_s", value, unit: "packets/s", ratio, against, runs: ROUNDS };
    yield {
      name: `watch.rss_peak of ${against}`,
      value: rss / 2 ** 20,
      unit: "MiB",
      runs: ROUNDS,
    };
  }
  const value = median(own.map(({ rssBytes }) => rssBytes)) / 2 ** 20;
  yield { name: "watch.rss_peak", value, unit: "MiB", runs: ROUNDS };
  const repeated = await run(ours(new Array<string>(REPEATS).fill(file)));
  const repeats = repeated.rssBytes / 2 ** 20;
  yield {
    name: `watch.rss_peak, the file ${REPEATS} times`,
    value: repeats,
    unit: "MiB",
    ratio: repeats / value,
    against: "watch.rss_peak",
    runs: 1,
  };
}

async function* memory(folder: string): AsyncGenerator<Figure> {
  const scan = join(folder, "scan.pcap");
  const still = join(folder, "still.pcap");
  writeScan(scan, SCAN_PACKETS, SCAN_PACKETS);
  writeScan(still, SCAN_PACKETS, 1);
  const scanned = (await run(ours([scan]))).rssBytes / 2 ** 20;
  const calm = (await run(ours([still]))).rssBytes / 2 ** 20;
  const name = "watch.rss_peak of a scan of a million addresses";
  yield { name, value: scanned, unit: "MiB", runs: 1 };
  yield { name: `${name}, above one conversation`, value: scanned - calm, unit: "MiB", runs: 1 };
}

function ours(files: readonly string[], ...more: string[]): string[] {
  return [process.execPath, agent, "watch", ...more, "--pcap", ...files];
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

interface Run {
  ms: number;
  rssBytes: number;
}

/** From start to end, output thrown away. The peak of its memory is the last the kernel told. */
async function run([program, ...args]: readonly string[]): Promise<Run> {
  const start = performance.now();
  const child = spawn(program!, args, { stdio: ["ignore", "ignore", "ignore"] });
  let rssBytes = 0;
  const timer = setInterval(() => {
    rssBytes = peakOf(child.pid!) ?? rssBytes;
  }, POLL_MS);
  await once(child, "exit");
  clearInterval(timer);
  return { ms: performance.now() - start, rssBytes };
}

function peakOf(pid: number): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
