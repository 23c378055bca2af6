import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FieldwardenError } from "../../../agent/core/errors.ts";
import { cloud } from "../../../sim/cli/cloud.ts";
import { device } from "../../../sim/cli/device.ts";
import type { Verb } from "../../../sim/cli/verb.ts";

const test = suite("sim: verbs");
let dir: string;
test.before(async () => {
  dir = await mkdtemp(join(tmpdir(), "fieldwarden-sim-"));
});
test.after(() => rm(dir, { recursive: true }));

async function run(verb: Verb, ...args: string[]) {
  let stdout = "";
  const stop = AbortSignal.timeout(0);
  const io = {
    args,
    stop,
    stderr() {},
    stdout(text: string) {
      stdout += text;
    },
  };
  try {
    return { code: await verb.run(io), stdout, said: "" };
  } catch (error) {
    if (!(error instanceof FieldwardenError)) throw error;
    return { code: error.exitCode, stdout, said: `${error.message}: ${error.hint}` };
  }
}

const wrong: [Verb, string[], string][] = [
  [cloud, ["--dri", "x"], "did you mean --dir?"],
  [cloud, [], "--dir is missing"],
  [cloud, ["--dir", "x", "extra"], '"extra" is one argument too many'],
  [cloud, ["--dir", "x", "--mqtt-port", "70000"], "not a whole number from 0 to 65535"],
  [cloud, ["--dir", "x", "--api-port", "-1"], "api-port"],
  [cloud, ["--dir", "x", "--min-interval-s", "1.5"], "not a whole number from 0 to 86400"],
  [cloud, ["--dir", "x", "--log-level", "loud"], "debug, info, warn, error"],
  [device, ["--dir", "x"], "NAME is missing"],
  [device, ["press-07"], "--dir is missing"],
  [device, ["a/b", "--dir", "x"], "1 to 128"],
  [device, ["a", "b", "--dir", "x"], '"b" is one argument too many'],
];
for (const [verb, args, said] of wrong) {
  test(`${verb.name} ${args.join(" ")} is a usage error`, async () => {
    const result = await run(verb, ...args);
    assert.equal([result.code, result.stdout], [64, ""]);
    assert.ok(result.said.includes(said), result.said);
  });
}

test("every verb's help names its options and ends with an example", () => {
  for (const { name, help } of [cloud, device]) {
    assert.match(help, new RegExp(`^Usage: fieldwarden-sim ${name} `));
    assert.match(help, new RegExp(`\\nExample: fieldwarden-sim ${name} .*\\n$`));
  }
});

test("cloud on a folder that cannot be is an error with a code", async () => {
  const { code, said } = await run(cloud, "--dir", "/proc/none");
  assert.ok(code === 74 || code === 77, said);
  assert.match(said, /\/proc\/none/);
});

test("cloud says that it is ready once, and ends when asked", async () => {
  const { code, stdout } = await run(cloud, "--dir", dir);
  assert.is(code, 0);
  const { ready, mqtt_port, api, ca } = JSON.parse(stdout);
  assert.equal([ready, typeof mqtt_port, ca], [true, "number", join(dir, "ca.pem")]);
  assert.match(api, /^http:\/\/127\.0\.0\.1:\d+$/);
});

test("device prints where the files are", async () => {
  const { code, stdout } = await run(device, "press-07", "--dir", dir);
  assert.is(code, 0);
  assert.equal(JSON.parse(stdout), {
    thing: "press-07",
    certificate: join(dir, "press-07.crt.pem"),
    key: join(dir, "press-07.key.pem"),
    ca: join(dir, "ca.pem"),
  });
});

test.run();
