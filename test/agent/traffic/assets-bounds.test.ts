import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AssetTableOptions, createAssetTable } from "../../../agent/traffic/assets.ts";
import {
  binding,
  command,
  conversation,
  end,
  fact,
  observationOf,
} from "../../fixtures/plant-observations.ts";

const test = suite("traffic: assets: bounds");

const tableOf = (options: Partial<AssetTableOptions>) =>
  createAssetTable({ vendorOfMac: () => "", ...options });

test("a flood of addresses pushes out its own; devices that say what they are stay", () => {
  const table = tableOf({ assetsMax: 64 });
  table.observe(observationOf({ facts: [fact({})], commands: [command({})] }));
  const flood = Array.from({ length: 5000 }, (_, i) =>
    conversation({
      initiator: end(`172.${16 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`),
      packets: [1, 0],
      firstMs: 1000 + i,
      lastMs: 1000 + i,
    }),
  );
  table.observe(observationOf({ conversations: flood }));
  const ids = table.list().map(({ id }) => id);
  assert.ok(ids.length <= 64 && ids.length > 24);
  assert.ok(ids.includes("10.0.0.1") && ids.includes("10.0.0.2"));
  assert.is(table.lostCount, 5002 - ids.length);
});

test("facts are bounded too, over all devices and what is behind them", () => {
  const table = tableOf({ factsMax: 500 });
  for (let i = 0; i < 40; i++) {
    const facts = Array.from({ length: 60 }, (_, k) =>
      fact({
        subject: { address: `10.0.1.${i + 1}`, ...(k % 2 === 0 && { object: `unit ${k}` }) },
        value: `value ${k}`,
        atMs: i * 1000,
      }),
    );
    table.observe(observationOf({ facts }));
    const all = table.list();
    assert.ok(all.reduce((sum, { facts: own }) => sum + own.length, 0) <= 500);
  }
  assert.ok(table.lostCount > 0);
  assert.ok(table.list().some(({ id }) => id === "10.0.1.40"));
});

const address = fc.nat(5).map((i) => `10.0.0.${i + 1}`);
const mac = fc.nat(5).map((i) => `00:1b:1b:00:00:0${i}`);
const step = fc.oneof(
  fc.tuple(address, mac, fc.constantFrom("arp", "dhcp")).map((parts) => ({
    facts: [binding(...parts)],
  })),
  fc.tuple(mac, address).map(([from, value]) => ({
    facts: [fact({ subject: { mac: from }, name: "address", value })],
  })),
  fc.tuple(mac, mac).map(([from, value]) => ({
    facts: [fact({ subject: { mac: from }, name: "mac", value })],
  })),
  fc.tuple(address, address, mac).map(([from, to, by]) => ({
    conversations: [conversation({ initiator: end(from, by), responder: end(to) })],
  })),
  fc.tuple(address, address, fc.nat(3)).map(([client, server, unit]) => ({
    commands: [command({ client, server, object: `unit ${unit}` })],
  })),
);

test("whatever comes, an address belongs to one asset, and the bound holds", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = tableOf({ assetsMax: 5, factsMax: 24 });
      for (const one of steps) table.observe(observationOf(one));
      const devices = table.list().filter(({ behind }) => behind === "");
      const addresses = devices.flatMap((one) => [
        ...one.addresses,
        ...(one.facts.some(({ source }) => source === "frames") ? [] : one.macs),
      ]);
      assert.is(new Set(addresses).size, addresses.length);
      assert.ok(devices.length <= 6);
      for (const one of devices) {
        assert.ok(one.firstMs <= one.lastMs);
        assert.ok(one.addresses.length + one.macs.length > 0);
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
