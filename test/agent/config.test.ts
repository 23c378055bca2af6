import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ConfigSources, configSchema, loadConfig, requireForRun } from "../../agent/config.ts";
import { FieldwardenError } from "../../agent/core/errors.ts";
import { metricSources } from "../../agent/metrics/sources/index.ts";
import { optionNames, options } from "../../agent/options.ts";

const test = suite("config");
const sourceNames = metricSources.map(({ name }) => name).join(", ");
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

test("a list of objects is complete with its defaults, from the file or as one argument", () => {
  const yaml = `metrics:
  - {name: rssi, type: number, source: file, path: /run/modem, regex: "rssi: (\\\\d+)"}
  - name: states
    type: string-list
    source: command
    command: /usr/bin/states
    args: [-a, "b,c", 7]
`;
  const [rssi, states] = load(yaml).config.metrics;
  assert.equal(rssi, {
    name: "rssi",
    type: "number",
    interval_s: 0,
    timeout_s: 10,
    source: "file",
    path: "/run/modem",
    regex: "rssi: (\\d+)",
    json_path: "",
    scale: 1,
  });
  assert.equal(states?.args, ["-a", "b,c", "7"]);
  const json = '[{"name":"load","type":"number","source":"file","path":"/proc/loadavg"}]';
  const { config, origins } = load(yaml, { env: { FIELDWARDEN_METRICS: json } });
  assert.equal(
    config.metrics.map(({ name }) => name),
    ["load"],
  );
  assert.is(origins.metrics, "FIELDWARDEN_METRICS");
});

test("every fault in a list of objects is named with its own line", () => {
  const { message } = errorOf(`metrics:
  - name: a
    type: number
    source: file
    pth: /proc/loadavg
  - {name: "a b", type: nmber, source: fil}
  - name: bad
    type: ip-address-list
    source: modbus
    host: plc
    address: 70000
  - name: both
    type: number
    source: file
    path: /x
    regex: a
    json_path: b
  - {name: regex, type: number, source: file, path: etc/x, regex: "("}
  - {name: both, type: number, source: boot-count}
  - 7
`);
  assert.equal(message.replace(/the configuration has \d+ faults:\n/, "").split("\n"), [
    "  gateway.yaml:2: metrics[0] path is missing",
    '  gateway.yaml:5: metrics[0] has no member "pth"; did you mean "path"?',
    '  gateway.yaml:6: metrics[1] name is "a b": Name as registered: 1 to 128 of a-z A-Z 0-9 : _ - and not starting with aws:.',
    '  gateway.yaml:6: metrics[1] type is "nmber": it takes number, number-list, string-list, ip-address-list; did you mean "number"?',
    `  gateway.yaml:6: metrics[1] source is "fil": it takes ${sourceNames}; did you mean "file"?`,
    "  gateway.yaml:11: metrics[2] address is 70000: it takes 0 to 65535",
    "  gateway.yaml:12: metrics[3] takes regex or json_path, not both",
    '  gateway.yaml:18: metrics[4] path is "etc/x": it takes an absolute path without ..',
    '  gateway.yaml:18: metrics[4] regex is "(": Invalid regular expression: /(/gm: Unterminated group',
    '  gateway.yaml:19: metrics[5] has the name "both" of another',
    '  gateway.yaml:20: metrics[6] is 7: it takes "member: value" lines',
  ]);
  const { message: type } = errorOf(
    "metrics: [{name: a, type: number, source: listening-processes}]\n",
  );
  assert.match(type, /yaml:1: metrics\[0\] has type number: the source gives string-list/);
  assert.match(errorOf("metrics: 7\n").message, /yaml:1: metrics is 7: it takes a list of objects/);
  assert.match(errorOf("metrics:\n").message, /yaml:1: metrics is null: it takes a list/);
});

test("a list of words takes only those there are", () => {
  assert.equal(load("metrics_ready: [boot_count]\n").config.metrics_ready, ["boot_count"]);
  assert.match(errorOf("metrics_ready: boot_cont\n").message, /did you mean "boot_count"\?/);
});

test("run takes no program that is not allowed", () => {
  const metric = "metrics: [{name: a, type: number, source: command, command: /bin/a}]\n";
  const broker = "mqtt_url: mqtts://broker.plant:8883\n";
  assert.throws(
    () => requireForRun(load(broker + metric).config),
    /"a" runs \/bin\/a, which is not in metrics_commands/,
  );
  requireForRun(load(`${broker}${metric}metrics_commands: [/bin/a]\n`).config);
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
