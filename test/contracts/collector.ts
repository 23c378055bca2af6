/**
 * What every collector promises: exactly its declared metrics, each of its kind; finite numbers, none
 * below zero; "no data" where the device has nothing; and whatever its files hold, a result or a
 * NoDataError, never another error.
 */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Collector, MetricKind } from "../../agent/core/collector.ts";
import { NoDataError } from "../../agent/core/errors.ts";
import { type Host, HostError } from "../../agent/core/host.ts";
import type { Connection, Listener } from "../../agent/core/model.ts";
import { createMemoryHost } from "../../sim/engine/host.ts";

export function testCollector(collector: Collector, host: Host): void {
  const test = suite(`collectors: ${collector.name}: contract`);

  test("gives exactly the declared metrics, each of its kind", async () => {
    await checkCollected(collector, host);
  });

  test("has no data on an empty host", async () => {
    assert.instance(await errorOf(collector, createMemoryHost()), NoDataError);
  });

  test("where nothing may be read, says so or has no data", async () => {
    const error = await errorOf(collector, deniedHost);
    assert.ok(error instanceof NoDataError || error instanceof HostError, String(error));
  });

  test("survives files that hold anything", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (content) => {
        await checkOrNoData(
          collector,
          hostWith(host, () => content),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("survives its own files torn and with a character changed", async () => {
    const change = fc.record({
      cut: fc.nat(400),
      at: fc.nat(400),
      to: fc.string({ maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ cut, at, to }) => {
        const damage = (text: string) =>
          (text.slice(0, at) + to + text.slice(at + 1)).slice(0, Math.max(text.length - cut, 0));
        await checkOrNoData(collector, hostWith(host, damage));
      }),
      { numRuns: 100 },
    );
  });

  test.run();
}

async function checkOrNoData(collector: Collector, host: Host): Promise<void> {
  try {
    await checkCollected(collector, host);
  } catch (error) {
    if (!(error instanceof NoDataError)) throw error;
  }
}

async function checkCollected(collector: Collector, host: Host): Promise<void> {
  const collected = await collector.collect(host);
  assert.equal(Object.keys(collected).sort(), Object.keys(collector.metrics).sort());
  for (const [name, { kind, unit }] of Object.entries(collector.metrics)) {
    // Zero degrees is no floor: a temperature is the one metric that may be negative.
    const least = unit === "celsius" ? -273.15 : 0;
    checkValue(name, kind, collected[name], least);
  }
}

function checkValue(name: string, kind: MetricKind, value: unknown, least: number): void {
  const isCount = (one: unknown) => Number.isFinite(one) && (one as number) >= least;
  const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65535;
  switch (kind) {
    case "gauge":
    case "counter":
      assert.ok(isCount(value), `${name} is ${value}`);
      return;
    case "gauges":
    case "counters":
      assert.instance(value, Map);
      for (const [label, one] of value as Map<string, number>) {
        assert.ok(label !== "" && isCount(one), `${name} of "${label}" is ${one}`);
      }
      return;
    case "listeners":
      for (const one of value as Listener[]) {
        assert.ok(isPort(one.port) && one.address !== "" && one.interface !== "", name);
      }
      return;
    case "connections":
      for (const one of value as Connection[]) {
        assert.ok(isPort(one.localPort) && isPort(one.remotePort), name);
        assert.ok(one.localAddress !== "" && one.remoteAddress !== "", name);
        assert.ok(one.localInterface !== "", name);
      }
  }
}

async function errorOf(collector: Collector, host: Host): Promise<unknown> {
  try {
    await collector.collect(host);
  } catch (error) {
    return error;
  }
  return null;
}

/** The same device with every file's content changed. */
function hostWith(host: Host, change: (text: string) => string): Host {
  const readText = async (path: string) => change(await host.readText(path));
  const readBytes = async (path: string) => new TextEncoder().encode(await readText(path));
  return { ...host, readText, readBytes };
}

const deny = async (path: string) => {
  throw new HostError("denied", path, "permission denied");
};

const deniedHost: Host = {
  readText: deny,
  readBytes: deny,
  list: deny,
  entries: deny,
  readLink: deny,
  readAt: deny,
  status: deny,
  space: deny,
};
