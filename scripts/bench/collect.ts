/**
 * The cost of one report's collection (socket tables and interface counters) with 10, 1,000 and 10,000
 * open loopback TCP sockets: against the bare read of the same files, which is the kernel's part, against
 * AWS's way (psutil, as its Python agent collects) and against `ss -tan`. Interleaved in one run.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { networkInterfaces } from "../../agent/collectors/network-interfaces.ts";
import { sockets } from "../../agent/collectors/sockets.ts";
import type { Host } from "../../agent/core/host.ts";
import { createLinuxHost } from "../../agent/world/host-linux.ts";
import { type Figure, median } from "./figure.ts";

const ROUNDS = 60;
/** psutil needs seconds at 10,000 sockets: it takes part in every twentieth round. */
const ROUNDS_PER_PSUTIL = 20;
const ROUNDS_WARM = 5;
const SS_BYTES_MAX = 64 * 1024 * 1024;

export default async function* (): AsyncGenerator<Figure> {
  for (const count of [10, 1_000, 10_000]) {
    const holder = await holdSockets(count);
    try {
      yield* measure(count);
    } finally {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    }
  }
}

async function* measure(count: number): AsyncGenerator<Figure> {
  const psutil = createPsutil();
  const host = createLinuxHost({ root: "/" });
  const files = await filesReadBy(host);
  const readBare = () => {
    for (const file of files) readFileSync(`/${file}`);
  };
  const runSs = () => execFileSync("ss", ["-tan"], { maxBuffer: SS_BYTES_MAX });
  const times = { ours: [] as number[], bare: [] as number[], ss: [] as number[] };
  const psutilTimes: number[] = [];

  for (let round = -ROUNDS_WARM; round < ROUNDS; round++) {
    const bare = timeOf(readBare);
    const ours = await timeOfCollection(host, count);
    const ss = timeOf(runSs);
    if (round < 0) continue;
    times.bare.push(bare);
    times.ours.push(ours);
    times.ss.push(ss);
    if (round % ROUNDS_PER_PSUTIL === 0) psutilTimes.push(await psutil.collect());
  }
  psutil.close();

  const value = median(times.ours);
  for (const [against, theirs] of [
    ["bare read of the same files", times.bare],
    ["psutil", psutilTimes],
    ["ss -tan", times.ss],
  ] as const) {
    const name = `agent.collect.${count}_sockets`;
    yield { name, value, unit: "ms", ratio: value / median(theirs), against, runs: theirs.length };
  }
}

function timeOf(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

async function timeOfCollection(host: Host, count: number): Promise<number> {
  const start = performance.now();
  await networkInterfaces.collect(host);
  const { tcp_connections } = await sockets.collect(host);
  const ms = performance.now() - start;
  if (tcp_connections.length < count) {
    throw new Error(`${tcp_connections.length} connections seen of ${count}`);
  }
  return ms;
}

/** The files that one collection reads on this machine, in its order. */
async function filesReadBy(host: Host): Promise<string[]> {
  const files: string[] = [];
  const note =
    <T>(read: (path: string) => Promise<T>) =>
    async (path: string) => {
      const content = await read(path);
      files.push(path);
      return content;
    };
  const noting = { ...host, readText: note(host.readText), readBytes: note(host.readBytes) };
  await networkInterfaces.collect(noting);
  await sockets.collect(noting);
  return files;
}

function createPsutil() {
  const script = new URL("psutil-collect.py", import.meta.url).pathname;
  const python = spawn("/usr/bin/python3", [script], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return {
    async collect(): Promise<number> {
      python.stdin.write("\n");
      const { value, done } = await lines.next();
      if (done) throw new Error("psutil-collect.py ended: is Debian's python3-psutil installed?");
      return Number((value as string).split(" ")[0]);
    },
    close: () => python.stdin.end(),
  };
}

/** A process that holds `count` sockets: both ends of half as many connections over loopback. */
async function holdSockets(count: number): Promise<ChildProcess> {
  const program = `
    const net = require("node:net");
    const ends = [];
    const server = net.createServer((end) => ends.push(end)).listen(0, "127.0.0.1", async () => {
      for (let made = 0; made < ${count / 2}; made++) {
        const end = net.connect(server.address().port, "127.0.0.1");
        ends.push(end);
        await new Promise((done) => end.once("connect", done));
      }
      const check = () => (ends.length < ${count} ? setTimeout(check, 10) : console.log("ready"));
      check();
    });`;
  const holder = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  return holder;
}
