import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createAlerts } from "../../../agent/alerts/dispatcher.ts";
import { findings } from "../../../agent/cli/findings.ts";
import { systemClock } from "../../../agent/world/clock-system.ts";
import { createFsDisk } from "../../../agent/world/disk-fs.ts";
import { quiet } from "../../fixtures/cloud.ts";
import { findingOf, hostileFinding } from "../../fixtures/findings.ts";

const test = suite("cli: findings");
let folder = "";
let file = "";
let head = "";

/** A state folder as an agent leaves it. */
test.before.each(async () => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-findings-"));
  file = join(folder, "alerts", "000000000001.ndjson");
  head = join(folder, "alerts", "head.json");
  const disk = createFsDisk({ folder });
  const alerts = await createAlerts({
    disk,
    clock: systemClock,
    log: quiet,
    random: () => 0,
    thing: "gw-7",
    outputs: [],
    renotifyS: 3600,
  });
  await alerts.raise([findingOf(1), findingOf(2)]);
  await alerts.raise([hostileFinding]);
  await alerts.close();
  await disk.close();
});
test.after.each(() => rmSync(folder, { recursive: true }));

async function program(...args: string[]) {
  let stdout = "";
  const code = await findings.run({
    args: [...args, "--state-dir", folder],
    env: {},
    stdout: new Writable({
      write(chunk, _, done) {
        stdout += chunk;
        done();
      },
    }),
    isTerminal: false,
    stderr: () => {},
    stop: new AbortController().signal,
    loadCore: () => Promise.reject(new Error("not needed")),
    loadOui: () => Promise.reject(new Error("not needed")),
    version: "1.2.3",
  });
  return { code, stdout, lines: stdout.split("\n").slice(0, -1) };
}
const failureOf = (...args: string[]) => program(...args).catch((error) => error);
const verifyJson = async (...args: string[]) => {
  const { code, stdout } = await program("verify", "--json", ...args);
  return { code, ...JSON.parse(stdout) };
};
const edit = (from: string, to: string) =>
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));

test("list: a line a record, safe for a terminal; --json: the records themselves", async () => {
  const { code, lines } = await program("list");
  assert.is(code, 0);
  assert.is(lines.length, 3);
  assert.match(lines[0]!, /^1 \d{4}-.*Z raised high tcp\/1: port 1 listens now/);
  assert.not.match(lines[2]!, /\p{Cc}/u);
  const { stdout } = await program("list", "--json");
  assert.is(stdout, readFileSync(file, "utf8"));
});

test("verify: whole, with the anchor that a report carries", async () => {
  const { code, lines } = await program("verify");
  assert.is(code, 0);
  assert.match(lines[0]!, "3 records, 1 to 3, whole");
  const { ok, records, first, last, hash, faults } = await verifyJson();
  assert.equal([ok, records, first, last, faults], [true, 3, 1, 3, []]);
  assert.is(lines[1], `anchor 3:${hash}`);
  assert.is((await program("verify", "--anchor", `3:${hash}`)).code, 0);
});

test("verify: an edit, a gap and a suppressed record each show, exit 1", async () => {
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  for (const [kind, changed] of [
    ["edited", text.replace("port 1 listens", "port 9 listens")],
    ["gap", lines.toSpliced(1, 1).join("\n")],
    ["truncated", lines.toSpliced(2, 1).join("\n")],
    ["truncated", lines.toSpliced(1, 2).join("\n")],
    ["unreadable", lines.with(0, "nothing to see").join("\n")],
  ]) {
    writeFileSync(file, changed!);
    const { code, ok, faults } = await verifyJson();
    assert.equal([code, ok, faults[0].kind], [1, false, kind]);
    const { stdout } = await program("verify");
    assert.match(stdout, `${kind}: `);
  }
  writeFileSync(file, text);
  rmSync(head);
  assert.is((await verifyJson()).faults[0].kind, "head-missing");
});

test("verify: a chain made up anew is whole, and not what the reports said", async () => {
  const { hash } = await verifyJson();
  rmSync(join(folder, "alerts"), { recursive: true });
  const { code, lines } = await program("verify");
  assert.is(code, 0);
  assert.match(lines[0]!, "no findings are recorded");
  const { code: known, faults } = await verifyJson("--anchor", `3:${hash}`);
  assert.equal([known, faults[0].kind], [1, "anchor"]);
  assert.match(faults[0].detail, "record 3 was reported; the last one here is 0");
});

test("verify: another record than the anchor's shows", async () => {
  const { code, faults } = await verifyJson("--anchor", `2:${"ab".repeat(32)}`);
  assert.equal([code, faults[0].detail], [1, "record 2 is not the one that was reported"]);
});

test("a torn line behind the last record is what a power cut leaves: no fault", async () => {
  writeFileSync(file, '{"torn', { flag: "a" });
  assert.is((await verifyJson()).code, 0);
  edit("port 1 listens", "port 9 listens");
  assert.is((await verifyJson()).code, 1);
});

test("what was typed wrong is said, with what is near", async () => {
  assert.match((await failureOf("verfy")).hint, /findings verify/);
  assert.match((await failureOf()).message, /list or verify/);
  assert.match((await failureOf("verify", "--anchor", "3")).message, /SEQUENCE:HASH/);
  for (const args of [["verfy"], ["verify", "--anchor", "3:12"], ["list", "--jsn"]]) {
    assert.is((await failureOf(...args)).exitCode, 64);
  }
});

test.run();
