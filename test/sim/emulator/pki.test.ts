import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FieldwardenError } from "../../../agent/core/errors.ts";
import { openAuthority, openServer, writeDevice } from "../../../sim/emulator/pki-files.ts";
import { createManualClock } from "./support.ts";

const test = suite("emulator: certificates");
let dir: string;
test.before.each(async () => {
  dir = await mkdtemp(join(tmpdir(), "fieldwarden-pki-"));
});
test.after.each(() => rm(dir, { recursive: true }));

const DAY_MS = 86_400_000;

async function codeOf(act: Promise<unknown>): Promise<{ code: number; message: string }> {
  try {
    await act;
  } catch (error) {
    if (error instanceof FieldwardenError) return { code: error.exitCode, message: error.message };
    throw error;
  }
  return { code: 0, message: "" };
}

test("the authority and the server are made once and stay", async () => {
  const clock = createManualClock();
  const authority = await openAuthority(dir, clock);
  const server = await openServer(dir, authority, "127.0.0.1", clock);
  assert.equal(await openAuthority(dir, clock), authority);
  assert.equal(await openServer(dir, authority, "127.0.0.1", clock), server);
  const certificate = new X509Certificate(server.certificatePem);
  for (const name of ["localhost"]) assert.is(certificate.checkHost(name), name);
  for (const ip of ["127.0.0.1", "::1"]) assert.is(certificate.checkIP(ip), ip);
  assert.ok(certificate.checkIssued(new X509Certificate(authority.certificatePem)));
});

test("no key can be read by others", async () => {
  const clock = createManualClock();
  await openServer(dir, await openAuthority(dir, clock), "127.0.0.1", clock);
  await writeDevice(dir, "press-07", clock);
  const keys = (await readdir(dir)).filter((name) => name.endsWith(".key.pem"));
  assert.equal(keys, ["press-07.key.pem", "service.ca.key.pem", "service.server.key.pem"]);
  for (const name of keys) assert.is((await stat(join(dir, name))).mode & 0o777, 0o600);
});

test("a server's certificate that runs out, or is for another host, is made anew", async () => {
  const clock = createManualClock();
  const authority = await openAuthority(dir, clock);
  const first = await openServer(dir, authority, "127.0.0.1", clock);
  const elsewhere = await openServer(dir, authority, "192.0.2.1", clock);
  assert.is(new X509Certificate(elsewhere.certificatePem).checkIP("192.0.2.1"), "192.0.2.1");
  assert.not.equal(elsewhere, first);
  clock.advance(825 * DAY_MS);
  assert.not.equal(await openServer(dir, authority, "192.0.2.1", clock), elsewhere);
});

test("programs that start on one folder at once use one authority", async () => {
  const clock = createManualClock();
  const opened = await Promise.all(Array.from({ length: 8 }, () => openAuthority(dir, clock)));
  for (const authority of opened) assert.equal(authority, opened[0]);
  assert.equal(await readdir(dir), ["ca.pem", "service.ca.key.pem"], "and nothing is left over");
});

test("a thing's certificate carries its name, and is the authority's", async () => {
  const clock = createManualClock();
  const files = await writeDevice(dir, "a:B_9-z", clock);
  const certificate = new X509Certificate(await readFile(files.certificate));
  assert.is(certificate.subject, "CN=a:B_9-z");
  assert.ok(certificate.checkIssued(new X509Certificate(await readFile(files.ca))));
  assert.is(certificate.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
});

test("a thing is not made twice, and what is there stays", async () => {
  const clock = createManualClock();
  const { key, certificate } = await writeDevice(dir, "press-07", clock);
  const before = await readFile(key, "utf8");
  assert.is((await codeOf(writeDevice(dir, "press-07", clock))).code, 74);
  await rm(key);
  assert.match(
    (await codeOf(writeDevice(dir, "press-07", clock))).message,
    /crt.pem exists already/,
  );
  assert.equal((await readdir(dir)).includes("press-07.key.pem"), false, "no half identity");
  await rm(certificate);
  await writeDevice(dir, "press-07", clock);
  assert.is.not(await readFile(key, "utf8"), before);
});

test("names that AWS IoT does not take are refused", async () => {
  for (const name of ["", "a/b", "../a", "a.b", "ä", "x".repeat(129)]) {
    assert.is((await codeOf(writeDevice(dir, name, createManualClock()))).code, 64, name);
  }
});

test("what stands in the way is said: a file for a folder, a broken key", async () => {
  await writeFile(join(dir, "file"), "");
  assert.is((await codeOf(openAuthority(join(dir, "file", "x"), createManualClock()))).code, 74);
  await writeFile(join(dir, "service.ca.key.pem"), "no key");
  const { code, message } = await codeOf(openAuthority(dir, createManualClock()));
  assert.is(code, 65);
  assert.match(message, /service.ca.key.pem: not a key/);
});

test.run();
