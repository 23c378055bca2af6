import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("cli: detect and profile validate, the built program");
const START_MS = Date.UTC(2026, 10, 24);
let folder = "";
let profile = "";

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-detect-"));
  profile = file("gateway.json", [
    {
      name: "ports",
      metric: "aws:listening-tcp-ports",
      criteria: { comparisonOperator: "in-port-set", value: { ports: [22] } },
    },
    {
      name: "talk",
      metric: "aws:all-bytes-out",
      criteria: { comparisonOperator: "less-than", statisticalThreshold: { statistic: "p100" } },
    },
  ]);
});
test.after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function program(args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["build/agent/main.js", ...args], {
    encoding: "utf8",
    timeout: 10_000,
    input,
  });
  return { status, stdout, stderr };
}

const line = (thing: string, slot: number, ports: number[], bytes = 1) =>
  JSON.stringify({
    thing,
    received_at: START_MS + slot * 300_000 + 5_000,
    report: { met: { tp: { pts: ports.map((pt) => ({ pt })) }, ns: { bo: bytes } } },
  });

test("replays a recording: a line an event, and exit 1 when something alarmed", () => {
  const reports = file(
    "week.ndjson",
    [line("gw-1", 0, [22]), "", line("gw-1", 1, [22, 4444]), line("gw-1", 2, [])].join("\n"),
  );
  const { status, stdout, stderr } = program([
    "detect",
    "--profile",
    profile,
    "--reports",
    reports,
    "--json",
  ]);
  assert.is(status, 1, stderr);
  const events = stdout
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.is(events.length, 2);
  assert.match(events[0].violation_id, /^[0-9a-f]{32}$/);
  const common = {
    thing: "gw-1",
    profile: "gateway",
    behavior: "ports",
    violation_id: events[0].violation_id,
  };
  assert.equal(events, [
    { ...common, event: "in-alarm", time: START_MS + 305_000, value: { ports: [22, 4444] } },
    { ...common, event: "alarm-cleared", time: START_MS + 605_000, value: { ports: [] } },
  ]);
  const readable = program(["detect", "--profile", profile, "--reports", reports]);
  assert.match(
    readable.stdout,
    /^2026-11-24T00:05:05\.000Z {2}gw-1 {2}in-alarm {2}gateway\/ports: aws:listening-tcp-ports had 4444; normal is in-port-set 22\n/,
  );
});

test("the last slot counts though nothing comes after it; standard input is -", () => {
  const input = [line("gw-1", 0, [], 10), line("gw-2", 0, [], 20)].join("\n");
  const { status, stdout } = program(
    ["detect", "--profile", profile, "--reports", "-", "--json"],
    input,
  );
  assert.is(status, 1);
  const { thing, time, value } = JSON.parse(stdout);
  assert.equal([thing, time, value], ["gw-2", START_MS + 300_000, { count: 20 }]);
});

test("what conforms is exit 0 and silence", () => {
  const args = ["detect", "--profile", profile, "--reports", "-"];
  assert.equal(program(args, line("gw-1", 0, [22])), { status: 0, stdout: "", stderr: "" });
});

test("a bad line is 65 with its number, a missing file 66, a bad profile 78", () => {
  const args = ["detect", "--profile", profile, "--reports", "-"];
  for (const [bad, reason] of [
    ["{", /-:2: no JSON/],
    ["[]", /-:2: thing is not a name/],
    ['{"thing":"a","received_at":1.5,"report":{}}', /-:2: received_at is not in whole epoch/],
    ['{"thing":"a","received_at":1e300,"report":{}}', /-:2: received_at is beyond the calendar/],
    ['{"thing":"a","received_at":1,"report":{}}', /-:2: the report has neither/],
  ] as const) {
    const { status, stderr } = program(args, `${line("gw-1", 0, [22])}\n${bad}\n`);
    assert.is(status, 65, stderr);
    assert.match(stderr, reason);
  }
  const none = join(folder, "none");
  assert.is(program(["detect", "--profile", profile, "--reports", none]).status, 66);
  assert.is(program(["detect", "--profile", none, "--reports", "-"]).status, 66);
  const bad = file("bad.json", [{ name: "b", metric: "aws:all-bytes-in", criteria: {} }]);
  const { status, stderr } = program(["detect", "--profile", bad, "--reports", "-"]);
  assert.is(status, 78);
  assert.match(stderr, /bad\.json: Behavior b is malformed\. exactly one of value/);
  assert.is(
    program(["detect", "--profile", profile, "--profile", profile, "--reports", "-"]).status,
    78,
  );
});

test("usage errors are 64", () => {
  assert.is(program(["detect", "--reports", "-"]).status, 64);
  assert.is(program(["detect", "--profile", profile]).status, 64);
  assert.is(
    program(["detect", "--profile", profile, "--reports", "-", "--levels", "most"]).status,
    64,
  );
  assert.match(program(["profile", "validat"]).stderr, /Did you mean "profile validate"\?/);
  assert.is(program(["profile"]).status, 64);
  assert.is(program(["profile", "validate"]).status, 64);
});

test("profile validate says good, notes what AWS would refuse, and refuses it with --strict", () => {
  const spaced = file("spaced.json", {
    name: "Max size",
    metric: "aws:message-byte-size",
    criteria: { comparisonOperator: "less-than", value: { count: 1024 } },
  });
  const good = program(["profile", "validate", spaced]);
  assert.is(good.status, 0);
  assert.match(good.stdout, /spaced\.json: good \(spaced: 1 behaviors, 0 of them ML\)/);
  assert.match(
    good.stderr,
    /note: for AWS, Behavior Max size is malformed\. name Max size should match/,
  );
  assert.is(program(["profile", "validate", "--strict", spaced]).status, 78);
  assert.is(program(["profile", "validate", file("torn.json", "{")]).status, 78);
});

test.run();
