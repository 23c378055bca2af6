import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ConfigSources, configSchema, loadConfig, requireForRun } from "../../agent/config.ts";
import { FieldwardenError } from "../../agent/core/errors.ts";
import { optionNames, options } from "../../agent/options.ts";

const test = suite("config");
let folder = "";

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldwarden-config-"));
});
test.after.each(() => rmSync(folder, { recursive: true }));

const load = (yaml: string, sources: Partial<ConfigSources> = {}) => {
  const file = join(folder, "gateway.yaml");
  writeFileSync(file, yaml);
  return loadConfig({ env: {}, ...sources, args: { config: file, ...sources.args } });
};

/** The message and exit code of the configuration error that these sources give. */
const errorOf = (yaml: string, sources: Partial<ConfigSources> = {}) => {
  try {
    load(yaml, sources);
  } catch (error) {
    if (!(error instanceof FieldwardenError)) throw error;
    return { message: error.message.replaceAll(`${folder}/`, ""), exitCode: error.exitCode };
  }
  throw new Error("the configuration was taken");
};

test("an empty file is all defaults", () => {
  const { config, origins } = load("");
  assert.is(config.report_interval_s, 300);
  assert.equal(config.interfaces_exclude, ["lo"]);
  assert.ok(Object.values(origins).every((origin) => origin === "default"));
});

test("arguments win over the environment, and that over the file", () => {
  const { config, origins } = load("thing_name: gw-1\nreport_format: cbor\nroot: /a\n", {
    env: { FIELDWARDEN_THING_NAME: "gw-2", FIELDWARDEN_ROOT: "/b", HOME: "/root" },
    args: { "thing-name": "gw-3" },
  });
  assert.equal([config.thing_name, config.root, config.report_format], ["gw-3", "/b", "cbor"]);
  assert.equal([origins.thing_name, origins.root], ["--thing-name", "FIELDWARDEN_ROOT"]);
  assert.match(origins.report_format, /gateway\.yaml:2$/);
});

test("lists come from YAML, or between commas", () => {
  const { config } = load("interfaces_include: [eth0, wlan*]\n", {
    env: { FIELDWARDEN_CUSTOM_METRICS: "load1, traffic_*" },
  });
  assert.equal(config.interfaces_include, ["eth0", "wlan*"]);
  assert.equal(config.custom_metrics, ["load1", "traffic_*"]);
});

test("every fault is named at once, with its line, its bounds and the nearest name", () => {
  const { message, exitCode } = errorOf(
    "thing_nmae: gw\nreport_interval_s: 0\nreport_format: jsno\nroot: [a]\n",
    { env: { FIELDWARDEN_STATE_DIRR: "/x" }, args: { "spool-age-s-max": "soon" } },
  );
  assert.is(exitCode, 78);
  assert.equal(message.split("\n"), [
    "the configuration has 6 faults:",
    '  gateway.yaml:1: there is no option "thing_nmae"; did you mean "thing_name"?',
    '  environment: there is no option "FIELDWARDEN_STATE_DIRR"; did you mean "FIELDWARDEN_STATE_DIR"?',
    "  gateway.yaml:2: report_interval_s is 0: it takes 1 to 172800",
    '  gateway.yaml:3: report_format is "jsno": it takes json, cbor; did you mean "json"?',
    '  gateway.yaml:4: root is ["a"]: it takes a string',
    '  --spool-age-s-max: spool_age_s_max is "soon": it takes a whole number',
  ]);
});

test("broken YAML is said with its line", () => {
  assert.match(errorOf("thing_name: gw\nroot: 'open\n").message, /gateway\.yaml:[23]: /);
  assert.match(errorOf("- a\n- b\n").message, /not a list of "name: value" lines/);
});

test("the status page stays on loopback", () => {
  assert.is(load("status_listen: '[::1]:80'\n").config.status_listen, "[::1]:80");
  assert.match(errorOf("status_listen: 0.0.0.0:9790\n").message, /loopback/);
});

test("a file that is not there is exit 66", () => {
  try {
    loadConfig({ env: {}, args: { config: join(folder, "none.yaml") } });
    assert.unreachable();
  } catch (error) {
    assert.is((error as FieldwardenError).exitCode, 66);
  }
});

test("run needs a broker for mqtt and a path for file", () => {
  assert.throws(() => requireForRun(load("").config), /mqtt_url is empty/);
  assert.throws(() => requireForRun(load("transport: file\n").config), /output_file is empty/);
  requireForRun(load("mqtt_url: mqtts://broker.plant:8883\n").config);
});

test("the schema has every option, and every default fits its own rules", () => {
  const schema = configSchema() as { properties: Record<string, { description: string }> };
  assert.equal(Object.keys(schema.properties), optionNames);
  for (const name of optionNames) {
    assert.ok(options[name].help.endsWith("."), `${name}: help is a sentence`);
  }
  load(
    JSON.stringify(Object.fromEntries(optionNames.map((name) => [name, options[name].default]))),
  );
});

test.run();
