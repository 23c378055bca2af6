import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Disk } from "../../agent/core/disk.ts";

export interface DiskUnderTest {
  disk: Disk;
  dispose(): Promise<void>;
}

/** What agent/core/disk.ts promises of every Disk, as far as it shows while the power stays on. */
export function testDisk(name: string, create: () => Promise<DiskUnderTest>): void {
  const test = suite(`disk: ${name}: contract`);

  const check = (what: string, body: (disk: Disk) => Promise<void>): void => {
    test(what, async () => {
      const { disk, dispose } = await create();
      try {
        await body(disk);
      } finally {
        await dispose();
      }
    });
  };

  check("a folder that is not there is empty, a file that is not there is null", async (disk) => {
    assert.equal(await disk.list("spool"), []);
    assert.is(await disk.read("spool/a"), null);
    assert.is(await disk.readAt("spool/a", 0, 10), null);
  });

  check("append makes the file and its folder, and adds at the end", async (disk) => {
    await disk.append("spool/a", bytesOf("one"));
    await disk.append("spool/a", bytesOf("two"));
    await disk.sync("spool/a");
    await disk.append("spool/a", bytesOf("three"));
    assert.is(textOf(await disk.read("spool/a")), "onetwothree");
  });

  check("appends to files in turn go each to its own", async (disk) => {
    for (const text of ["1", "2", "3"]) {
      await disk.append("spool/a", bytesOf(`a${text}`));
      await disk.append("spool/b", bytesOf(`b${text}`));
    }
    await disk.sync("spool/a");
    assert.is(textOf(await disk.read("spool/a")), "a1a2a3");
    assert.is(textOf(await disk.read("spool/b")), "b1b2b3");
  });

  check("list gives the names in one folder, sorted", async (disk) => {
    for (const path of ["spool/b", "spool/a", "spool/c", "state", "other/z"]) {
      await disk.append(path, bytesOf("x"));
    }
    assert.equal(await disk.list("spool"), ["a", "b", "c"]);
  });

  check("readAt gives the part that is there", async (disk) => {
    await disk.append("a", bytesOf("0123456789"));
    assert.is(textOf(await disk.readAt("a", 2, 3)), "234");
    assert.is(textOf(await disk.readAt("a", 8, 10)), "89");
    assert.is(textOf(await disk.readAt("a", 20, 10)), "");
  });

  check("what was read does not change with the file", async (disk) => {
    await disk.append("a", bytesOf("before"));
    const read = await disk.read("a");
    await disk.truncate("a", 0);
    await disk.append("a", bytesOf("after!"));
    assert.is(textOf(read), "before");
  });

  check("truncate cuts, and appends go on from there", async (disk) => {
    await disk.append("spool/a", bytesOf("keep, drop"));
    await disk.truncate("spool/a", 4);
    await disk.append("spool/a", bytesOf("ing"));
    assert.is(textOf(await disk.read("spool/a")), "keeping");
  });

  check("replace puts whole new contents, also where there was no file", async (disk) => {
    await disk.replace("state/a", bytesOf("first, and longer"));
    await disk.replace("state/a", bytesOf("second"));
    assert.is(textOf(await disk.read("state/a")), "second");
    assert.equal(await disk.list("state"), ["a"]);
    await disk.append("state/a", bytesOf(" half"));
    assert.is(textOf(await disk.read("state/a")), "second half");
  });

  check("remove takes the file away; one that is not there is no error", async (disk) => {
    await disk.append("spool/a", bytesOf("x"));
    await disk.remove("spool/a");
    await disk.remove("spool/a");
    assert.equal(await disk.list("spool"), []);
    await disk.append("spool/a", bytesOf("new"));
    assert.is(textOf(await disk.read("spool/a")), "new");
  });

  test.run();
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
