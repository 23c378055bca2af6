/** Where the status server listens, and what it says where it cannot. */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FieldwardenError } from "../../../agent/core/errors.ts";
import {
  type StatusListen,
  type StatusServer,
  startStatusServer,
} from "../../../agent/web/server.ts";
import { exampleStatus } from "../../fixtures/agent-status.ts";
import { askAt } from "./ask.ts";

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const started: StatusServer[] = [];

async function start(listen: StatusListen): Promise<StatusServer> {
  const server = await startStatusServer({
    listen,
    status: exampleStatus,
    plant: () => null,
    metricSpecs: {},
    log,
  });
  started.push(server);
  return server;
}

const test = suite("web: server: where it listens");

/** What starting there fails with. */
async function failureOf(listen: StatusListen): Promise<FieldwardenError> {
  try {
    await start(listen);
  } catch (error) {
    if (error instanceof FieldwardenError) return error;
    throw error;
  }
  throw new Error("it started");
}

test.after.each(async () => {
  for (const server of started.splice(0)) await server.close();
});

test("a taken port is said, with a way out", async () => {
  const server = await start({ host: "127.0.0.1", port: 0 });
  const { port } = new URL(server.address);
  const error = await failureOf({ host: "127.0.0.1", port: Number(port) });
  assert.is(error.exitCode, 69);
  assert.is(error.message, `status page: 127.0.0.1:${port} is taken`);
  assert.match(error.hint, "another port");
});

test("an address that others could reach is a configuration error", async () => {
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "gateway.example"]) {
    const error = await failureOf({ host, port: 0 });
    assert.is(error.exitCode, 78, host);
    assert.match(error.hint, "ssh -L");
  }
});

/** A socket file as a killed agent leaves it: bound by a process that is gone. */
function leaveSocket(path: string): void {
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", script]);
}

test("a unix socket: only its group, and one that a dead agent left is replaced", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldwarden-web-"));
  const path = join(folder, "status.sock");
  try {
    const first = await start({ path });
    assert.is(first.address, `unix:${path}`);
    assert.is((await stat(path)).mode & 0o777, 0o660);
    assert.is((await askAt(first.address, "/healthz")).code, 200);
    assert.is((await failureOf({ path })).exitCode, 69);
    await first.close();

    leaveSocket(path);
    const second = await start({ path });
    assert.is((await askAt(second.address, "/healthz")).code, 200);
    await second.close();
    await writeFile(path, "somebody's file");
    assert.is((await failureOf({ path })).exitCode, 69);
    const missing = await failureOf({ path: join(folder, "none", "status.sock") });
    assert.is(missing.exitCode, 77);
    assert.match(missing.hint, "a folder that exists");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
