import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { formats } from "../../../../agent/alerts/formats/index.ts";
import { noticeOf } from "../../../../agent/alerts/notice.ts";
import { createFileOutput } from "../../../../agent/alerts/outputs/file.ts";
import { testOutput } from "../../../contracts/alert-output.ts";
import { findingOf, noticesOf, speaker } from "../../../fixtures/findings.ts";

const idsIn = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => noticeOf(line)?.finding.id ?? "torn");

testOutput("file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-alerts-"));
  const path = join(folder, "out", "findings.ndjson");
  const away = join(folder, "elsewhere");
  mkdirSync(join(folder, "out"));
  return {
    output: createFileOutput({ path, format: formats.finding, speaker }),
    received: async () => idsIn(path),
    goAway: async () => renameSync(join(folder, "out"), away),
    comeBack: async () => renameSync(away, join(folder, "out")),
    cleanUp: async () => rmSync(folder, { recursive: true }),
  };
});

const test = suite("alerts: outputs: file: details");
const notices = noticesOf([findingOf(1), findingOf(2)]);
let folder = "";
let path = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-alerts-"));
  path = join(folder, "findings.ndjson");
});
test.after.each(() => rmSync(folder, { recursive: true }));

test("a record that stands there already is not written twice", async () => {
  for (let start = 0; start < 3; start++) {
    const output = createFileOutput({ path, format: formats.finding, speaker });
    assert.equal(await output.deliver(notices[0]!), { outcome: "delivered" });
  }
  assert.equal(idsIn(path), [notices[0]!.finding.id]);
});

test("a line that the power cut short is ended, and the record written whole", async () => {
  const output = createFileOutput({ path, format: formats.finding, speaker });
  await output.deliver(notices[0]!);
  const whole = readFileSync(path, "utf8");
  for (const cut of [1, 2, whole.length - 1]) {
    writeFileSync(path, whole.slice(0, -cut));
    await output.deliver(notices[0]!);
    await output.deliver(notices[1]!);
    const ids = idsIn(path);
    assert.equal(
      ids.slice(-2),
      notices.map(({ finding }) => finding.id),
    );
    assert.is(ids.length, 3);
  }
});

test("whatever rotates the file needs no signal", async () => {
  const output = createFileOutput({ path, format: formats.finding, speaker });
  await output.deliver(notices[0]!);
  renameSync(path, `${path}.1`);
  await output.deliver(notices[1]!);
  assert.equal(
    [idsIn(`${path}.1`), idsIn(path)].flat(),
    notices.map(({ finding }) => finding.id),
  );
});

test("what is no file is unreachable", async () => {
  const output = createFileOutput({ path: folder, format: formats.finding, speaker });
  assert.is((await output.deliver(notices[0]!)).outcome, "unreachable");
});

test.run();
