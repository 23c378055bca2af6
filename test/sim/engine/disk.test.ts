import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DiskError } from "../../../agent/core/disk.ts";
import { type CutChoice, createSimDisk } from "../../../sim/engine/disk.ts";
import { createPrng } from "../../../sim/engine/prng.ts";
import { bytesOf, testDisk, textOf } from "../../contracts/disk.ts";

testDisk("sim", async () => ({ disk: createSimDisk(), dispose: async () => {} }));

const test = suite("disk: sim: power cuts and faults");

const KEEP_ALL: CutChoice = {
  keepBytes: (_, unsynced) => unsynced,
  garble: () => false,
  keepName: (_, states) => states - 1,
};
const KEEP_NONE: CutChoice = { keepBytes: () => 0, garble: () => false, keepName: () => 0 };

test("synced bytes survive every cut", async () => {
  for (let seed = 0; seed < 50; seed++) {
    const disk = createSimDisk();
    await disk.append("spool/a", bytesOf("kept"));
    await disk.sync("spool/a");
    await disk.append("spool/a", bytesOf(", perhaps"));
    const after = await disk.powerCut(createPrng(seed)).read("spool/a");
    assert.is(textOf(after?.subarray(0, 4) ?? null), "kept", `seed ${seed}`);
  }
});

test("unsynced bytes may be there, in part, or be gone with their name", async () => {
  const seen = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const disk = createSimDisk();
    await disk.append("a", bytesOf("12345"));
    seen.add((await disk.powerCut(createPrng(seed)).read("a"))?.length ?? -1);
  }
  assert.equal([...seen].sort(), [-1, 0, 1, 2, 3, 4, 5].sort());
});

test("a removal lasts from the next sync in its folder on", async () => {
  const disk = createSimDisk();
  for (const path of ["spool/a", "spool/b"]) {
    await disk.append(path, bytesOf("x"));
    await disk.sync(path);
  }
  await disk.remove("spool/a");
  assert.equal(disk.paths(), ["spool/b"]);
  await disk.sync("spool/b");
  assert.equal(disk.powerCut(KEEP_NONE).paths(), ["spool/b"]);
});

test("an unsynced removal may be undone", async () => {
  const disk = createSimDisk();
  await disk.append("spool/a", bytesOf("x"));
  await disk.sync("spool/a");
  await disk.remove("spool/a");
  const next = disk.powerCut(KEEP_NONE);
  assert.is(textOf(await next.read("spool/a")), "x");
  await next.remove("spool/a");
  assert.equal(next.powerCut(KEEP_ALL).paths(), []);
});

test("replace gives the old or the new, never a mix", async () => {
  const seen = new Set<string | null>();
  for (let seed = 0; seed < 100; seed++) {
    const disk = createSimDisk();
    await disk.replace("a", bytesOf("old"));
    disk.dieAfter(0);
    void disk.replace("a", bytesOf("new and longer"));
    await disk.died;
    seen.add(textOf(await disk.powerCut(createPrng(seed)).read("a")));
  }
  assert.equal([...seen].sort(), ["new and longer", "old"]);
});

test("nothing settles on a dead disk", async () => {
  const disk = createSimDisk();
  disk.dieAfter(1);
  await disk.append("a", bytesOf("x"));
  let settled = false;
  const interrupted = disk.sync("a").finally(() => {
    settled = true;
  });
  await disk.died;
  void disk.read("a").finally(() => {
    settled = true;
  });
  await Promise.race([interrupted, new Promise((resolve) => setImmediate(resolve))]);
  assert.is(settled, false);
});

test("a full disk takes what fits and says so", async () => {
  const disk = createSimDisk({ capacityBytes: 4 });
  const error = await disk.append("a", bytesOf("123456")).catch((failure) => failure);
  assert.instance(error, DiskError);
  assert.is(error.code, "full");
  assert.is(textOf(await disk.read("a")), "1234");
  disk.setCapacity(10);
  await disk.append("a", bytesOf("5"));
  assert.is(disk.bytesUsed(), 5);
});

test("after a failed sync no later sync brings the bytes back", async () => {
  const disk = createSimDisk();
  disk.setFault((operation) => (operation === "sync" ? "io" : null));
  await disk.append("a", bytesOf("lost"));
  assert.instance(await disk.sync("a").catch((failure) => failure), DiskError);
  disk.setFault(null);
  await disk.append("a", bytesOf("kept"));
  await disk.sync("a");
  assert.is(textOf(await disk.powerCut(KEEP_NONE).read("a")), "\0\0\0\0kept");
});

test("what a truncate cut off of a failed sync does not touch what is written there later", async () => {
  const disk = createSimDisk();
  disk.setFault((operation) => (operation === "sync" ? "io" : null));
  await disk.append("a", bytesOf("doubtful"));
  assert.instance(await disk.sync("a").catch((failure) => failure), DiskError);
  disk.setFault(null);
  await disk.truncate("a", 2);
  await disk.append("a", bytesOf("kept"));
  await disk.sync("a");
  assert.is(textOf(await disk.powerCut(KEEP_NONE).read("a")), "\0\0kept");
});

test("rot flips one bit", async () => {
  const disk = createSimDisk();
  await disk.append("a", bytesOf("AB"));
  disk.rot("a", 8);
  assert.is(textOf(await disk.read("a")), "AC");
});

test.run();
