import { mkdtemp, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DiskError } from "../../../agent/core/disk.ts";
import { createFsDisk, diskErrorOf } from "../../../agent/world/disk-fs.ts";
import { bytesOf, testDisk, textOf } from "../../contracts/disk.ts";

async function createInTemporary() {
  const parent = await mkdtemp(join(tmpdir(), "fieldwarden-disk-"));
  const folder = join(parent, "var/state");
  const disk = createFsDisk({ folder });
  const dispose = async (): Promise<void> => {
    await disk.close();
    await rm(parent, { recursive: true });
  };
  return { disk, dispose, folder };
}

testDisk("fs", createInTemporary);

const test = suite("disk: fs: details");

async function inTemporary(
  body: (made: Awaited<ReturnType<typeof createInTemporary>>) => Promise<void>,
): Promise<void> {
  const made = await createInTemporary();
  try {
    await body(made);
  } finally {
    await made.dispose();
  }
}

test("nobody but the owner reads the folders and files", () =>
  inTemporary(async ({ disk, folder }) => {
    await disk.append("spool/a", bytesOf("x"));
    await disk.replace("state", bytesOf("x"));
    const modeOf = async (path: string) => (await stat(join(folder, path))).mode & 0o777;
    assert.is(await modeOf("."), 0o700);
    assert.is(await modeOf("spool"), 0o700);
    assert.is(await modeOf("spool/a"), 0o600);
    assert.is(await modeOf("state"), 0o600);
  }));

test("a folder's names that are no plain files, and leftovers of a replace, are not listed", () =>
  inTemporary(async ({ disk, folder }) => {
    await disk.append("spool/a", bytesOf("x"));
    await disk.append("spool/b/inner", bytesOf("x"));
    await writeFile(join(folder, "spool/a.tmp"), "cut off");
    assert.equal(await disk.list("spool"), ["a"]);
    await disk.replace("spool/a", bytesOf("y"));
    assert.equal((await readdir(join(folder, "spool"))).sort(), ["a", "b"]);
  }));

test("a full device is told as full", () =>
  inTemporary(async ({ disk, folder }) => {
    await disk.append("first", bytesOf("x"));
    await symlink("/dev/full", join(folder, "device"));
    const error = await rejectionOf(disk.append("device", bytesOf("x")));
    assert.instance(error, DiskError);
    assert.is((error as DiskError).code, "full");
    assert.is((error as DiskError).path, "device");
  }));

test("a file where the folder should be is an io error", () =>
  inTemporary(async ({ disk }) => {
    await disk.append("spool", bytesOf("x"));
    const error = await rejectionOf(disk.append("spool/a", bytesOf("x")));
    assert.instance(error, DiskError);
    assert.is((error as DiskError).code, "io");
  }));

test("the codes of the system map to what the store tells apart", () => {
  const codeOf = (code: string) => {
    const error = Object.assign(new Error(`${code}: told`), { code, syscall: "write" });
    return (diskErrorOf(error, "a") as DiskError).code;
  };
  const told = ["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EIO", "EMFILE"].map(codeOf);
  assert.equal(told, ["full", "full", "denied", "denied", "read-only", "io", "io"]);
  const bug = new TypeError("no such thing");
  assert.is(diskErrorOf(bug, "a"), bug);
});

test("another disk on the folder goes on where the first ended", () =>
  inTemporary(async ({ disk, folder }) => {
    await disk.append("spool/a", bytesOf("one "));
    const next = createFsDisk({ folder });
    await next.append("spool/a", bytesOf("two"));
    await next.sync("spool/a");
    assert.is(textOf(await next.read("spool/a")), "one two");
    await next.close();
  }));

test.run();

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable("it should have failed"),
    (error) => error,
  );
}
