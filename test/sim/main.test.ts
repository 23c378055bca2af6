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

test("--help everywhere, on stdout, with an example", async () => {
  const results = await Promise.all([
    run("--help"),
    run("cloud", "--help"),
    run("device", "--help"),
  ]);
  for (const { code, stdout, stderr } of results) {
    assert.equal([code, stderr], [0, ""]);
    assert.match(stdout, /^Example: fieldwarden-sim /m);
  }
});

test("what is not there has code 64 and the nearest name", async () => {
  for (const [args, hint] of [
    [[], "Usage"],
    [["clod"], "did you mean cloud?"],
    [["cloud", "--dri", dir], "did you mean --dir?"],
    [["cloud"], "--dir is missing"],
    [["cloud", "--dir", dir, "--mqtt-port", "x"], "not a whole number from 0 to 65535"],
    [["cloud", "--dir", dir, "extra"], "one argument too many"],
    [["device", "--dir", dir], "NAME is missing"],
    [["device", "a/b", "--dir", dir], "1 to 128"],
  ] as const) {
    const { code, stdout, stderr } = await run(...args);
    assert.equal([code, stdout], [64, ""], args.join(" "));
    assert.ok(stderr.includes(hint), stderr);
  }
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
