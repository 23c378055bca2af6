/** What every inventory source promises, run on each of them. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NoDataError } from "../../agent/core/errors.ts";
import { type Host, HostError } from "../../agent/core/host.ts";
import {
  type Found,
  hardwareKinds,
  type InventoryReading,
  type InventorySource,
  softwareKinds,
} from "../../agent/core/inventory.ts";
import { walkSoftware } from "../../agent/inventory/tree.ts";
import { createMemoryHost, type MemoryHost } from "../../sim/engine/host.ts";

export function readingOf(host: Host): InventoryReading {
  return { host, tree: () => walkSoftware(host) };
}

/** `device` has what the source reads: it finds something there, and survives all that is made of it. */
export function testInventorySource(source: InventorySource, device: () => MemoryHost): void {
  const test = suite(`inventory: ${source.name}: contract`);

  test("says what it is", () => {
    assert.match(source.name, /^[a-z0-9-]+$/);
    assert.match(source.help, /^[A-Z].*\.$/);
  });

  test("finds something, well formed", async () => {
    const found = await source.find(readingOf(device()));
    assert.ok(countOf(found) > 0, "nothing found");
    checkFound(source, found);
  });

  test("on an empty device: no data, or nothing", async () => {
    const found = await findOrNothing(source, createMemoryHost());
    assert.is(countOf(found), 0);
  });

  test("without permission: an error of the host, or what is left", async () => {
    const host = device();
    for (const path of host.files.keys()) host.faults.set(path, "denied");
    checkFound(source, await findOrNothing(source, host));
  });

  const damages: [string, (content: Buffer) => Buffer][] = [
    ["empty files", () => Buffer.alloc(0)],
    ["files cut in half", (content) => content.subarray(0, content.length >> 1)],
    ["files cut by a byte", (content) => content.subarray(0, content.length - 1)],
    ["zeros", (content) => Buffer.alloc(content.length)],
    ["all bits set", (content) => Buffer.alloc(content.length, 0xff)],
    ["doubled", (content) => Buffer.concat([content, content])],
    ["one long line", () => Buffer.alloc(100_000, "a:")],
    ["braces", () => Buffer.from("{}")],
    ["a list", () => Buffer.from('[null, 1, "a", {}, []]')],
    ["the wrong types", () => Buffer.from('{"name": 1, "version": [], "data": {"snaps": 3}}')],
  ];
  for (const [name, change] of damages) {
    test(`hostile: ${name}`, async () => {
      const host = device();
      for (const [path, content] of host.files) host.files.set(path, change(Buffer.from(content)));
      checkFound(source, await findOrNothing(source, host));
    });
  }

  test.run();
}

async function findOrNothing(source: InventorySource, host: Host): Promise<Found> {
  try {
    return await source.find(readingOf(host));
  } catch (error) {
    assert.ok(
      error instanceof NoDataError || error instanceof HostError,
      `neither data nor a reason: ${(error as Error).stack}`,
    );
    return {};
  }
}

function countOf({ software = [], hardware = [], services = [], system = {} }: Found): number {
  return software.length + hardware.length + services.length + Object.keys(system).length;
}

function checkFound(source: InventorySource, { software = [], hardware = [], system = {} }: Found) {
  for (const one of software) {
    assert.is(one.source, source.name);
    assert.ok(softwareKinds.includes(one.kind));
    assert.type(one.name, "string");
    assert.ok(one.name.length > 0, "software without a name");
    assert.type(one.version, "string");
    checkTexts(one);
    checkTexts(one.properties ?? {});
  }
  const names = hardware.map(({ kind, name }) => `${kind} ${name}`);
  assert.is(new Set(names).size, names.length, "two devices of one name");
  for (const one of hardware) {
    assert.ok(hardwareKinds.includes(one.kind));
    checkTexts(one);
    checkTexts(one.properties);
  }
  checkTexts(system);
}

function checkTexts(values: object): void {
  for (const [name, value] of Object.entries(values)) {
    if (name === "properties") continue;
    if (typeof value === "number") assert.ok(Number.isFinite(value), `${name} is ${value}`);
    else assert.type(value, "string", name);
  }
}
