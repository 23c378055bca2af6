import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { customProblemOf } from "../../../agent/core/custom-value.ts";
import type { ObjectValue } from "../../../agent/core/option.ts";
import { createCustomMetrics } from "../../../agent/metrics/custom-metrics.ts";
import { metricSpecsOf, metricsOption, readyNames } from "../../../agent/metrics/spec.ts";
import { createSimDisk } from "../../../sim/engine/disk.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";

const test = suite("metrics: custom metrics");

const metric = (name: string, type: string, members: ObjectValue): ObjectValue => ({
  name,
  type,
  source: "file",
  interval_s: 0,
  timeout_s: 1,
  regex: "",
  json_path: "",
  scale: 1,
  ...members,
});

const open = (specs: ObjectValue[], files: Record<string, string>) => {
  const host = createMemoryHost(files);
  let monotonicMs = 0;
  const clock = { wallMs: () => 1_780_000_000_000 + monotonicMs, monotonicMs: () => monotonicMs };
  const disk = createSimDisk();
  return {
    host,
    custom: createCustomMetrics({ specs, host, clock, disk, commandsAllowed: [process.execPath] }),
    pass: (ms: number) => {
      monotonicMs += ms;
    },
  };
};

test("all four types, as the report has them", async () => {
  const { custom } = open(
    [
      metric("n", "number", { path: "/n", scale: 0.1 }),
      metric("ns", "number-list", { path: "/ns" }),
      metric("s", "string-list", { path: "/s" }),
      metric("ip", "ip-address-list", { path: "/ip" }),
    ],
    { n: "3", ns: "1\n2", s: "a/b-c_1:2.3", ip: "10.0.0.1\n::ffff:10.0.0.2\n2001:db8::1" },
  );
  assert.equal(await custom.collect(), {
    metrics: {
      n: { number: 0.3 },
      ns: { number_list: [1, 2] },
      s: { string_list: ["a/b-c_1:2.3"] },
      ip: { ip_list: ["10.0.0.1", "::ffff:10.0.0.2", "2001:db8::1"] },
    },
    problems: [],
  });
});

test("what the cloud would not keep is left out and named, and costs the others nothing", async () => {
  const { custom } = open(
    [
      metric("good", "number", { path: "/n" }),
      metric("words", "string-list", { path: "/words" }),
      metric("port", "ip-address-list", { path: "/port" }),
      metric("long", "number-list", { path: "/long" }),
      metric("missing", "number", { path: "/missing" }),
    ],
    {
      n: "1",
      words: "fine\nnot fine",
      port: "10.0.0.1:80",
      long: "1\n".repeat(201),
    },
  );
  const { metrics, problems } = await custom.collect();
  assert.equal(metrics, { good: { number: 1 } });
  assert.equal(Object.fromEntries(problems.map((one) => [one.collector, one.reason])), {
    "metrics: words": '"not fine" has a character outside A-Z a-z 0-9 : _ - / .',
    "metrics: port": '"10.0.0.1:80" is not an IP address',
    "metrics: long": "201 items: at most 200 go up",
    "metrics: missing": "/missing: no such file or directory",
  });
});

test("a metric with an interval is read that often, and never repeated", async () => {
  const { custom, host, pass } = open(
    [
      metric("slow", "number", { path: "/n", interval_s: 600 }),
      metric("each", "number", { path: "/n" }),
    ],
    { n: "1" },
  );
  const next = async () => Object.keys((await custom.collect()).metrics).sort();
  assert.equal(await next(), ["each", "slow"]);
  host.files.set("n", "2");
  pass(300_000);
  assert.equal(await next(), ["each"]);
  pass(300_000);
  assert.equal((await custom.collect()).metrics, { slow: { number: 2 }, each: { number: 2 } });
});

test("a source that hangs ends with its own limit; taking waits for nobody", async () => {
  const server = createServer((socket) => void socket.resume()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const hanging = ready("hangs", {
    source: "prometheus",
    url: `http://127.0.0.1:${port}/`,
    metric: "up",
  });
  const { custom } = open([{ ...hanging, timeout_s: 1 }, metric("n", "number", { path: "/n" })], {
    n: "7",
  });
  assert.is(custom.leadMs, 1000);
  custom.begin();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(custom.take(), { metrics: { n: { number: 7 } }, problems: [] });
  const { metrics, problems } = await custom.collect();
  assert.equal(metrics, { n: { number: 7 } });
  assert.equal(problems, [{ collector: "metrics: hangs", reason: "no reading within 1 s" }]);
  await new Promise((resolve) => server.close(resolve));
});

test("many slow readings run a few at a time, and closing gives them up", async () => {
  let [connected, most] = [0, 0];
  const server = createServer((socket) => {
    most = Math.max(most, ++connected);
    socket.on("error", () => {}).resume();
    socket.on("close", () => connected--);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  const specs = Array.from({ length: 20 }, (_, at) =>
    ready(`m${at}`, { source: "prometheus", url, metric: "up" }),
  );
  const { custom } = open(specs, {});
  const collected = custom.collect();
  while (most < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  custom.close();
  const { problems } = await collected;
  assert.is(problems.length, 20);
  assert.is(most, 4);
  await new Promise((resolve) => server.close(resolve));
});

test("the values of a report have a bound, and the first configured are kept", async () => {
  const list = Array.from({ length: 200 }, (_, at) => `${"x".repeat(60)}${at}`).join("\n");
  const specs = ["a", "b", "c", "d"].map((name) => metric(name, "string-list", { path: "/list" }));
  const { metrics, problems } = await open(specs, { list }).custom.collect();
  assert.equal(Object.keys(metrics), ["a", "b"]);
  assert.match(problems[0]!.reason, /more than 32768 bytes/);
});

test("whatever files hold, what goes up is what the cloud keeps", async () => {
  const types = ["number", "number-list", "string-list", "ip-address-list"];
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.oneof(fc.double().map(String), fc.ipV4(), fc.ipV6(), fc.string()))
      .map((lines) => lines.join("\n")),
  );
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const specs = types.map((type) => metric(`m:${type}`, type, { path: "/f" }));
      const { metrics, problems } = await open(specs, { f: content }).custom.collect();
      assert.is(Object.keys(metrics).length + problems.length, types.length);
      for (const [name, value] of Object.entries(metrics)) {
        assert.is(customProblemOf(name, value), null);
      }
    }),
  );
});

test("ready ones are complete by their name, and one of the same name in the list wins", async () => {
  const specs = metricSpecsOf([], readyNames);
  assert.equal(
    specs.map(({ name }) => name),
    readyNames,
  );
  for (const spec of specs) {
    assert.is(metricsOption.variants[spec.source as string]?.problemOf(spec), null);
  }
  const own = metric("boot_count", "number", { path: "/n" });
  assert.equal(metricSpecsOf([own], ["boot_count"]), [own]);
  const files = {
    "proc/sys/kernel/tainted": "1\n",
    "proc/sys/kernel/random/boot_id": "a\n",
    "proc/net/tcp": "",
    "proc/1/comm": "init\n",
    "var/log/auth.log": "",
    "run/systemd/timesync/synchronized": "",
    "usr/bin/ls": "",
  };
  const { custom } = open(specs, files);
  assert.equal((await custom.collect()).problems, []);
  assert.equal(Object.keys((await custom.collect()).metrics).sort(), [...readyNames].sort());
});

function ready(name: string, members: ObjectValue): ObjectValue {
  const variant = metricsOption.variants[members.source as string]!;
  const defaults = Object.entries(variant.members).map(([member, spec]) => [member, spec.default]);
  return { ...metric(name, "number", {}), ...Object.fromEntries(defaults), ...members };
}

test.run();
