import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { raiseCloud } from "../../fixtures/cloud.ts";

const test = suite("cli: the built program");
let folder = "";

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-cli-"));
});
test.after(() => rmSync(folder, { recursive: true }));

const program = (...args: string[]) => {
  const options: SpawnSyncOptionsWithStringEncoding = { encoding: "utf8", timeout: 10_000 };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["build/agent/main.js", ...args],
    options,
  );
  return { status, stdout, stderr };
};

test("every verb has help with an example, on stdout", () => {
  for (const args of [
    ["--help"],
    ...["run", "report", "detect", "profile", "findings", "config", "version"].map((verb) => [
      verb,
      "--help",
    ]),
  ]) {
    const { status, stdout } = program(...args);
    assert.is(status, 0);
    assert.match(stdout, /Usage: fieldwarden/);
    assert.match(stdout, /Example: fieldwarden/);
  }
});

test("usage errors are exit 64 and name what was near", () => {
  assert.is(program().status, 64);
  const verb = program("reprot");
  assert.is(verb.status, 64);
  assert.match(verb.stderr, /Did you mean "fieldwarden report"\?/);
  const option = program("run", "--thing-nmae", "x");
  assert.is(option.status, 64);
  assert.match(option.stderr, /Did you mean --thing-name\?/);
  assert.is(program("config", "validat").status, 64);
  assert.is(program("report", "--once", "--sample-s", "-1").status, 64);
});

test("a bad configuration is exit 78, a missing one 66", () => {
  const file = join(folder, "bad.yaml");
  writeFileSync(file, "report_formt: cbor\n");
  const { status, stderr } = program("config", "validate", "--config", file);
  assert.is(status, 78);
  assert.match(
    stderr,
    /bad\.yaml:1: there is no option "report_formt"; did you mean "report_format"\?/,
  );
  assert.is(program("config", "validate", "--config", join(folder, "none.yaml")).status, 66);
  assert.is(program("run", "--collectors-disabled", "sokets", "--transport", "stdout").status, 78);
});

test("config show prints YAML with origins, config schema JSON", () => {
  const shown = program("config", "show", "--thing-name", "gw-7");
  assert.is(shown.status, 0);
  assert.match(shown.stdout, /^thing_name: gw-7 {2}# --thing-name$/m);
  assert.match(shown.stdout, /^report_interval_s: 300 {2}# default$/m);
  const schema = JSON.parse(program("config", "schema").stdout);
  assert.is(schema.properties.report_interval_s.default, 300);
});

test("version tells the runtime", () => {
  const { version, wasm } = JSON.parse(program("version", "--json").stdout);
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.is(wasm, true);
});

test("a report of a device's tree goes to stdout, and nothing else does", () => {
  const root = "test/fixtures/host/modern-gateway";
  const { status, stdout } = program("report", "--once", "--sample-s", "0", "--root", root);
  assert.is(status, 0);
  const { header, metrics } = JSON.parse(stdout);
  assert.is(header.version, "1.0");
  assert.ok(metrics.listening_tcp_ports.total > 0);
  assert.is(metrics.network_stats, undefined); // Nothing was watched, so no growth is known.
});

test("a key that everyone can read is exit 77, a key of another certificate 78", async () => {
  const cloud = await raiseCloud();
  const one = await cloud.identity("one");
  const two = await cloud.identity("two");
  const validate = (certFile: string, keyFile: string) =>
    program(
      ...["config", "validate", "--mqtt-url", cloud.url, "--mqtt-ca-file", cloud.caFile],
      ...["--mqtt-cert-file", certFile, "--mqtt-key-file", keyFile],
    );
  assert.is(validate(one.certFile, one.keyFile).status, 0);
  const mixed = validate(one.certFile, two.keyFile);
  assert.is(mixed.status, 78);
  assert.match(mixed.stderr, /is not the key of the certificate/);
  chmodSync(one.keyFile, 0o644);
  const open = validate(one.certFile, one.keyFile);
  assert.is(open.status, 77);
  assert.match(open.stderr, /chmod 600/);
  assert.is(validate(one.certFile, join(folder, "none.pem")).status, 78);
  await cloud.cleanUp();
});

test("a state folder that cannot be one is exit 74 or 77, and says which", () => {
  const file = join(folder, "not-a-folder");
  writeFileSync(file, "");
  const { status, stderr } = program(
    ...[
      "run",
      "--transport",
      "stdout",
      "--status-listen",
      "off",
      "--state-dir",
      join(file, "state"),
    ],
  );
  assert.ok(status === 74 || status === 77, `exit ${status}: ${stderr}`);
  assert.match(stderr, /state_dir/);
});

test.run();
