import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newSetuidFiles } from "../../../../agent/metrics/sources/new-setuid-files.ts";
import { createSimDisk } from "../../../../sim/engine/disk.ts";
import { createMemoryHost, type MemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const gateway = () => {
  const host = createMemoryHost({ "usr/bin/passwd": "", "usr/bin/ls": "", "tmp/notes": "" });
  host.modes.set("usr/bin/passwd", 0o4755);
  return host;
};
const add = (host: MemoryHost, path: string, mode = 0o4755) => {
  host.files.set(path, "");
  host.modes.set(path, mode);
};
const folders = ["/usr", "/tmp", "/home"];

testMetricSource(newSetuidFiles, {
  world: { host: gateway() },
  readsHost: true,
  members: { number: { folders }, "string-list": { folders } },
});

const test = suite("metrics: new setuid files: details");
const open = (host: MemoryHost, disk: ReturnType<typeof createSimDisk> | null = null) =>
  openSource(newSetuidFiles, "string-list", { folders }, { host, disk });

test("what the first walk finds is known; what comes later is new, until it goes", async () => {
  const host = gateway();
  const read = open(host);
  assert.equal(await read(), []);
  add(host, "tmp/.hidden/sh");
  add(host, "home/op/tool", 0o2755);
  add(host, "home/op/plain", 0o755);
  host.links.set("tmp/link", "/usr/bin/passwd");
  assert.equal(await read(), ["/home/op/tool", "/tmp/.hidden/sh"]);
  host.files.delete("tmp/.hidden/sh");
  assert.equal(await read(), ["/home/op/tool"]);
});

test("what is known outlives a restart", async () => {
  const host = gateway();
  const disk = createSimDisk();
  assert.equal(await open(host, disk)(), []);
  add(host, "tmp/sh");
  assert.equal(await open(host, disk)(), ["/tmp/sh"]);
  await disk.replace("metrics/metric.json", new TextEncoder().encode("{damaged"));
  assert.equal(await open(host, disk)(), []);
});

test("a large tree takes several readings, and nothing is said before the first walk is done", async () => {
  const host = gateway();
  const shelves = Array.from({ length: 4 }, (_, shelf) => `usr/share/${shelf}`);
  for (const shelf of shelves) {
    for (let count = 0; count < 9000; count++) host.files.set(`${shelf}/${count}`, "");
  }
  // The memory host looks at every path for each listing: its own lists make the test quick.
  const contents = new Map(
    [...shelves, "usr", "usr/bin", "usr/share", "tmp"].map((path) => [path, host.list(path)]),
  );
  const list = (path: string) => contents.get(path) ?? host.list(path);
  const read = openSource(newSetuidFiles, "number", { folders }, { host: { ...host, list } });
  assert.is(await read(), null);
  assert.is(await read(), 0);
  host.modes.set("usr/share/0/8999", 0o6755);
  let readings = 1;
  while ((await read()) === 0) readings++;
  assert.ok(readings <= 2);
  // Also while a later walk has not come by it yet.
  assert.equal([await read(), await read(), await read()], [1, 1, 1]);
});

test("what cannot be a walk is no configuration", async () => {
  const problemOf = (list: string[]) => newSetuidFiles.problemOf!({ folders: list }, "number");
  assert.is(problemOf(folders), null);
  assert.match(problemOf(["usr"]) ?? "", /has the folder "usr"/);
  assert.match(problemOf(["/usr/../etc"]) ?? "", /absolute paths/);
  const host = createMemoryHost();
  for (let count = 0; count <= 2000; count++) add(host, `usr/${count}`);
  assert.match(await reasonOf(open(host)()), /more than 2000 setuid files/);
});

test.run();
