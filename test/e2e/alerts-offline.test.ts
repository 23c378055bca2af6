/** The built agent without its broker, killed and started again; then Debian's mosquitto comes. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AgentStatus } from "../../agent/core/status.ts";
import { until } from "../fixtures/cloud.ts";

const test = suite("e2e: a device without its broker");

let folder = "";
const children = new Set<ChildProcess>();
const servers = new Set<Server>();

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-offline-"));
});
test.after.each(async () => {
  for (const child of children) await end(child, "SIGKILL");
  for (const server of servers) await close(server);
  rmSync(folder, { recursive: true });
});

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream?.resume();
  children.add(child);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  await closed;
  return child.exitCode;
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

function close(server: Server): Promise<unknown> {
  servers.delete(server);
  return new Promise((resolve) => server.close(resolve));
}

/** One that keeps its sessions from one start to the next. */
function startBroker(port: number): ChildProcess {
  const conf = join(folder, "mosquitto.conf");
  const keeps = `persistence true\npersistence_location ${folder}/\nuser root\n`;
  writeFileSync(conf, `listener ${port} 127.0.0.1\nallow_anonymous true\n${keeps}`);
  return start("mosquitto", ["-c", conf]);
}

const WAIT_MS = 60_000;

test("alarms show on the page over a kill, and each arrives once when the broker is back", async () => {
  const [broker, page, spare, intruder] = await Promise.all([
    listen(),
    listen(),
    listen(),
    listen(),
  ]);
  for (const { server } of [broker, page, spare]) await close(server);
  const profile = join(folder, "profile.json");
  writeFileSync(
    profile,
    JSON.stringify({
      securityProfileName: "gateway",
      behaviors: [
        {
          name: "no-intruder",
          metric: "aws:listening-tcp-ports",
          criteria: { comparisonOperator: "not-in-port-set", value: { ports: [intruder.port] } },
        },
      ],
    }),
  );
  const stateDir = join(folder, "state");
  const args = [
    ...["build/agent/main.js", "run", "--thing-name", "gw-7", "--state-dir", stateDir],
    ...["--mqtt-url", `mqtt://127.0.0.1:${broker.port}`, "--topic", "plant/{thing}/reports"],
    ...["--report-interval-s", "2", "--security-profiles", profile, "--alert-outputs", "mqtt"],
    ...["--status-listen", `127.0.0.1:${page.port}`, "--alert-topic", "plant/{thing}/findings"],
  ];
  const status = async (): Promise<AgentStatus | null> => {
    const response = await fetch(`http://127.0.0.1:${page.port}/api/status`).catch(() => null);
    return response === null ? null : ((await response.json()) as AgentStatus);
  };
  const untilActive = (count: number) =>
    until(async () => (await status())?.alerts.active.length === count, WAIT_MS);

  const killed = start(process.execPath, args);
  await untilActive(1);
  await end(killed, "SIGKILL");
  const agent = start(process.execPath, args);
  await untilActive(1);
  const { active, outputs } = (await status())!.alerts;
  assert.match(active[0]!.finding.why, new RegExp(`had ${intruder.port}; normal is not-in`));
  assert.is(outputs[0]!.waiting, 1);
  await until(
    async () => (await status())!.alerts.outputs[0]!.detail.includes("nothing listens there"),
    WAIT_MS,
  );
  // What the device is comes from a library that is loaded with the first look at the page.
  await until(async () => ((await status())?.device?.cpuCount ?? 0) > 0, WAIT_MS);
  await close(intruder.server);
  await untilActive(0);

  const received = join(folder, "received.ndjson");
  // The reader has its session before the broker is where the agent looks for it: nothing comes too early.
  const session = ["-i", "reader", "-c", "-q", "1", "-t", "plant/gw-7/findings"];
  const elsewhere = startBroker(spare.port);
  const subscribed = ["-p", String(spare.port), "-E", ...session];
  await until(() => spawnSync("mosquitto_sub", subscribed).status === 0, WAIT_MS);
  await end(elsewhere, "SIGTERM");
  const mosquitto = startBroker(broker.port);
  const reader = start("/bin/sh", [
    ...["-c", 'exec stdbuf -oL mosquitto_sub "$@" >"$0"', received],
    ...["-p", String(broker.port), ...session],
  ]);
  const lines = () =>
    readFileSync(received, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  await until(async () => (await status())?.alerts.outputs[0]?.waiting === 0, WAIT_MS);
  await until(() => lines().length >= 2, WAIT_MS);
  assert.is(await end(agent, "SIGTERM"), 0);
  assert.equal(
    lines().map(({ sequence, kind, finding }) => [sequence, kind, finding.event]),
    [
      [1, "raised", "in-alarm"],
      [2, "ended", "alarm-cleared"],
    ],
  );
  const verify = ["build/agent/main.js", "findings", "verify", "--json", "--state-dir", stateDir];
  assert.ok(JSON.parse(execFileSync(process.execPath, verify).toString()).ok);
  await end(reader, "SIGTERM");
  await end(mosquitto, "SIGTERM");
});

test.run();
