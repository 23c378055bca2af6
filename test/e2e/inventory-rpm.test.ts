/** Packages that Debian's rpm installed below a root, against its own `rpm -qa`. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { tableRows } from "../../agent/inventory/parse/sqlite.ts";
import { rpm } from "../../agent/inventory/sources/rpm.ts";
import { createLinuxHost } from "../../agent/world/host-linux.ts";
import { readingOf } from "../contracts/inventory-source.ts";

const test = suite<{ folder: string; root: string }>("e2e: inventory of rpm");
const DATABASE = "var/lib/rpm/rpmdb.sqlite";

test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "fieldwarden-rpm-"));
  context.root = join(context.folder, "root");
  mkdirSync(join(context.root, "var/lib/rpm"), { recursive: true });
});

test.after(({ folder }) => rmSync(folder, { recursive: true }));

/** One source with `count` packages; the first has 1,000 files, so that its header overflows. */
function specOf(count: number): string {
  const packages = Array.from({ length: count }, (_, at) => {
    const epoch = at % 3 === 0 ? `Epoch: ${at % 5}\n` : "";
    return `%package -n made-${at}\nVersion: ${at}.2~rc${at % 4}\n${epoch}Summary: Made ${at}\n%description -n made-${at}\nd\n%files -n made-${at}\n${at === 0 ? "/usr/share/many\n" : ""}/usr/bin/made-${at}\n`;
  });
  return `Name: plant
Version: 1.2
Release: 3%{?dist}
Summary: A plant
License: MIT
Vendor: Plant Example
URL: https://plant.example/
BuildArch: noarch
%description
d
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/many
for i in $(seq 0 ${count - 1}); do echo hi > %{buildroot}/usr/bin/made-$i; done
for i in $(seq 1000); do : > %{buildroot}/usr/share/many/file-$i; done
${packages.join("")}`;
}

const queried = (root: string) =>
  execFileSync(
    "rpm",
    ["--root", root, "--dbpath", "/var/lib/rpm", "-qa", "--qf", "%{NAME} %{EVR} %{ARCH}\n"],
    { encoding: "utf8" },
  )
    .trim()
    .split("\n")
    .sort();

const listed = async (root: string) => {
  const { software = [] } = await rpm.find(readingOf(createLinuxHost({ root })));
  return software
    .map(({ name, version, architecture = "" }) => `${name} ${version} ${architecture}`)
    .sort();
};

const run = (root: string, ...args: string[]) => {
  const all = ["--root", root, "--dbpath", "/var/lib/rpm", "--nodeps", ...args];
  const { status, stderr } = spawnSync("rpm", all, { encoding: "utf8" });
  assert.is(status, 0, stderr);
};

test("installed, upgraded and erased packages: the same set as rpm -qa", async (context) => {
  const { folder, root } = context;
  writeFileSync(join(folder, "plant.spec"), specOf(20));
  const build = ["--define", `_topdir ${folder}/build`, "-bb", join(folder, "plant.spec")];
  execFileSync("rpmbuild", build, { stdio: "ignore" });
  const made = join(folder, "build/RPMS/noarch");
  run(root, "--install", "--ignorearch", ...readdirSync(made).map((name) => join(made, name)));
  assert.is((await listed(root)).length, 20);
  assert.equal(await listed(root), queried(root));
  run(root, "--erase", "made-3", "made-7");
  assert.is((await listed(root)).length, 18);
  assert.equal(await listed(root), queried(root));
  // The write-ahead log holds all of this: without it the database would be empty.
  assert.ok(existsSync(join(root, `${DATABASE}-wal`)));
});

test("checkpointed into the database itself: the same set", async ({ root }) => {
  execFileSync("sqlite3", [join(root, DATABASE), "PRAGMA wal_checkpoint(TRUNCATE)"]);
  assert.equal(await listed(root), queried(root));
});

test("a file's owner, as rpm -qf names it", async ({ root }) => {
  const owners = await rpm.ownersOf!(createLinuxHost({ root }), new Set(["usr/bin/made-5"]));
  assert.is(owners.get("usr/bin/made-5"), "made-5");
});

test("Berkeley DB wrote the same headers: the same set", async ({ folder, root }) => {
  const other = join(folder, "bdb");
  mkdirSync(join(other, "var/lib/rpm"), { recursive: true });
  const lines = ["VERSION=3", "format=bytevalue", "type=hash", "HEADER=END"];
  let key = 0;
  for await (const [, blob] of tableRows(createLinuxHost({ root }), DATABASE, "Packages")) {
    const number = Buffer.alloc(4);
    number.writeUInt32LE(++key);
    lines.push(` ${number.toString("hex")}`, ` ${(blob as Buffer).toString("hex")}`);
  }
  const input = `${[...lines, "DATA=END"].join("\n")}\n`;
  execFileSync("db5.3_load", ["-t", "hash", join(other, "var/lib/rpm/Packages")], { input });
  assert.is(key, 18);
  assert.equal(await listed(other), queried(root));
});

test.run();
