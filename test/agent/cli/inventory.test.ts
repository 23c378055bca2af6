import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite<{ root: string }>("cli: inventory, of the built program");

test.before((context) => {
  context.root = mkdtempSync(join(tmpdir(), "fieldwarden-inventory-"));
  mkdirSync(join(context.root, "var/lib/dpkg"), { recursive: true });
  mkdirSync(join(context.root, "etc"));
  writeFileSync(
    join(context.root, "var/lib/dpkg/status"),
    "Package: hello\nStatus: install ok installed\nArchitecture: arm64\nVersion: 2.10-3\n",
  );
  writeFileSync(join(context.root, "etc/os-release"), "ID=debian\nVERSION_ID=12\n");
  writeFileSync(join(context.root, "etc/hostname"), "gateway-7\n");
});
test.after(({ root }) => rmSync(root, { recursive: true }));

const inventory = (root: string, ...args: string[]) =>
  spawnSync(process.execPath, ["build/agent/main.js", "inventory", "--root", root, ...args], {
    encoding: "utf8",
  });

test("every format, of another device's tree, with that device's name", ({ root }) => {
  for (const format of ["cyclonedx", "spdx", "ssm", "ocsf", "json"]) {
    const { status, stdout, stderr } = inventory(root, "--format", format);
    assert.is(status, 0, stderr);
    assert.match(stdout, /hello/);
    assert.match(stdout, format === "ssm" ? /gateway-7/ : /"(name|thing)":"gateway-7"/);
    for (const line of stdout.trim().split("\n")) JSON.parse(line);
  }
  const sbom = JSON.parse(inventory(root, "--format", "cyclonedx").stdout);
  const purls = sbom.components.map(({ purl }: { purl?: string }) => purl);
  assert.ok(purls.includes("pkg:deb/debian/hello@2.10-3?arch=arm64&distro=debian-12"));
});

test("a format that there is not is exit 64 and names what was near", ({ root }) => {
  const { status, stderr } = inventory(root, "--format", "cyclondx");
  assert.is(status, 64);
  assert.match(stderr, /Did you mean "cyclonedx"\?/);
});

test("an empty tree is an inventory without anything", ({ root }) => {
  const empty = join(root, "empty");
  mkdirSync(empty);
  const { status, stdout } = inventory(empty);
  assert.is(status, 0);
  const { thing, software, hardware, problems } = JSON.parse(stdout);
  assert.equal(
    { thing, software, hardware, problems },
    {
      thing: "device",
      software: [],
      hardware: [],
      problems: [],
    },
  );
});

test.run();
