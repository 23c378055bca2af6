// `npm start [-- --reports N] [--page-port N]`: the whole walk on this machine. Raises the local AWS IoT
// on free loopback ports, makes a device identity, runs the real agent against it over mutual TLS, and
// says in a few lines what happens. All of it lives in one temporary folder that is removed at the end.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { build, root } from "./lib/prepare.mjs";

const THING = "this-machine";
const INTERVAL_S = 5;

const usage = `Usage: npm start [-- --reports N] [-- --page-port N]

  --reports N     Leave with exit 0 after N accepted reports; non-zero, with the reason, if they do not come.
  --page-port N   Port of the status page (a free one).

Example: npm start -- --reports 2`;

const { values } = readArgs();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const wanted = values.reports === undefined ? Number.POSITIVE_INFINITY : positive("reports");
build();

const folder = mkdtempSync(join(tmpdir(), "fieldwarden-start-"));
const children = [];
let leaving = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => leave(0));

try {
  await demonstrate();
} catch (error) {
  console.error(`start: ${error.message}`);
  leave(1);
}

async function demonstrate() {
  const cloud = start("sim", ["cloud", "--dir", folder, "--min-interval-s", "1"]);
  const ready = JSON.parse(await firstLine(cloud));
  say(
    `AWS IoT   a local one listens on mqtts://localhost:${ready.mqtt_port}; what it kept: ${ready.api}/reports`,
  );
  const made = spawnSync(process.execPath, [program("sim"), "device", THING, "--dir", folder], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  say(`identity  certificate of "${THING}" signed by its CA`);

  const port = values["page-port"] === undefined ? await freePort() : positive("page-port");
  const agent = start("agent", [
    ...["run", "--thing-name", THING, "--state-dir", join(folder, "state")],
    ...["--mqtt-url", `mqtts://localhost:${ready.mqtt_port}`, "--mqtt-ca-file", ready.ca],
    ...["--mqtt-cert-file", join(folder, `${THING}.crt.pem`)],
    ...["--mqtt-key-file", join(folder, `${THING}.key.pem`)],
    ...["--report-interval-s", String(INTERVAL_S), "--status-listen", `127.0.0.1:${port}`],
  ]);
  say(`agent     watches this machine, a report every ${INTERVAL_S} s; Ctrl-C ends it`);
  say(`page      http://127.0.0.1:${port}/`);
  agent.stdout.resume();
  follow(agent);
}

/** Tells the agent's log lines in the words of a bystander; leaves when enough was accepted. */
function follow(agent) {
  const created = new Map();
  let accepted = 0;
  createInterface({ input: agent.stderr }).on("line", (line) => {
    const event = parsed(line);
    if (event.message === "report created") created.set(event.id, event);
    else if (event.message === "report accepted") {
      accepted++;
      const { bytes, listeningTcp, listeningUdp, established } = created.get(event.id) ?? {};
      created.delete(event.id);
      say(
        `report ${accepted}  sent and accepted: ${bytes} bytes, ${listeningTcp} TCP and ${listeningUdp} UDP ports listening, ${established} connections`,
      );
      if (accepted >= wanted) leave(0);
    } else if (event.level === "warn" || event.level === "error") {
      say(`${event.level.padEnd(10)}${event.message}: ${event.reason ?? ""}`);
      if (event.message === "report rejected" && Number.isFinite(wanted)) leave(1);
    }
  });
}

function start(name, args) {
  const child = spawn(process.execPath, [program(name), ...args], {
    stdio: ["ignore", "pipe", name === "agent" ? "pipe" : "ignore"],
  });
  children.push(child);
  child.once("exit", (code) => {
    if (leaving) return;
    console.error(`start: ${name} ended with exit ${code}`);
    leave(code || 1);
  });
  return child;
}

async function firstLine(child) {
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return line;
}

async function leave(code) {
  if (leaving) return;
  leaving = true;
  // The agent before the cloud, so that its last minute is not an outage.
  for (const child of children.reverse()) {
    if (child.exitCode !== null) continue;
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return { level: "error", message: "agent", reason: line };
  }
}

function readArgs() {
  try {
    return parseArgs({
      options: {
        reports: { type: "string" },
        "page-port": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    console.error(`start: ${error.message}\n\n${usage}`);
    return process.exit(64);
  }
}

function positive(name) {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`start: --${name} is "${values[name]}": it takes a number above 0`);
  return process.exit(64);
}

function program(name) {
  return join(root, `build/${name}/main.js`);
}

function say(line) {
  console.log(line);
}
