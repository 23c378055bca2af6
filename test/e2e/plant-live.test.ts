/**
 * A plant of two network namespaces and a bridge between them: real Modbus, OPC UA and MQTT servers on one
 * side, their clients on the other. The agent captures on the bridge, learns, and then lists devices and
 * interactions, and a write by one who never wrote.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("e2e: plant traffic of a live bridge");
const BRIDGE = "fwbr0";
const SERVER = "10.213.77.1";
const CLIENT = "10.213.77.2";
const ROGUE = "10.213.77.66";
/** Until tcpdump listens; it says nothing before its first packet. */
const CAPTURE_BEGINS_MS = 2000;
/** What was sent last must reach the agent through bridge, tcpdump and pipe. */
const PACKETS_ARRIVE_MS = 1500;

let folder = "";
const children: ChildProcess[] = [];

const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" });

test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-plant-"));
  takeDown();
  ip("link", "add", BRIDGE, "type", "bridge");
  ip("link", "set", BRIDGE, "up");
  for (const [side, addresses] of [
    ["fw-server", [SERVER]],
    ["fw-client", [CLIENT, ROGUE]],
  ] as const) {
    ip("netns", "add", side);
    ip("link", "add", `${side}0`, "type", "veth", "peer", "name", "eth0", "netns", side);
    ip("link", "set", `${side}0`, "master", BRIDGE, "up");
    ip("-n", side, "link", "set", "eth0", "up");
    ip("-n", side, "link", "set", "lo", "up");
    for (const address of addresses)
      ip("-n", side, "address", "add", `${address}/24`, "dev", "eth0");
  }
  const broker = inside("fw-server", "mosquitto", "-c", mosquittoFile());
  const server = inside("fw-server", ...node("server.ts"), SERVER);
  children.push(broker, server);
  for await (const line of createInterface({ input: server.stdout! })) {
    if (line === "ready") break;
  }
});

test.after(async () => {
  for (const child of children) child.kill("SIGKILL");
  takeDown();
  rmSync(folder, { recursive: true });
});

test("learns who talks to whom, then lists them and finds the write of another", async () => {
  const baseline = join(folder, "baseline.json");
  await watchWhile(["--baseline", baseline, "--learn"], poll);
  const { code, seen } = await watchWhile(["--baseline", baseline, "--assets"], async () => {
    await poll();
    await finished(inside("fw-client", ...node("client.ts"), SERVER, ROGUE, "write"));
  });

  const commandsOf = (client: string, protocol: string): string[] =>
    seen.interactions
      .filter((each) => each.client === client && each.server === SERVER)
      .filter((each) => each.protocol === protocol)
      .flatMap(({ commands }) => commands.map(({ command }) => command));
  assert.ok(commandsOf(CLIENT, "modbus").includes("read holding registers"));
  assert.ok(commandsOf(CLIENT, "opcua").length > 0);
  assert.ok(commandsOf(CLIENT, "mqtt").length > 0);
  assert.equal(commandsOf(ROGUE, "modbus"), ["write single register"]);
  assert.is(seen.commands.modbus?.[`${ROGUE}>${SERVER}`]?.request?.["unit=7 fc=6"], 1);

  const addresses = seen.assets.flatMap((asset) => asset.addresses);
  for (const address of [SERVER, CLIENT, ROGUE]) assert.ok(addresses.includes(address), address);

  assert.is(code, 1);
  const about = seen.findings.filter(({ subject, why }) => `${subject} ${why}`.includes(ROGUE));
  assert.ok(about.length > 0, JSON.stringify(seen.findings));
  assert.is(seen.lost.packets, 0);
});

interface Seen {
  interactions: {
    client: string;
    server: string;
    protocol: string;
    commands: { command: string }[];
  }[];
  commands: Record<string, Record<string, Record<string, Record<string, number>>>>;
  assets: { addresses: string[] }[];
  findings: { subject: string; why: string }[];
  lost: { packets: number };
}

async function watchWhile(args: string[], work: () => Promise<void>) {
  const agent = spawn(
    process.execPath,
    ["build/agent/main.js", "watch", "--interface", BRIDGE, "--json", ...args],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exit = once(agent, "close") as Promise<[number]>;
  let text = "";
  agent.stdout!.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await sleep(CAPTURE_BEGINS_MS);
  await work();
  await sleep(PACKETS_ARRIVE_MS);
  agent.kill("SIGINT");
  const [code] = await exit;
  return { code, seen: JSON.parse(text) as Seen };
}

async function poll(): Promise<void> {
  await finished(inside("fw-client", ...node("client.ts"), SERVER, CLIENT, "poll"));
}

async function finished(child: ChildProcess): Promise<void> {
  const [code] = await once(child, "exit");
  assert.is(code, 0);
}

/** HOME: where node-opcua keeps the certificates that it makes. */
function inside(side: string, ...command: string[]): ChildProcess {
  return spawn("ip", ["netns", "exec", side, ...command], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder },
  });
}

function node(script: string): string[] {
  const path = fileURLToPath(new URL(`plant-live/${script}`, import.meta.url));
  return [process.execPath, "--import", "tsx", path];
}

function takeDown(): void {
  for (const [object, name] of [
    ["netns", "fw-server"],
    ["netns", "fw-client"],
  ] as const) {
    try {
      ip(object, "delete", name);
    } catch {
      // It was not there.
    }
  }
  try {
    ip("link", "delete", BRIDGE);
  } catch {
    // It was not there.
  }
}

function mosquittoFile(): string {
  return fileURLToPath(new URL("plant-live/mosquitto.conf", import.meta.url));
}

test.run();
