import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Log, LogFields } from "../../../agent/core/log.ts";
import type { AgentStatus } from "../../../agent/core/status.ts";
import { assets } from "../../../agent/web/assets.ts";
import {
  HTTP_HEADER_BYTES_MAX,
  type StatusServer,
  startStatusServer,
} from "../../../agent/web/server.ts";
import { exampleStatus, failingStatus, offlineStatus } from "../../fixtures/agent-status.ts";
import { type AskOptions, askAt } from "./ask.ts";
import { parseExposition } from "./parse-exposition.ts";

let status: () => AgentStatus = exampleStatus;
const errors: [string, LogFields | undefined][] = [];
const quiet = () => undefined;
const log: Log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (message, fields) => errors.push([message, fields]),
};

let server: StatusServer;
const ask = (path: string, options?: AskOptions) => askAt(server.address, path, options);

const test = suite("web: server");

test.before(async () => {
  server = await startStatusServer({
    listen: { host: "127.0.0.1", port: 0 },
    status: () => status(),
    plant: () => null,
    metricSpecs: {},
    log,
  });
});

test.after(async () => {
  await server.close();
});

test.before.each(() => {
  status = exampleStatus;
  errors.length = 0;
});

test("serves the page and every file that it is made of", async () => {
  const page = await ask("/");
  assert.match(page.body, "<title>Fieldwarden</title>");
  const wanted = [...page.body.matchAll(/(?:src|href)="(\/[\w.-]+\.(?:js|css))"/g)].map(
    ([, path]) => path!,
  );
  assert.is(wanted.length, 6);
  for (const path of assets.keys()) {
    const { code, headers, body } = await ask(path);
    assert.is(code, 200, path);
    assert.is(Number(headers["content-length"]), Buffer.byteLength(body));
    assert.is(headers["cache-control"], "no-cache");
    const imported = [...body.matchAll(/from "\.(\/\w+\.js)"/g)].map(([, name]) => name!);
    wanted.push(...imported);
  }
  for (const path of wanted) assert.ok(assets.has(path), `${path} is not served`);
});

test("nothing on the page is inline", async () => {
  const { body } = await ask("/");
  assert.not.match(body, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
});

test("every answer forbids what the page does not need, and sets no cookie", async () => {
  for (const path of ["/", "/api/status", "/metrics", "/healthz", "/nowhere"]) {
    const { headers } = await ask(path);
    const policy = String(headers["content-security-policy"]);
    assert.match(
      policy,
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/,
    );
    assert.not.match(policy, "unsafe");
    assert.is(headers["x-content-type-options"], "nosniff");
    assert.is(headers["set-cookie"], undefined);
    assert.is(headers["access-control-allow-origin"], undefined);
    if (path !== "/") assert.is(headers["cache-control"], "no-store");
  }
});

test("/api/status is the status with its health", async () => {
  status = offlineStatus;
  const { headers, body } = await ask("/api/status?x=1");
  assert.is(headers["content-type"], "application/json; charset=utf-8");
  const { health, ...rest } = JSON.parse(body);
  assert.equal(rest, offlineStatus());
  assert.is(health.state, "degraded");
});

test("/metrics is Prometheus text", async () => {
  const { headers, body } = await ask("/metrics");
  assert.is(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  assert.ok(parseExposition(body).has("fieldwarden_spool_records"));
});

test("/healthz: 200 while the agent does its work, 503 when it does not", async () => {
  assert.equal((await ask("/healthz")).body, '{"status":"ok"}\n');
  status = offlineStatus;
  const degraded = await ask("/healthz");
  assert.is(degraded.code, 200);
  assert.is(JSON.parse(degraded.body).status, "degraded");
  status = failingStatus;
  const failing = await ask("/healthz");
  assert.is(failing.code, 503);
  assert.is(JSON.parse(failing.body).reasons.length, 6);
});

test("HEAD is GET without the body", async () => {
  for (const path of ["/", "/api/status", "/metrics"]) {
    const [head, get] = [await ask(path, { method: "HEAD" }), await ask(path)];
    assert.is(head.code, 200);
    assert.is(head.body, "");
    assert.is(head.headers["content-length"], get.headers["content-length"]);
  }
});

test("other paths are 404, also those that climb", async () => {
  for (const path of [
    "/nowhere",
    "/page",
    "/../../package.json",
    "/..%2f..%2fpackage.json",
    "/__proto__",
    "//",
    "/index.html",
  ]) {
    assert.is((await ask(path)).code, 404, path);
  }
});

test("other methods are 405", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { code, headers } = await ask("/api/status", { method });
    assert.is(code, 405, method);
    assert.is(headers.allow, "GET, HEAD");
  }
});

test("only names of this machine are answered (DNS rebinding)", async () => {
  for (const host of ["localhost", "LOCALHOST:80", "127.0.0.1:9", "127.1.2.3", "[::1]:65000"]) {
    assert.is((await ask("/healthz", { headers: { host } })).code, 200, host);
  }
  for (const host of [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example:80",
    "10.0.0.1",
    "[::2]",
    "::1",
    "a@localhost",
  ]) {
    const { code, body } = await ask("/api/status", { headers: { host } });
    assert.is(code, 421, host);
    assert.not.match(body, "press-line");
  }
});

test("a failure of ours is 500 and in the log, and the next request is served", async () => {
  status = () => {
    throw new Error("broken");
  };
  const { code, body } = await ask("/api/status");
  assert.is(code, 500);
  assert.is(body, "");
  assert.equal(errors, [["status page failed", { url: "/api/status", error: "broken" }]]);
  status = exampleStatus;
  assert.is((await ask("/api/status")).code, 200);
});

test("a header beyond the bound is refused", async () => {
  const { code } = await ask("/", {
    headers: { "x-long": "x".repeat(HTTP_HEADER_BYTES_MAX) },
  });
  assert.is(code, 431);
});

test("garbage is no request", async () => {
  const { port } = new URL(server.address);
  const answer = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write("\u0016\u0003\u0001\r\n\r\n"),
    );
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
  });
  assert.match(answer, /^HTTP\/1\.1 400 /);
});

test.run();
