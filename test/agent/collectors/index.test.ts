import { readdirSync, readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { collectors } from "../../../agent/collectors/index.ts";
import { NoDataError } from "../../../agent/core/errors.ts";
import type { Host } from "../../../agent/core/host.ts";
import { modernGateway, oldKernel } from "./trees.ts";

const test = suite("collectors: all");

test("each has a test file that runs the contract", () => {
  const here = new URL(".", import.meta.url);
  const tested = readdirSync(here)
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => /^testCollector\(/m.test(readFileSync(new URL(file, here), "utf8")));
  assert.equal(tested.sort(), collectors.map(({ name }) => `${name}.test.ts`).sort());
});

test("names of metrics are unique and fit a Device Defender custom metric and Prometheus", () => {
  const names = collectors.flatMap((collector) => Object.keys(collector.metrics));
  assert.is(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z][a-z0-9_]{0,127}$/);
});

test("plural metrics name their label, single ones have none", () => {
  for (const spec of collectors.flatMap((collector) => Object.values(collector.metrics))) {
    assert.is(spec.label !== undefined, spec.kind === "gauges" || spec.kind === "counters");
  }
});

test("a modern gateway reads as expected", () => compare("modern-gateway", modernGateway));

test("an old kernel reads as expected", () => compare("old-kernel", oldKernel));

async function compare(tree: string, host: Host): Promise<void> {
  const golden = new URL(`../../fixtures/host/${tree}.expected.json`, import.meta.url);
  const actual: Record<string, unknown> = {};
  for (const collector of collectors) {
    try {
      const collected = Object.entries(await collector.collect(host));
      actual[collector.name] = Object.fromEntries(
        collected.map(([name, value]) => [name, plainOf(value)]),
      );
    } catch (error) {
      if (!(error instanceof NoDataError)) throw error;
      actual[collector.name] = `NoDataError: ${error.message}`;
    }
  }
  assert.equal(actual, JSON.parse(readFileSync(golden, "utf8")));
}

function plainOf(value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

test.run();
