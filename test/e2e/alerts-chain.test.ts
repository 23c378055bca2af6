/** The chain of findings, followed by another language; and findings through Debian's mosquitto. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAlerts } from "../../agent/alerts/dispatcher.ts";
import { formats } from "../../agent/alerts/formats/index.ts";
import type { AlertOutput } from "../../agent/alerts/output.ts";
import { createMqttOutput } from "../../agent/alerts/outputs/mqtt.ts";
import { createMqttTransport } from "../../agent/transports/mqtt.ts";
import { systemClock } from "../../agent/world/clock-system.ts";
import { createFsDisk } from "../../agent/world/disk-fs.ts";
import { mqttDefaults, quiet, until } from "../fixtures/cloud.ts";
import { findingOf, speaker, violationFinding } from "../fixtures/findings.ts";

const test = suite("e2e: findings");
let folder = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-e2e-"));
});
test.after.each(() => rmSync(folder, { recursive: true }));

const open = (outputs: readonly AlertOutput[]) =>
  createAlerts({
    disk: createFsDisk({ folder }),
    clock: systemClock,
    log: quiet,
    random: () => 0,
    thing: "gw-7",
    outputs,
    renotifyS: 3600,
  });

/** SHA-256 of the hash before and the rest as canonical JSON, which json.dumps makes of integers. */
const verifier = `
import hashlib, json, sys
before = "0" * 64
for line in sys.stdin:
    record = json.loads(line)
    claimed, previous = record.pop("hash"), record.pop("previous")
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert previous == before, record["sequence"]
    before = hashlib.sha256((previous + text).encode()).hexdigest()
    assert before == claimed, record["sequence"]
print(record["sequence"], before)
`;

test("Python follows the chain to the same end as findings verify of the built program", async () => {
  const alerts = await open([]);
  await alerts.raise([findingOf(1), violationFinding({ why: 'ü 漢 "😀" \\ tab\t' })]);
  await alerts.raise([findingOf(2), findingOf(1, { event: "alarm-cleared" })]);
  await alerts.close();
  const program = (...args: string[]) =>
    execFileSync(process.execPath, [
      ...["build/agent/main.js", "findings", ...args, "--json", "--state-dir", folder],
    ]).toString();
  const input = program("list");
  const followed = execFileSync("/usr/bin/python3", ["-c", verifier], { input }).toString();
  const { ok, last, hash } = JSON.parse(program("verify"));
  assert.ok(ok);
  assert.is(followed, `${last} ${hash}\n`);
  assert.is(last, 4);
});

async function startBroker(port: number): Promise<ChildProcess> {
  const config = join(folder, "mosquitto.conf");
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const broker = spawn("mosquitto", ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  broker.stderr?.on("data", (chunk) => (said += chunk));
  await until(() => said.includes("running"));
  return broker;
}

const ended = (child: ChildProcess) =>
  new Promise((resolve) => {
    if (child.exitCode === null && child.signalCode === null) child.once("close", resolve);
    else resolve(null);
  });

test("mosquitto gets each finding once, also those of a time without it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const topic = "plant/gw-7/findings";
  const transport = createMqttTransport({
    ...mqttDefaults,
    url: `mqtt://127.0.0.1:${port}`,
    clientId: "gw-7-alerts",
    caFile: "",
    certFile: "",
    keyFile: "",
    addressing: { publishTopic: topic, replyTopics: [], replyOf: () => null },
  });
  const alerts = await open([
    createMqttOutput({ transport, topic, format: formats.ocsf, speaker }),
  ]);
  await alerts.raise([findingOf(1), findingOf(2)]);
  const broker = await startBroker(port);
  const args = ["-oL", "mosquitto_sub", "-p", String(port), "-q", "1", "-C", "3", "-t", topic];
  const reader = spawn("stdbuf", [...args, "-d", "-F", "MESSAGE %p"]);
  let said = "";
  reader.stdout.on("data", (chunk) => (said += chunk));
  await until(() => said.includes("Subscribed"));
  await alerts.raise([findingOf(3)]);
  await until(async () => {
    alerts.poke();
    await alerts.idle();
    return alerts.status().outputs[0]?.waiting === 0;
  }, 20_000);
  await ended(reader);
  const received = said
    .split("\n")
    .filter((line) => line.startsWith("MESSAGE "))
    .map((line) => JSON.parse(line.slice("MESSAGE ".length)));
  assert.equal(
    received.map(({ metadata }) => metadata.sequence),
    [1, 2, 3],
  );
  assert.equal(
    received.map(({ finding_info }) => finding_info.title),
    [1, 2, 3].map((number) => `new_listener: tcp/${number}`),
  );
  await alerts.close();
  broker.kill("SIGTERM");
  await ended(broker);
});

test.run();
