import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HostError } from "../../../agent/core/host.ts";
import { HOST_FILE_BYTES_MAX } from "../../../agent/core/limits.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";

const test = suite("sim: engine: host");

async function codeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    assert.instance(error, HostError);
    return (error as HostError).code;
  }
  return "none";
}

test("files appear, change and go while it is in use", async () => {
  const host = createMemoryHost({ "proc/uptime": "1.00 1.00\n" });
  assert.is(await host.readText("proc/uptime"), "1.00 1.00\n");
  host.files.set("proc/uptime", new Uint8Array([50, 10]));
  assert.is(await host.readText("proc/uptime"), "2\n");
  host.files.delete("proc/uptime");
  assert.is(await codeOf(host.readText("proc/uptime")), "missing");
});

test("folders are what files and links have in their paths", async () => {
  const host = createMemoryHost({ "sys/class/net/eth1/ifindex": "", "sys/class/net/eth0/mtu": "" });
  host.links.set("sys/class/net/wwan0", "../../devices/usb1");
  assert.equal(await host.list("sys/class/net"), ["eth0", "eth1", "wwan0"]);
  assert.equal(await host.list("sys"), ["class"]);
  assert.is(await codeOf(host.list("sys/class/ne")), "missing");
});

test("faults stop every kind of call", async () => {
  const host = createMemoryHost({ "proc/a": "", "proc/b/c": "" });
  host.spaces.set("proc/a", { totalBytes: 2, availableBytes: 1 });
  for (const path of ["proc/a", "proc/b"]) host.faults.set(path, "denied");
  assert.is(await codeOf(host.readText("proc/a")), "denied");
  assert.is(await codeOf(host.readBytes("proc/a")), "denied");
  assert.is(await codeOf(host.readLink("proc/a")), "denied");
  assert.is(await codeOf(host.space("proc/a")), "denied");
  assert.is(await codeOf(host.list("proc/b")), "denied");
});

test("a log that grows is read from where it was, and its status says what it is", async () => {
  const host = createMemoryHost({ "var/log/auth.log": "one\ntwo\n" });
  assert.equal(new TextDecoder().decode(await host.readAt("var/log/auth.log", 4, 100)), "two\n");
  host.modes.set("var/log/auth.log", 0o4755);
  const { kind, mode, sizeBytes } = await host.status("var/log/auth.log");
  assert.equal([kind, mode, sizeBytes], ["file", 0o4755, 8]);
  assert.is((await host.status("var/log")).kind, "folder");
  assert.is(await codeOf(host.status("var/run")), "missing");
});

test("keeps the bound of the real one", async () => {
  const host = createMemoryHost({ large: new Uint8Array(HOST_FILE_BYTES_MAX + 1) });
  assert.is(await codeOf(host.readBytes("large")), "too-large");
});

test.run();
