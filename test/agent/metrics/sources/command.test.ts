import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { command } from "../../../../agent/metrics/sources/command.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";
import { until } from "../../../fixtures/cloud.ts";

const node = process.execPath;
const printing = (text: string) => ({
  command: node,
  args: ["-e", `process.stdout.write(${JSON.stringify(text)})`],
});

testMetricSource(command, {
  world: { commandsAllowed: [node] },
  readsHost: false,
  members: {
    number: printing("42\n"),
    "number-list": { ...printing('{"a":[1,2]}'), json_path: "a" },
    "string-list": printing("one\ntwo\n"),
    "ip-address-list": { ...printing("dns 10.0.0.1;"), regex: "\\d+(?:\\.\\d+)+" },
  },
});

const test = suite("metrics: command: details");
let folder = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-command-"));
});
test.after.each(() => rmSync(folder, { recursive: true }));

const script = (text: string) => {
  const path = join(folder, "script.sh");
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
};
const read = (path: string, args: string[] = [], signal?: AbortSignal) =>
  openSource(command, "string-list", { command: path, args }, { commandsAllowed: [path] })(signal);

test("no shell is between: arguments arrive as they stand", async () => {
  const args = ["$HOME", "a b", "; rm -rf /", "*", "`id`"];
  assert.equal(await read(script('printf "%s\\n" "$@"'), args), args);
});

test("nothing of the agent's environment, folder or input reaches it", async () => {
  process.env.FIELDWARDEN_TEST_SECRET = "secret";
  const path = script('/usr/bin/env | /usr/bin/sort; pwd; read line; echo "input: $line"');
  const lines = (await read(path)) as string[];
  process.env.FIELDWARDEN_TEST_SECRET = undefined;
  assert.equal(
    lines.filter((line) => !/^(_|PWD|SHLVL|OLDPWD)=/.test(line)),
    ["LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "/", "input:"],
  );
});

test("a program that is not allowed does not run", async () => {
  const members = { command: script(`touch ${folder}/ran`) };
  const reading = openSource(command, "number", members, { commandsAllowed: ["/bin/true"] })();
  assert.match(await reasonOf(reading), /script\.sh is not in metrics_commands/);
  assert.throws(() => readFileSync(join(folder, "ran")));
});

test("when its time is over, it and all that it started are killed", async () => {
  const path = script(`sleep 60 & echo $! > ${folder}/child; echo $$ > ${folder}/parent; wait`);
  const limit = new AbortController();
  const reason = reasonOf(read(path, [], limit.signal));
  const pidOf = (name: string) => Number(readFileSync(join(folder, name), "utf8"));
  await until(() => {
    try {
      return pidOf("child") > 0 && pidOf("parent") > 0;
    } catch {
      return false;
    }
  });
  limit.abort();
  assert.match(await reason, /took longer than its time limit/);
  await until(() => !isAlive(pidOf("child")) && !isAlive(pidOf("parent")));
});

test("an output without end is cut, and its program ended", async () => {
  const path = script(`echo $$ > ${folder}/parent; while :; do echo yes; done`);
  assert.match(await reasonOf(read(path)), /printed more than 65536 bytes/);
  await until(() => !isAlive(Number(readFileSync(join(folder, "parent"), "utf8"))));
});

test("a program that fails or is missing says why", async () => {
  assert.match(await reasonOf(read(script("echo no disk >&2; exit 3"))), /left with 3: no disk$/);
  assert.match(await reasonOf(read(script("kill -9 $$"))), /was ended by SIGKILL$/);
  assert.match(await reasonOf(read("/nowhere/program")), /ENOENT/);
});

/** A killed child stays a zombie until this process has read its end. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test.run();
