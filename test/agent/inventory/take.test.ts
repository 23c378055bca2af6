import { suite } from "uvu";
import * as assert from "uvu/assert";
import { NoDataError } from "../../../agent/core/errors.ts";
import { HostError } from "../../../agent/core/host.ts";
import { defineInventorySource } from "../../../agent/core/inventory.ts";
import { json } from "../../../agent/inventory/formats/json.ts";
import { takeInventory } from "../../../agent/inventory/take.ts";
import { createManualClock } from "../../../sim/engine/clock.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";

const test = suite("inventory: take");

const source = (name: string, find: () => Promise<object>) =>
  defineInventorySource({ name, help: "For this test.", find });

test("a source that fails is a problem; the others are read all the same", async () => {
  const taken = await takeInventory({
    host: createMemoryHost(),
    clock: createManualClock({ wallMs: 1_800_000_000_000 }),
    sources: [
      source("absent", () => Promise.reject(new NoDataError("none"))),
      source("denied", () => Promise.reject(new HostError("denied", "a", "permission denied"))),
      source("good", async () => ({
        software: [{ source: "good", kind: "package", name: "a", version: "1" }],
        system: { model: "Gateway 7" },
        problems: ["one file was cut"],
      })),
    ],
  });
  assert.equal(
    taken.software.map(({ name }) => name),
    ["a"],
  );
  assert.is(taken.system.model, "Gateway 7");
  assert.equal(taken.problems, [
    { source: "denied", reason: "/a: permission denied" },
    { source: "good", reason: "one file was cut" },
  ]);
});

test("a bug of ours is not hidden", async () => {
  try {
    await takeInventory({
      host: createMemoryHost(),
      clock: createManualClock({ wallMs: 1_800_000_000_000 }),
      sources: [source("broken", () => Promise.reject(new TypeError("x is undefined")))],
    });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, TypeError);
  }
});

test("running programs have the package that owns them, or none", async () => {
  const host = createMemoryHost({
    "proc/7/comm": "bash\n",
    "proc/9/comm": "bash\n",
    "proc/12/comm": "miner\n",
    "proc/self/comm": "me\n",
    "var/lib/dpkg/info/bash.list": "/.\n/bin\n/bin/bash\n",
  });
  host.links.set("proc/7/exe", "/usr/bin/bash");
  host.links.set("proc/9/exe", "/usr/bin/bash");
  host.links.set("proc/12/exe", "/tmp/miner (deleted)");
  const { dpkg } = await import("../../../agent/inventory/sources/dpkg.ts");
  const { processes } = await takeInventory({
    host,
    clock: createManualClock({ wallMs: 1_800_000_000_000 }),
    sources: [dpkg],
  });
  assert.equal(processes, [
    { path: "tmp/miner", name: "miner", pids: [12], deleted: true, owner: null },
    {
      path: "usr/bin/bash",
      name: "bash",
      pids: [7, 9],
      deleted: false,
      owner: { source: "dpkg", name: "bash" },
    },
  ]);
});

test("json is the model, with who wrote it", async () => {
  const taken = await takeInventory({
    host: createMemoryHost(),
    clock: createManualClock({ wallMs: 1_800_000_000_000 }),
    sources: [],
  });
  const text = json.encode(taken, { thing: "gateway-1", version: "1.2.3" });
  const { schemaVersion, thing, tool, ...model } = JSON.parse(text);
  assert.equal([schemaVersion, thing, tool.version], [1, "gateway-1", "1.2.3"]);
  assert.equal(model, JSON.parse(JSON.stringify(taken)));
});

test.run();
