import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("sim: command line");
const main = fileURLToPath(new URL("../../sim/main.ts", import.meta.url));
let dir: string;
test.before(async () => {
  dir = await mkdtemp(join(tmpdir(), "fieldwarden-sim-"));
});
test.after(() => rm(dir, { recursive: true }));

function start(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", main, ...args]);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
  });
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended };
}
const run = (...args: string[]) => start(...args).ended;

test("without a verb, with a wrong one, and with --help", async () => {
  const none = await run();
  assert.equal([none.code, none.stdout], [64, ""]);
  assert.match(none.stderr, /^Usage: fieldwarden-sim VERB/m);
  const wrong = await run("clod");
  assert.equal([wrong.code, wrong.stdout], [64, ""]);
  assert.is(JSON.parse(wrong.stderr).hint, "did you mean cloud?");
  const help = await run("device", "--help");
  assert.equal([help.code, help.stderr], [0, ""]);
  assert.match(help.stdout, /^Example: fieldwarden-sim device/m);
});

test("cloud prints one line when ready, takes new things, and stops clean on SIGTERM", async () => {
  const { child, ended } = start("cloud", "--dir", dir);
  const line = await new Promise<string>((resolve) =>
    child.stdout.once("data", (b) => resolve(`${b}`)),
  );
  const ready = JSON.parse(line);
  assert.equal(Object.keys(ready), ["ready", "mqtt_port", "api", "ca"]);
  assert.is(ready.ca, join(dir, "ca.pem"));
  assert.is((await fetch(`${ready.api}/healthz`)).status, 200);
  const device = await run("device", "press-07", "--dir", dir);
  assert.is(device.code, 0);
  assert.is(JSON.parse(device.stdout).certificate, join(dir, "press-07.crt.pem"));
  const taken = await run("cloud", "--dir", dir, "--mqtt-port", String(ready.mqtt_port));
  assert.is(taken.code, 69);
  assert.is(JSON.parse(taken.stderr.trim()).hint.includes("--mqtt-port"), true);
  child.kill("SIGTERM");
  const { code, stdout, stderr } = await ended;
  assert.equal([code, stdout], [0, line]);
  for (const log of stderr.trimEnd().split("\n")) assert.type(JSON.parse(log).message, "string");
  assert.equal(await readdir(dir), [
    "ca.pem",
    "press-07.crt.pem",
    "press-07.key.pem",
    "service.ca.key.pem",
    "service.server.crt.pem",
    "service.server.key.pem",
  ]);
});

test.run();
