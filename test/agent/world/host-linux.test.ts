import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HostError } from "../../../agent/core/host.ts";
import { HOST_FILE_BYTES_MAX } from "../../../agent/core/limits.ts";
import { createLinuxHost } from "../../../agent/world/host-linux.ts";

const test = suite<{ root: string }>("world: host-linux");

test.before.each((context) => {
  context.root = mkdtempSync(join(tmpdir(), "fieldwarden-host-"));
  mkdirSync(join(context.root, "proc/net"), { recursive: true });
  writeFileSync(join(context.root, "proc/net/dev"), "eth0: 1\n");
});

test.after.each(({ root }) => rmSync(root, { recursive: true }));

async function codeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    assert.instance(error, HostError);
    return (error as HostError).code;
  }
  return "none";
}

test("reads text and bytes, and lists sorted", async ({ root }) => {
  const host = createLinuxHost({ root });
  writeFileSync(join(root, "proc/a"), "");
  assert.is(await host.readText("proc/net/dev"), "eth0: 1\n");
  assert.equal([...(await host.readBytes("proc/net/dev"))], [...Buffer.from("eth0: 1\n")]);
  assert.equal(await host.list("proc"), ["a", "net"]);
});

test("a folder's entries tell files, folders and links apart", async ({ root }) => {
  const host = createLinuxHost({ root });
  writeFileSync(join(root, "proc/a"), "");
  symlinkSync("a", join(root, "proc/b"));
  assert.equal(await host.entries("proc"), [
    { name: "a", kind: "file" },
    { name: "b", kind: "link" },
    { name: "net", kind: "folder" },
  ]);
  assert.is(await codeOf(host.entries("nowhere")), "missing");
});

test("a file larger than the scratch arrives whole, and what was read stays as it was", async ({
  root,
}) => {
  const host = createLinuxHost({ root });
  const large = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
  writeFileSync(join(root, "large"), large);
  const [first, small, second] = await Promise.all([
    host.readBytes("large"),
    host.readBytes("proc/net/dev"),
    host.readBytes("large"),
  ]);
  await host.readText("large");
  assert.ok(large.equals(first) && large.equals(second));
  assert.is(Buffer.from(small).toString(), "eth0: 1\n");
});

test("a file above the bound is refused, and the next read works", async ({ root }) => {
  const host = createLinuxHost({ root });
  writeFileSync(join(root, "endless"), "");
  truncateSync(join(root, "endless"), HOST_FILE_BYTES_MAX + 1);
  assert.is(await codeOf(host.readBytes("endless")), "too-large");
  assert.is(await host.readText("proc/net/dev"), "eth0: 1\n");
  truncateSync(join(root, "endless"), HOST_FILE_BYTES_MAX);
  assert.is((await host.readBytes("endless")).length, HOST_FILE_BYTES_MAX);
});

test("reads the part that was asked for, and says what a path is", async ({ root }) => {
  const host = createLinuxHost({ root });
  const part = await host.readAt("proc/net/dev", 4, 100);
  assert.is(Buffer.from(part).toString(), ": 1\n");
  chmodSync(join(root, "proc/net/dev"), 0o4755);
  symlinkSync("dev", join(root, "proc/net/link"));
  const [file, folder, link] = await Promise.all(
    ["proc/net/dev", "proc/net", "proc/net/link"].map((path) => host.status(path)),
  );
  assert.equal([file?.kind, file?.mode, file?.sizeBytes], ["file", 0o4755, 8]);
  assert.equal([folder?.kind, link?.kind], ["folder", "link"]);
  assert.is(folder?.device, file?.device);
  assert.is.not(folder?.inode, file?.inode);
  assert.is(await codeOf(host.status("proc/none")), "missing");
  assert.is(await codeOf(host.readAt("proc/net", 0, 1)), "io");
  assert.is(await codeOf(host.status("../x")), "denied");
});

test("says what is missing and what is no file", async ({ root }) => {
  const host = createLinuxHost({ root });
  assert.is(await codeOf(host.readText("proc/none")), "missing");
  assert.is(await codeOf(host.readText("proc/net/dev/none")), "missing");
  assert.is(await codeOf(host.readLink("proc/none")), "missing");
  assert.is(await codeOf(host.list("none")), "missing");
  assert.is(await codeOf(host.space("none")), "missing");
  assert.is(await codeOf(host.readText("proc/net")), "io");
  assert.is(await codeOf(host.readLink("proc/net")), "io");
});

test("does not wait at a FIFO that nobody writes to", async ({ root }) => {
  execFileSync("mkfifo", [join(root, "fifo")]);
  assert.is(await codeOf(createLinuxHost({ root }).readText("fifo")), "io");
});

test("refuses paths that are not below the root", async ({ root }) => {
  for (const host of [createLinuxHost({ root }), createLinuxHost({ root: "/" })]) {
    for (const path of ["..", "../x", "proc/../../x", "/etc/passwd", "", "a\0b"]) {
      assert.is(await codeOf(host.readText(path)), "denied", path);
      assert.is(await codeOf(host.readLink(path)), "denied", path);
      assert.is(await codeOf(host.list(path)), "denied", path);
      assert.is(await codeOf(host.space(path)), "denied", path);
    }
  }
  assert.is(
    await createLinuxHost({ root })
      .readText("proc/net/dev..")
      .catch(() => "gone"),
    "gone",
  );
});

test("links of a foreign root lead below it, never to this machine", async ({ root }) => {
  const host = createLinuxHost({ root });
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/hostname"), "gateway\n");
  symlinkSync("/etc/hostname", join(root, "proc/absolute"));
  symlinkSync("../../../../../../../../etc/hostname", join(root, "proc/relative"));
  symlinkSync("/etc", join(root, "folder"));
  symlinkSync("/etc/passwd", join(root, "passwd"));
  assert.is(await host.readText("proc/absolute"), "gateway\n");
  assert.is(await host.readText("proc/relative"), "gateway\n");
  assert.is(await host.readText("folder/hostname"), "gateway\n");
  assert.equal(await host.list("folder"), ["hostname"]);
  assert.is(await codeOf(host.readText("passwd")), "missing");
  assert.is(await codeOf(host.space("passwd")), "missing");
});

test("a link is read as written, also where it leads nowhere", async ({ root }) => {
  mkdirSync(join(root, "proc/self/ns"), { recursive: true });
  symlinkSync("net:[4026531840]", join(root, "proc/self/ns/net"));
  assert.is(await createLinuxHost({ root }).readLink("proc/self/ns/net"), "net:[4026531840]");
});

test("links in a circle end", async ({ root }) => {
  symlinkSync("b", join(root, "a"));
  symlinkSync("a", join(root, "b"));
  assert.is(await codeOf(createLinuxHost({ root }).readText("a")), "io");
});

test("reads this machine's own /proc", async () => {
  const host = createLinuxHost({ root: "/" });
  assert.match(await host.readText("proc/self/status"), /^Name:/);
  assert.match(await host.readLink("proc/self/ns/net"), /^net:\[\d+\]$/);
  const { totalBytes, availableBytes } = await host.space(".");
  assert.ok(totalBytes > 0 && availableBytes <= totalBytes);
});

test.run();
