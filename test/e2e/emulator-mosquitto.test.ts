/** The built program and Debian's mosquitto clients: what a person would type. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Encoder } from "cbor-x";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("e2e: emulator and mosquitto");
const run = promisify(execFile);
const main = fileURLToPath(new URL("../../build/sim/main.js", import.meta.url));
const MIN_INTERVAL_S = 300;

let dir: string;
let cloud: ChildProcess;
let ready: { mqtt_port: number; api: string; ca: string };
test.before(async () => {
  dir = await mkdtemp(join(tmpdir(), "fieldwarden-e2e-"));
  const args = ["cloud", "--dir", dir, "--min-interval-s", String(MIN_INTERVAL_S)];
  cloud = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const line = await new Promise((resolve) => cloud.stdout?.once("data", resolve));
  ready = JSON.parse(String(line));
});
test.after(async () => {
  const ended = new Promise((resolve) => cloud.once("close", resolve));
  cloud.kill("SIGINT");
  assert.is(await ended, 0, "a clean stop");
  await rm(dir, { recursive: true });
});

/** What every mosquitto client of a thing needs. */
async function createThing(thing: string): Promise<string[]> {
  const { stdout } = await run(process.execPath, [main, "device", thing, "--dir", dir]);
  const { certificate, key } = JSON.parse(stdout);
  const server = ["-h", "localhost", "-p", String(ready.mqtt_port), "--cafile", ready.ca];
  return [...server, "--cert", certificate, "--key", key, "-q", "1"];
}

/** mosquitto_sub for `count` messages; resolves when it has subscribed. */
async function subscribe(args: string[], topic: string, count: number) {
  // stdbuf: into a pipe, the client would say "Subscribed" when it ends only.
  const child = spawn(
    "stdbuf",
    [
      "-oL",
      "mosquitto_sub",
      ...args,
      "-d",
      "-W",
      "20",
      "-C",
      String(count),
      "-t",
      topic,
      "-F",
      "MESSAGE %t %x",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (bytes) => {
      output += bytes;
      if (output.includes("Subscribed")) resolve();
    });
    child.once("close", () => resolve());
  });
  return async () => {
    assert.is(await ended, 0, output);
    return [...output.matchAll(/^MESSAGE (\S+) ([0-9a-f]+)$/gm)].map(([, at = "", hex = ""]) => ({
      topic: at,
      payload: Buffer.from(hex, "hex"),
    }));
  };
}

const encoder = new Encoder({ useRecords: false, variableMapSize: true });
const long = (id: number) => ({
  header: { report_id: id, version: "1.0" },
  metrics: { listening_tcp_ports: { ports: [{ port: 22, interface: "eth0" }], total: 1 } },
});
const short = (id: number) => ({
  hed: { rid: id, v: "1.0" },
  met: { tp: { pts: [{ pt: 22, if: "eth0" }], t: 1 } },
});

for (const version of ["mqttv311", "mqttv5"]) {
  for (const format of ["json", "cbor"] as const) {
    const thing = `${version}-${format}`;
    test(`${version}, ${format}: the first report is accepted, the next one throttled`, async () => {
      const args = [...(await createThing(thing)), "-V", version];
      const topic = `$aws/things/${thing}/defender/metrics/${format}`;
      const replies = await subscribe([...args, "-i", thing], `${topic}/+`, 2);
      for (const id of [1_700_000_001, 1_700_000_002]) {
        const file = join(dir, `${thing}.report`);
        const bytes = format === "json" ? JSON.stringify(long(id)) : encoder.encode(short(id));
        await writeFile(file, bytes);
        await run("mosquitto_pub", [...args, "-i", `${thing}-${id}`, "-t", topic, "-f", file]);
      }
      const [accepted, rejected] = await replies();
      assert.is(accepted?.topic, `${topic}/accepted`);
      assert.is(rejected?.topic, `${topic}/rejected`);
      const [first, second] = await Promise.all([
        decode(accepted!.payload, format),
        decode(rejected!.payload, format),
      ]);
      assert.equal(
        { ...first, timestamp: 0 },
        {
          thingName: thing,
          reportId: 1_700_000_001,
          status: "ACCEPTED",
          timestamp: 0,
        },
      );
      assert.equal([second.reportId, second.status], [1_700_000_002, "REJECTED"]);
      assert.is(second.statusDetails?.ErrorCode, "Throttled");
      const age = Date.now() - first.timestamp;
      assert.ok(age >= 0 && age < 60_000, "epoch milliseconds");
      await assertKept(thing, format);
    });
  }
}

interface Reply {
  thingName: string;
  reportId: number;
  status: string;
  timestamp: number;
  statusDetails?: { ErrorCode: string };
}

/** CBOR by another library than ours: Debian's python3-cbor2. */
async function decode(payload: Buffer, format: "json" | "cbor"): Promise<Reply> {
  if (format === "json") return JSON.parse(payload.toString());
  const script = "import sys,json,cbor2;print(json.dumps(cbor2.loads(bytes.fromhex(sys.argv[1]))))";
  const { stdout } = await run("/usr/bin/python3", ["-c", script, payload.toString("hex")]);
  return JSON.parse(stdout);
}

async function assertKept(thing: string, format: string): Promise<void> {
  const answer = await fetch(`${ready.api}/reports?thing=${thing}&limit=5`);
  const { reports } = (await answer.json()) as { reports: Record<string, unknown>[] };
  assert.is(reports.length, 1, "the throttled one is not kept");
  assert.equal(reports[0]?.report, long(1_700_000_001));
  assert.equal(
    [reports[0]?.format, reports[0]?.names],
    [format, format === "json" ? "long" : "short"],
  );
}

test("a client without the thing's certificate is not let in", async () => {
  const args = ["-h", "localhost", "-p", String(ready.mqtt_port), "--cafile", ready.ca];
  const { code } = await run("mosquitto_pub", [...args, "-t", "t", "-m", "m", "-q", "1"]).then(
    () => ({ code: 0 }),
    (error: { code: number }) => error,
  );
  assert.is.not(code, 0);
});

test("ALPN as the AWS CRT offers it, on the same port", async () => {
  const args = [...(await createThing("alpn")), "--tls-alpn", "x-amzn-mqtt-ca"];
  await run("mosquitto_pub", [...args, "-i", "alpn", "-t", "plant/a", "-m", "m"]);
});

test.run();
