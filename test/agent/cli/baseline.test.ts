import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { baseline as verb } from "../../../agent/cli/baseline.ts";
import type { Io } from "../../../agent/cli/verb.ts";
import { ExitCode, FieldwardenError } from "../../../agent/core/errors.ts";
import {
  command,
  hmi,
  judged,
  laptop,
  learnt,
  observed,
  plc,
  quietMinute,
  talk,
} from "../../fixtures/plant.ts";

const test = suite("cli: baseline");
const folder = mkdtempSync(join(tmpdir(), "fieldwarden-"));
const path = join(folder, "plant.json");

test.before.each(() => {
  const baseline = learnt(quietMinute());
  const visit = observed(0, {
    commands: [command(0, { command: "plc stop", commandClass: "control", action: "stop" })],
    conversations: [talk(0, { from: laptop, port: 22 })],
  });
  judged([], [visit], baseline);
  writeFileSync(path, JSON.stringify(baseline.file()));
});
test.after(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: ExitCode; out: string }> {
  let out = "";
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      out += chunk;
      done();
    },
  });
  const code = await verb.run({ args, env: {}, stdout } as unknown as Io);
  return { code, out };
}

test("show tells what was learnt and what to look at", async () => {
  const { code, out } = await run("show", path);
  assert.is(code, ExitCode.ok);
  assert.match(out, /^frozen; 0\.0 h of traffic learnt/);
  assert.match(
    out,
    /Look at these.*\n {2}10\.1\.0\.10 > 10\.1\.0\.20 modbus: write single register: write, 60 times/,
  );
  assert.match(
    out,
    /10\.1\.0\.20 \(1 behind it\) modbus: .*, polled every 1\.0 s, up to 11 writes in 10 s/,
  );
  assert.equal(
    JSON.parse((await run("show", path, "--json")).out),
    JSON.parse(readFileSync(path, "utf8")),
  );
});

test("diff lists what is not normal and leaves with 1; approve makes it so", async () => {
  const { code, out } = await run("diff", path);
  assert.is(code, ExitCode.findings);
  assert.equal(
    out.split("\n").map((line) => line.split("  (")[0]),
    [
      `+ asset       ${laptop}`,
      `+ command     ${hmi} > ${plc} modbus: plc stop`,
      `+ interaction ${laptop} > ${plc} tcp/22`,
      "",
    ],
  );
  assert.is((await run("approve", path, `${laptop}*`)).out, "2 approved, 1 left\n");
  assert.is((await run("approve", path, "*")).out, "1 approved, 0 left\n");
  assert.is((await run("diff", path)).code, ExitCode.ok);
});

test("diff of two files, and export of what is normal", async () => {
  const other = join(folder, "other.json");
  writeFileSync(other, readFileSync(path));
  await run("approve", other, "*");
  const { out } = await run("diff", path, other);
  assert.is(out.match(/^\+/gm)?.length, 3);
  assert.is((await run("diff", other, path)).out.match(/^-/gm)?.length, 3);
  const exported = JSON.parse((await run("export", path)).out);
  assert.is(exported.interactions.length, 2);
  const csv = (await run("export", path, "--csv")).out.split("\r\n");
  assert.is(csv[0], "client,server,protocol,command,class,action,count,first,last");
  assert.ok(
    csv.some((row) => row.startsWith(`${hmi},${plc},modbus,write single register,write,,60,`)),
  );
});

test("says what is wrong and how to mend it", async () => {
  const refused = async (code: ExitCode, ...args: string[]) => {
    try {
      await run(...args);
    } catch (error) {
      assert.instance(error, FieldwardenError);
      assert.is((error as FieldwardenError).exitCode, code);
      return;
    }
    assert.unreachable(args.join(" "));
  };
  await refused(ExitCode.usage);
  await refused(ExitCode.usage, "shwo", path);
  await refused(ExitCode.usage, "show");
  await refused(ExitCode.usage, "approve", path);
  await refused(ExitCode.noInput, "show", join(folder, "none.json"));
  writeFileSync(path, "{}");
  await refused(ExitCode.config, "show", path);
});

test.run();
