/** The packages of this machine, and of a root that dpkg itself filled, against `dpkg-query -W`. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { dpkg } from "../../agent/inventory/sources/dpkg.ts";
import { createLinuxHost } from "../../agent/world/host-linux.ts";

const test = suite<{ folder: string; root: string }>("e2e: inventory of dpkg");

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "fieldwarden-dpkg-"));
  context.root = join(context.folder, "root");
  mkdirSync(join(context.root, "var/lib/dpkg/info"), { recursive: true });
  mkdirSync(join(context.root, "var/lib/dpkg/updates"));
  writeFileSync(join(context.root, "var/lib/dpkg/status"), "");
});

test.after(({ folder }) => rmSync(folder, { recursive: true }));

interface Made {
  name: string;
  version: string;
  architecture?: string;
  failing?: "preinst" | "postinst";
}

/** A package with a configuration file, by dpkg-deb; its script `failing` fails. */
function made(folder: string, { name, version, architecture = "amd64", failing }: Made): string {
  const tree = join(folder, `tree-${name}-${architecture}`);
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  mkdirSync(join(tree, "etc"));
  writeFileSync(join(tree, `etc/${name}-${architecture}.conf`), "a = 1\n");
  writeFileSync(join(tree, "DEBIAN/conffiles"), `/etc/${name}-${architecture}.conf\n`);
  const same = architecture === "all" ? "" : "Multi-Arch: same\n";
  writeFileSync(
    join(tree, "DEBIAN/control"),
    `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\n${same}` +
      "Maintainer: A <a@plant.example>\nDescription: made for a test\n of ours\n",
  );
  if (failing !== undefined) {
    writeFileSync(join(tree, "DEBIAN", failing), "#!/bin/sh\nexit 1\n");
    chmodSync(join(tree, "DEBIAN", failing), 0o755);
  }
  const file = join(folder, `${name}_${architecture}.deb`);
  execFileSync("dpkg-deb", ["--build", tree, file], { stdio: "ignore" });
  return file;
}

const queried = (...root: string[]) =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: these are dpkg-query's own.
  execFileSync("dpkg-query", [...root, "-W", "-f", "${Package} ${Version} ${Architecture}\n"], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  })
    .trim()
    .split("\n")
    .sort();

const foundIn = async (root: string) => {
  const { software = [] } = await dpkg.find({
    host: createLinuxHost({ root }),
    tree: () => Promise.reject(new Error("dpkg needs no walk")),
  });
  return software;
};

const listed = async (root: string) =>
  (await foundIn(root))
    .map(({ name, version, architecture = "" }) => `${name} ${version} ${architecture}`)
    .sort();

test("this machine: the same set as dpkg-query", async () => {
  const found = await listed("/");
  assert.ok(found.length > 100);
  assert.equal(found, queried());
});

test("a root in every state that dpkg leaves: the same set as dpkg-query", async (context) => {
  const { folder, root } = context;
  const run = (...args: string[]) =>
    spawnSync("dpkg", [
      `--root=${root}`,
      "--force-script-chrootless,depends,not-root,bad-path",
      "--log=/dev/null",
      ...args,
    ]);
  const install = (one: Made) => run("--install", made(folder, one));
  spawnSync("apt-get", ["download", "hello", "cowsay", "libjs-jquery"], { cwd: folder });
  const real = readdirSync(folder).filter((name) => /^(hello|cowsay|libjs)/.test(name));
  assert.is(real.length, 3, "apt-get download gives Debian's own packages");
  run("--install", ...real.map((name) => join(folder, name)));
  install({ name: "held", version: "1:2.0-1" });
  execFileSync("dpkg", [`--root=${root}`, "--set-selections"], { input: "held hold\n" });
  install({ name: "zero-epoch", version: "0:3.1", architecture: "all" });
  install({ name: "two-archs", version: "1.0-1" });
  run("--add-architecture", "i386");
  install({ name: "two-archs", version: "1.0-1", architecture: "i386" });
  install({ name: "half-configured", version: "1.0", failing: "postinst" });
  install({ name: "not-installed", version: "1.0", failing: "preinst" });
  run("--unpack", made(folder, { name: "unpacked", version: "4.4~rc1+b1" }));
  install({ name: "removed", version: "1.5-2" });
  run("--remove", "removed");
  install({ name: "purged", version: "1.5-2" });
  run("--purge", "purged");

  const found = await listed(root);
  assert.equal(found, queried(`--root=${root}`));
  assert.is(found.length, 10);
  const states = Object.fromEntries(
    (await foundIn(root)).flatMap(({ name, state }) => (state ? [[name, state]] : [])),
  );
  assert.equal(states, {
    held: "hold ok installed",
    "half-configured": "install ok half-configured",
    removed: "deinstall ok config-files",
    unpacked: "install ok unpacked",
  });
});

test("an update that dpkg has not merged counts, as for dpkg-query", async ({ root }) => {
  const update = (number: string, text: string) =>
    writeFileSync(join(root, "var/lib/dpkg/updates", number), text);
  const head = "Maintainer: A <a@plant.example>\nArchitecture: amd64\nMulti-Arch: same\n";
  update("0000", `Package: held\nStatus: install ok half-installed\n${head}Version: 1:2.1-1\n`);
  update("0001", `Package: unpacked\nStatus: purge ok not-installed\n${head}`);
  const found = await listed(root);
  assert.equal(found, queried(`--root=${root}`));
  assert.ok(found.includes("held 1:2.1-1 amd64"));
  assert.not.ok(found.some((line) => line.startsWith("unpacked")));
});

test("files have their owners, as dpkg-query --search names them", async () => {
  const host = createLinuxHost({ root: "/" });
  const owners = await dpkg.ownersOf!(host, new Set(["usr/bin/dpkg", "bin/sh", "no/such/file"]));
  assert.is(owners.get("usr/bin/dpkg"), "dpkg");
  assert.not.ok(owners.has("no/such/file"));
});

test.run();
