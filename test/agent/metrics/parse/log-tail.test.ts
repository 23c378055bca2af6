import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HostError } from "../../../../agent/core/host.ts";
import { createLogTail } from "../../../../agent/metrics/parse/log-tail.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";

const test = suite("metrics: log tail");
const LOG = "var/log/auth.log";

const follow = async (content: string, record = 0) => {
  const host = createMemoryHost({ [LOG]: content });
  const tail = createLogTail(host, LOG, record);
  assert.is(await tail.read(), null);
  const next = async () => {
    const { bytes, skipped } = (await tail.read())!;
    assert.is(skipped, 0);
    return new TextDecoder().decode(bytes);
  };
  return { host, tail, next };
};

test("only what was added after the first look, in whole lines", async () => {
  const { host, next } = await follow("old\n");
  assert.is(await next(), "");
  host.files.set(LOG, "old\nnew\nhal");
  assert.is(await next(), "new\n");
  host.files.set(LOG, "old\nnew\nhalf\n");
  assert.is(await next(), "half\n");
});

test("a rotation loses nothing", async () => {
  const { host, next } = await follow("old\n");
  host.files.set(`${LOG}.1`, "old\nlast before\n");
  host.files.set(LOG, "first after\n");
  host.inodes.set(LOG, 2);
  assert.is(await next(), "last before\nfirst after\n");
  host.files.set(LOG, "first after\nmore\n");
  assert.is(await next(), "more\n");
});

test("a log that was cut begins anew", async () => {
  const { host, next } = await follow("long content\n");
  host.files.set(LOG, "a\n");
  assert.is(await next(), "a\n");
});

test("a log that appears later counts from its first byte; one that goes, not at all", async () => {
  const host = createMemoryHost({ "var/log/syslog": "" });
  const tail = createLogTail(host, LOG, 0);
  assert.is(await tail.read(), null);
  host.files.set(LOG, "one\n");
  host.inodes.set(LOG, 7);
  assert.is(new TextDecoder().decode((await tail.read())!.bytes), "one\n");
  host.files.delete(LOG);
  assert.is((await tail.read())!.bytes.length, 0);
});

test("without its folder there is no log to wait for", async () => {
  try {
    await createLogTail(createMemoryHost(), LOG, 0).read();
    assert.unreachable();
  } catch (error) {
    assert.instance(error, HostError);
  }
});

test("records come whole", async () => {
  const { host, next } = await follow("", 4);
  host.files.set(LOG, "aaaabb");
  assert.is(await next(), "aaaa");
  host.files.set(LOG, "aaaabbbbcccc");
  assert.is(await next(), "bbbbcccc");
});

test("a flood is read to its bound from its end, and the rest said", async () => {
  const { host, tail } = await follow("");
  const flood = new Uint8Array(9 * 1024 * 1024).fill(0x0a);
  host.files.set(LOG, flood);
  const { bytes, skipped } = (await tail.read())!;
  assert.is(bytes.length + skipped, flood.length);
  assert.is(skipped, 1024 * 1024);
});

test.run();
