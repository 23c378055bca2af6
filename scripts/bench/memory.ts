// Memory of the running agent against a bare `node` that holds one mutual TLS connection to the same
// broker, on this machine. PSS shares a program's pages among all who map it, and on a device there is
// one Node process: each of the two runs from a copy of the node binary of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "./figure.ts";

const SETTLE_MS = 20_000;
const RUNS = 5;
const RUN_MS = 2000;

/** Holds one TLS connection and does nothing else; the MQTT CONNECT ("bare", 1200 s) keeps the broker content. */
const bare = `
  const { readFileSync } = require("node:fs");
  const [port, ca, cert, key] = process.argv.slice(1);
  const read = (file) => readFileSync(file);
  const socket = require("node:tls").connect(
    { host: "localhost", port, ca: read(ca), cert: read(cert), key: read(key) },
    () => console.log("connected"),
  );
  socket.write(Buffer.from("101000044d515454040204b0000462617265", "hex"));
  socket.resume();
`;

export default async function* memory(): AsyncGenerator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-bench-"));
  const children: ChildProcess[] = [];
  const start = (name: string, args: string[]) => {
    const node = join(folder, `node-${name}`);
    copyFileSync(process.execPath, node);
    const child = spawn(node, args, { stdio: ["ignore", "pipe", "ignore"] });
    children.push(child);
    return child;
  };
  try {
    const cloud = start("cloud", [
      "build/sim/main.js",
      "cloud",
      "--dir",
      folder,
      "--min-interval-s",
      "1",
    ]);
    const [line] = await once(createInterface({ input: cloud.stdout! }), "line");
    const { mqtt_port: port, ca } = JSON.parse(line);
    const cert = join(folder, "bench.crt.pem");
    const key = join(folder, "bench.key.pem");
    spawnSync(process.execPath, ["build/sim/main.js", "device", "bench", "--dir", folder]);
    const node = start("bare", ["-e", bare, String(port), ca, cert, key]);
    await once(node.stdout!, "data");
    const agent = start("agent", [
      ...["build/agent/main.js", "run", "--thing-name", "bench", "--status-listen", "127.0.0.1:0"],
      ...["--mqtt-url", `mqtts://localhost:${port}`, "--mqtt-ca-file", ca],
      ...["--mqtt-cert-file", cert, "--mqtt-key-file", key],
      ...["--state-dir", join(folder, "state"), "--report-interval-s", "5"],
    ]);
    await sleep(SETTLE_MS);
    const figures = { rss: [[], []], pss: [[], []] } as Record<"rss" | "pss", number[][]>;
    for (let run = 0; run < RUNS; run++) {
      for (const [index, child] of [agent, node].entries()) {
        figures.rss[index]!.push(kilobytesOf(child, "Rss"));
        figures.pss[index]!.push(kilobytesOf(child, "Pss"));
      }
      await sleep(RUN_MS);
    }
    for (const [name, [ours, theirs]] of Object.entries(figures)) {
      yield {
        name: `agent.memory.${name}`,
        value: Math.round(median(ours!) / 102.4) / 10,
        unit: "MiB",
        ratio: median(ours!) / median(theirs!),
        against: "node_with_one_tls_connection",
        runs: RUNS,
      };
    }
  } finally {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function kilobytesOf(child: ChildProcess, field: "Rss" | "Pss"): number {
  const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]);
}
