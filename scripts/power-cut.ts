// `npm run power-cut [-- --kills N --seed N]`: kills the real agent with SIGKILL at random moments while
// it appends and sends, with the way to the broker cut and healed in between, and then counts.
//
// The device is a folder whose interface counters this script moves. All growth that the agent ever
// reports must add up to what the counters really grew by: a report lost, or one counted under two ids,
// breaks the sum.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createPrng, type Prng } from "../sim/engine/prng.ts";

const THING = "power-cut";
/** Life of one start, from before its first tick to some reports later. */
const LIFE_MS_MAX = 2600;
const DRAIN_MS_MAX = 60_000;

interface StoredReport {
  report_id: number;
  report: { metrics?: { network_stats?: { bytes_in: number } } };
}

const { values } = parseArgs({
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const kills = Number(values.kills);
const prng = createPrng(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), "fieldwarden-power-cut-"));
const device = createDevice(join(folder, "root"));
const children = new Set<ChildProcess>();
const created = new Set<number>();
let startsFailed = 0;

try {
  const problems = await hunt();
  console.log(
    JSON.stringify({
      kills,
      seed: Number(values.seed),
      reports: created.size,
      startsFailed,
      problems,
    }),
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  for (const child of children) child.kill("SIGKILL");
  device.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function hunt(): Promise<string[]> {
  const cloud = start("sim", ["cloud", "--dir", folder, "--min-interval-s", "0"]);
  const [line] = await once(createInterface({ input: cloud.stdout! }), "line");
  const { mqtt_port: mqttPort, api, ca } = JSON.parse(line);
  spawnSync(process.execPath, ["build/sim/main.js", "device", THING, "--dir", folder]);
  const link = await createLink(mqttPort);
  const args = agentArgs(link.port, ca);

  // Until the first report there is no base on the disk, so the counters stand still until then.
  let agent = await startAgent(args);
  while (created.size === 0) await sleep(50);
  const base = device.bytesIn();
  const received = new Map<number, StoredReport>();
  device.move();
  for (let kill = 0; kill < kills; kill++) {
    await live(prng, link);
    agent.kill("SIGKILL");
    await once(agent, "exit");
    children.delete(agent);
    await gather(api, received);
    agent = await startAgent(args);
  }
  link.heal();
  device.stop();
  const settledAt = created.size;
  const deadlineMs = performance.now() + DRAIN_MS_MAX;
  while (created.size < settledAt + 2 && performance.now() < deadlineMs) await sleep(100);
  while (!isSubset(created, received) && performance.now() < deadlineMs) {
    await sleep(200);
    await gather(api, received);
  }
  link.close();
  return problemsOf(received, device.bytesIn() - base);
}

function problemsOf(received: Map<number, StoredReport>, grown: number): string[] {
  const problems: string[] = [];
  const lost = [...created].filter((id) => !received.has(id));
  if (lost.length > 0) problems.push(`kept on disk but never received: ${lost.join(", ")}`);
  let reported = 0;
  for (const { report } of received.values()) {
    reported += report.metrics?.network_stats?.bytes_in ?? 0;
  }
  if (reported !== grown) {
    problems.push(`the counters grew by ${grown} bytes, the reports say ${reported}`);
  }
  if (startsFailed > 0) problems.push(`${startsFailed} starts failed`);
  return problems;
}

/** Lets the agent run for a random while, in which the way to the broker may go and come. */
async function live(prng: Prng, link: Link): Promise<void> {
  const lifeMs = 100 + (prng.u32() % LIFE_MS_MAX);
  const cutAtMs = prng.chance(1, 2) ? prng.u32() % lifeMs : lifeMs;
  await sleep(cutAtMs);
  if (cutAtMs < lifeMs) link.cut();
  await sleep((lifeMs - cutAtMs) / 2);
  if (prng.chance(3, 4)) link.heal();
  await sleep((lifeMs - cutAtMs) / 2);
}

/** Resolves when the agent says that it runs, so that a start which fails is noticed. */
async function startAgent(args: readonly string[]): Promise<ChildProcess> {
  const child = start("agent", ["run", ...args]);
  const running = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      const event = parsed(line);
      if (event.message === "report created") created.add(event.id as number);
      if (event.message === "running") resolve();
    });
  });
  const failed = once(child, "exit").then(([code]) => {
    if (code === null) return; // Killed by us.
    startsFailed++;
    console.error(`power-cut: the agent left with exit ${code}`);
  });
  await Promise.race([running, failed]);
  return child;
}

function agentArgs(port: number, ca: string): string[] {
  const state = join(folder, "state");
  return [
    ...["--thing-name", THING, "--root", device.root, "--state-dir", state],
    ...["--mqtt-url", `mqtts://localhost:${port}`, "--mqtt-ca-file", ca],
    ...["--mqtt-cert-file", join(folder, `${THING}.crt.pem`)],
    ...["--mqtt-key-file", join(folder, `${THING}.key.pem`)],
    ...["--report-interval-s", "1", "--status-listen", "off", "--report-format", "cbor"],
  ];
}

/** Adds what the service keeps of late: it keeps the newest 50 reports of a thing. */
async function gather(api: string, received: Map<number, StoredReport>): Promise<void> {
  const answer = await fetch(`${api}/reports?thing=${THING}&limit=50`);
  const { reports } = (await answer.json()) as { reports: StoredReport[] };
  for (const report of reports) {
    const earlier = received.get(report.report_id);
    if (earlier && JSON.stringify(earlier.report) !== JSON.stringify(report.report)) {
      throw new Error(`two different reports under id ${report.report_id}`);
    }
    received.set(report.report_id, report);
  }
}

interface Link {
  port: number;
  cut(): void;
  heal(): void;
  close(): void;
}

/** A way to the broker that can be cut: connections break, and new ones are closed at once. */
async function createLink(brokerPort: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connectTcp(brokerPort, "127.0.0.1");
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    heal() {
      isCut = false;
    },
    close: () => server.close(),
  };
}

/** A device's tree with one interface whose counters move, each time as a whole. */
function createDevice(root: string) {
  let bytesIn = 1_000_000;
  let timer: NodeJS.Timeout | null = null;
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, `${path}.new`), text);
    renameSync(join(root, `${path}.new`), join(root, path));
  };
  const counters = () => {
    const columns = [bytesIn, 10, 0, 0, 0, 0, 0, 0, 20, 10, 0, 0, 0, 0, 0, 0];
    put("proc/net/dev", `Inter-|\n face |\n  eth0: ${columns.join(" ")}\n`);
  };
  put("proc/sys/kernel/random/boot_id", "0f0f0f0f-0000-4000-8000-000000000001\n");
  counters();
  return {
    root,
    bytesIn: () => bytesIn,
    move() {
      timer = setInterval(() => {
        bytesIn += 1 + (bytesIn % 997);
        counters();
      }, 20);
    },
    stop() {
      if (timer !== null) clearInterval(timer);
    },
  };
}

function start(name: "agent" | "sim", args: readonly string[]): ChildProcess {
  const stdio: ["ignore", "pipe", "pipe" | "ignore"] =
    name === "agent" ? ["ignore", "pipe", "pipe"] : ["ignore", "pipe", "ignore"];
  const child = spawn(process.execPath, [`build/${name}/main.js`, ...args], { stdio });
  children.add(child);
  return child;
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    console.error(`power-cut: ${line}`);
    return {};
  }
}

function isSubset(ids: ReadonlySet<number>, received: ReadonlyMap<number, unknown>): boolean {
  return [...ids].every((id) => received.has(id));
}
