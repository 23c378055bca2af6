import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { MetricSpecs } from "../../../agent/core/collector.ts";
import { expositionOf } from "../../../agent/web/exposition.ts";
import { metricsTextOf } from "../../../agent/web/metrics.ts";
import { bareStatus, exampleStatus, failingStatus } from "../../fixtures/agent-status.ts";
import { type ParsedFamily, parseExposition } from "./parse-exposition.ts";

const specs: MetricSpecs = {
  temperature_celsius: { kind: "gauges", unit: "celsius", help: "Reads.", label: "sensor" },
  memory_total_bytes: { kind: "gauge", unit: "bytes", help: "Memory \\ all\nof it." },
};

const test = suite("web: metrics");

const sampleOf = (families: Map<string, ParsedFamily>, name: string, labels = {}) =>
  families
    .get(name)
    ?.samples.find((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;

test("every status gives a text that the strict parser takes", () => {
  for (const status of [exampleStatus(), bareStatus(), failingStatus()]) {
    const families = parseExposition(metricsTextOf(status, specs));
    assert.is(sampleOf(families, "fieldwarden_build_info", { version: "0.1.0" }), 1);
    for (const [name, { type }] of families) {
      assert.is(type === "counter", name.endsWith("_total"), name);
      const isOurs = /^(fieldwarden|process)_/.test(name);
      assert.ok(isOurs || status.gauges.some((gauge) => gauge.name === name), name);
    }
  }
});

test("carries the figures of the status", () => {
  const families = parseExposition(metricsTextOf(failingStatus(), specs));
  const expected: [string, Record<string, string>, number][] = [
    ["fieldwarden_report_sends_total", { outcome: "throttled" }, 1],
    ["fieldwarden_reports_created_total", {}, 312],
    ["fieldwarden_spool_records", {}, 3912],
    ["fieldwarden_spool_oldest_age_seconds", {}, 90_000],
    ["fieldwarden_spool_lost_reports_total", {}, 8],
    ["fieldwarden_spool_remembered_lost_reports", { reason: "bytes-max" }, 5],
    ["fieldwarden_spool_remembered_lost_reports", { reason: "disk-full" }, 0],
    ["fieldwarden_spool_written_bytes_total", {}, 3_920_114],
    ["fieldwarden_connection_up", { transport: "mqtt" }, 0],
    ["fieldwarden_disconnects_total", {}, 3],
    ["fieldwarden_traffic_percentile", { series: "packets_in", percentile: "50" }, 199],
    ["fieldwarden_listening_ports", { protocol: "udp" }, 4],
    ["fieldwarden_established_connections", {}, 14],
    ["fieldwarden_collector_duration_seconds", { collector: "sockets" }, 0.0034],
    ["fieldwarden_collector_success", { collector: "sockets" }, 0],
    ["fieldwarden_collector_success", { collector: "memory" }, 1],
    ["process_resident_memory_bytes", {}, 58_720_256],
    ["process_cpu_seconds_total", {}, 271.4],
    ["temperature_celsius", { sensor: "board" }, 97],
    ["load1", {}, 0.42],
  ];
  for (const [name, labels, value] of expected) {
    assert.is(sampleOf(families, name, labels), value, `${name} ${JSON.stringify(labels)}`);
  }
  assert.is(families.get("memory_total_bytes")?.help, "Memory \\ all\nof it.");
});

test("what is unknown is absent, not zero", () => {
  const families = parseExposition(metricsTextOf(bareStatus(), specs));
  const unknown = /traffic|listening|established|oldest|accepted_age|temperature|collector/;
  assert.equal(
    [...families.keys()].filter((name) => unknown.test(name)),
    [],
  );
  const unused = exampleStatus();
  unused.connection = { ...unused.connection, state: "unused" };
  assert.is(parseExposition(metricsTextOf(unused, specs)).has("fieldwarden_connection_up"), false);
});

test("any help, label value and number survives the way through the text", () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Infinity, -Infinity, NaN));
  fc.assert(
    fc.property(fc.string(), fc.array(fc.tuple(fc.string(), number)), (help, values) => {
      const byLabel = new Map(values);
      const samples = [...byLabel].map(([peer, value]) => ({ labels: { peer }, value }));
      const family = { name: "x", type: "gauge" as const, help: help.trim(), samples };
      const parsed = parseExposition(expositionOf([family])).get("x");
      if (samples.length === 0) return parsed === undefined;
      assert.is(parsed?.help, help.trim());
      assert.equal(
        parsed?.samples.map(({ labels, value }) => [labels.peer, value]),
        [...byLabel].map(([peer, value]) => [peer, value === 0 ? 0 : value]),
      );
      return true;
    }),
  );
});

test("the parser that judges us is strict", () => {
  const wrong = [
    "x 1",
    "# TYPE x gauge\nx 1\n# TYPE x gauge\nx 2\n",
    "# TYPE x gauge\nx 1\ny 2\n",
    "# TYPE x gauge\nx 1\nx 1\n",
    "# TYPE x level\nx 1\n",
    '# TYPE x gauge\nx{a="b" 1\n',
    '# TYPE x gauge\nx{a="\\t"} 1\n',
    "# TYPE x gauge\nx one\n",
    "# TYPE x gauge\n\nx 1\n",
    "# TYPE x counter\nx_total 1\n",
  ];
  for (const text of wrong) assert.throws(() => parseExposition(text), undefined, text);
});

test.run();
