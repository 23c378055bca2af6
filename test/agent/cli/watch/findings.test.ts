import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createFindingsObserver } from "../../../../agent/cli/watch/findings.ts";
import type { PlantObserver } from "../../../../agent/cli/watch/observer.ts";
import { ExitCode, type FieldwardenError } from "../../../../agent/core/errors.ts";
import type { PlantObservation } from "../../../../agent/core/plant.ts";
import {
  command,
  hmi,
  knock,
  laptop,
  observed,
  plc,
  quietMinute,
  talk,
} from "../../../fixtures/plant.ts";

const test = suite("cli: watch: findings");
const folder = mkdtempSync(join(tmpdir(), "fieldwarden-"));
test.after(() => rmSync(folder, { recursive: true }));

interface Members {
  findings: { subject: string; count: number; is_over: boolean }[];
  findings_left_out: number;
}

const membersOf = (observer: PlantObserver) => observer.members!() as unknown as Members;

async function watched(
  observations: readonly PlantObservation[],
  path: string | null = null,
  isLearning = false,
) {
  const observer = await createFindingsObserver({ path, isLearning });
  for (const observation of observations) observer.observe(observation);
  await observer.close?.();
  return observer;
}

const shell = observed(0, { conversations: [talk(0, { port: 22 })] });
const scan = observed(0, {
  conversations: Array.from({ length: 12 }, (_, at) =>
    knock(0.5, { from: laptop, to: `10.1.3.${at}` }),
  ),
});

test("without a baseline: what the rules find that need none, at the capture's end too", async () => {
  const observer = await watched([scan]);
  assert.ok(observer.hasFindings?.());
  const { findings, findings_left_out } = membersOf(observer);
  assert.equal(
    findings.map(({ subject, count, is_over }) => ({ subject, count, is_over })),
    [{ subject: laptop, count: 1, is_over: false }],
  );
  assert.is(findings_left_out, 0);
  assert.match(
    observer.lines?.().at(-1) ?? "",
    /^ {2}2026-11-24T06:00:00.500Z {2}medium {2}host_scan: .* \[T0846\]$/,
  );
  const quiet = await watched(quietMinute());
  assert.not(quiet.hasFindings?.());
  assert.equal(quiet.lines?.(), []);
});

test("learns into a file, judges by it, and leaves what is new in it for a person", async () => {
  const path = join(folder, "plant.json");
  await watched(quietMinute(), path, true);
  const file = () => JSON.parse(readFileSync(path, "utf8"));
  assert.is(file().phase, "frozen");
  for (const _ of [1, 2]) {
    const observer = await watched([shell], path);
    const { findings } = membersOf(observer);
    assert.ok(findings.some(({ subject }) => subject === `${hmi} > ${plc} tcp/22`));
  }
  const row = file().interactions.find(
    ({ protocol }: { protocol: string }) => protocol === "tcp/22",
  );
  assert.is(row.learnt, false);
  await watched([shell, shell, shell], path, true);
  assert.not((await watched([shell], path)).hasFindings?.());
});

test("a matter that is over says so, and how often it was seen", async () => {
  const stop = (atS: number) =>
    observed(atS, {
      commands: [command(atS, { command: "plc stop", commandClass: "control", action: "stop" })],
    });
  const observer = await watched([stop(0), stop(5), observed(5000, {})]);
  const { findings } = membersOf(observer);
  assert.equal(
    findings.map(({ count, is_over }) => ({ count, is_over })),
    [{ count: 2, is_over: true }],
  );
});

test("a baseline that is missing is an error, and none is made by the way", async () => {
  const path = join(folder, "none.json");
  try {
    await watched([shell], path);
    assert.unreachable();
  } catch (error) {
    assert.is((error as FieldwardenError).exitCode, ExitCode.noInput);
  }
  assert.not(existsSync(path));
});

test.run();
