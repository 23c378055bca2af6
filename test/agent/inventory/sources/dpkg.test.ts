import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Software } from "../../../../agent/core/inventory.ts";
import { dpkg, mergePackages } from "../../../../agent/inventory/sources/dpkg.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { readingOf, testInventorySource } from "../../../contracts/inventory-source.ts";

const status = `Package: hello
Status: install ok installed
Section: devel
Installed-Size: 284
Maintainer: Santiago Vila <sanvila@plant.example>
Architecture: amd64
Source: hello-src (2.10-2)
Version: 2.10-3
Homepage: https://www.gnu.org/software/hello/
Description: example package
 Version: this is not the version
 .

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 0:1.0
`;

testInventorySource(dpkg, () => createMemoryHost({ "var/lib/dpkg/status": status }));

const test = suite("inventory: dpkg: details");

const found = async (files: Record<string, string>) =>
  (await dpkg.find(readingOf(createMemoryHost(files)))).software ?? [];

test("a package with all that the file says of it", async () => {
  const [hello] = await found({ "var/lib/dpkg/status": status });
  assert.equal(hello, {
    source: "dpkg",
    kind: "package",
    name: "hello",
    version: "2.10-3",
    architecture: "amd64",
    publisher: "Santiago Vila <sanvila@plant.example>",
    section: "devel",
    summary: "example package",
    homepage: "https://www.gnu.org/software/hello/",
    sourceName: "hello-src",
    sourceVersion: "2.10-2",
    installedBytes: 284 * 1024,
  });
});

test("removed but for its configuration: listed, with its state; an epoch of zero is none", async () => {
  const [, gone] = await found({ "var/lib/dpkg/status": status });
  assert.is(gone!.state, "deinstall ok config-files");
  assert.is(gone!.version, "1.0");
});

test("updates replace, add and take away, in their order", async () => {
  const packages = await found({
    "var/lib/dpkg/status": status,
    "var/lib/dpkg/updates/0001":
      "Package: hello\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3\n",
    "var/lib/dpkg/updates/0002":
      "Package: gone\nStatus: purge ok not-installed\nArchitecture: all\n",
    "var/lib/dpkg/updates/tmp.i": "Package: unfinished\nVersion: 1\n",
  });
  assert.equal(
    packages.map(({ name, version }) => `${name} ${version}`),
    ["hello 3"],
  );
});

test("images without dpkg have a file for each package", async () => {
  const packages = await found({
    "var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\nArchitecture: arm64\n",
    "var/lib/dpkg/status.d/base.md5sums": "Package: not-one\n",
  });
  assert.equal(
    packages.map(({ name }) => name),
    ["base-files"],
  );
});

test("any text is read to its end, and names are never empty", () => {
  const line = fc.oneof(
    fc.constantFrom("Package: a", "Package:", "Status: x not-installed", "Version: 1", "", " b"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const merged = new Map<string, Software>();
      mergePackages(merged, lines.join("\n"));
      for (const { name } of merged.values()) assert.ok(name.length > 0);
    }),
  );
});

test.run();
