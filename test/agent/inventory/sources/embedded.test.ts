/** What embedded images have in place of dpkg and rpm. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { InventorySource, Software } from "../../../../agent/core/inventory.ts";
import { apk } from "../../../../agent/inventory/sources/apk.ts";
import { imageBuild } from "../../../../agent/inventory/sources/image-build.ts";
import { opkg } from "../../../../agent/inventory/sources/opkg.ts";
import { plc } from "../../../../agent/inventory/sources/plc.ts";
import { slots } from "../../../../agent/inventory/sources/slots.ts";
import { createMemoryHost, type MemoryHost } from "../../../../sim/engine/host.ts";
import { readingOf, testInventorySource } from "../../../contracts/inventory-source.ts";

const test = suite("inventory: embedded systems");

const foundBy = async (source: InventorySource, host: MemoryHost): Promise<readonly Software[]> =>
  (await source.find(readingOf(host))).software ?? [];
const named = (all: readonly Software[]) => all.map(({ name, version }) => `${name} ${version}`);

const apkInstalled = `C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
P:alpine-baselayout
V:3.4.3-r2
A:x86_64
S:8911
I:331776
T:Alpine base dir structure and init scripts
U:https://git.plant.example/aports
L:GPL-2.0-only
o:alpine-baselayout
m:Natanael Copa <ncopa@plant.example>
t:1700000000
c:7749273fed55f6e1df7c9ee6a127f18099f98a94
F:etc
R:hosts
Z:Q1BD6zJKZTRWyqGnPi4tSfd3krsMU=
F:bin
M:0:0:755
R:sh

C:Q1other=
P:musl
V:1.2.4_git20230717-r4
A:x86_64
f:f
`;
const apkHost = () => createMemoryHost({ "lib/apk/db/installed": apkInstalled });
testInventorySource(apk, apkHost);

test("apk: packages, of either place", async () => {
  const [base, musl] = await foundBy(apk, apkHost());
  assert.equal(
    [base!.name, base!.version, base!.license, base!.installedBytes],
    ["alpine-baselayout", "3.4.3-r2", "GPL-2.0-only", 331_776],
  );
  assert.is(musl!.state, "f");
  const merged = createMemoryHost({ "usr/lib/apk/db/installed": apkInstalled });
  assert.is((await foundBy(apk, merged)).length, 2);
});

test("apk: a file's owner", async () => {
  const owners = await apk.ownersOf!(apkHost(), new Set(["bin/sh", "etc/hosts", "bin/no"]));
  assert.equal(Object.fromEntries(owners), {
    "bin/sh": "alpine-baselayout",
    "etc/hosts": "alpine-baselayout",
  });
});

const opkgStatus = `Package: dnsmasq
Version: 2.86-16
Depends: libc
Status: install user installed
Architecture: aarch64_cortex-a53
Installed-Time: 1700000000

Package: kmod-wireguard
Version: 5.15.150-1
Status: install ok unpacked
Architecture: aarch64_cortex-a53

Package: gone
Version: 1
Status: deinstall ok not-installed
`;
const opkgHost = (folder = "usr/lib/opkg") =>
  createMemoryHost({
    [`${folder}/status`]: opkgStatus,
    [`${folder}/info/dnsmasq.control`]:
      "Package: dnsmasq\nLicense: GPL-2.0\nCPE-ID: cpe:/a:thekelleys:dnsmasq\nInstalled-Size: 123\n",
    [`${folder}/info/dnsmasq.list`]: "/usr/sbin/dnsmasq\n/etc/dnsmasq.conf\t0644\n",
  });
testInventorySource(opkg, opkgHost);

test("opkg: what list-installed lists, in both places, with what the control file adds", async () => {
  for (const folder of ["usr/lib/opkg", "var/lib/opkg"]) {
    const found = await foundBy(opkg, opkgHost(folder));
    assert.equal(named(found), ["dnsmasq 2.86-16", "kmod-wireguard 5.15.150-1"]);
    assert.is(found[0]!.cpe, "cpe:/a:thekelleys:dnsmasq");
    assert.is(found[0]!.license, "GPL-2.0");
    assert.is(found[0]!.installedWallMs, 1_700_000_000_000);
    assert.is(found[1]!.state, "install ok unpacked");
  }
  const owners = await opkg.ownersOf!(opkgHost(), new Set(["usr/sbin/dnsmasq"]));
  assert.is(owners.get("usr/sbin/dnsmasq"), "dnsmasq");
});

const imageHost = () =>
  createMemoryHost({
    "usr/share/common-licenses/license.manifest":
      "PACKAGE NAME: busybox\nPACKAGE VERSION: 1.36.1\nRECIPE NAME: busybox\nLICENSE: GPL-2.0-only & bzip2-1.0.4\n\nPACKAGE NAME: libz1\nPACKAGE VERSION: 1.3\nRECIPE NAME: zlib\nLICENSE: Zlib\n",
    "etc/buildinfo":
      "-----------------------\nBuild Configuration:  |\n-----------------------\nDISTRO = poky\n-----------------------\nLayer Revisions:      |\n-----------------------\nmeta              = scarthgap:236ac1b43308df722a78d3aa20aef065dfae5b2b\nmeta-plant        = main:0123456789abcdef0123456789abcdef01234567 -- modified\n",
    "usr/share/buildroot/manifest.csv":
      '"PACKAGE","VERSION","LICENSE","LICENSE FILES"\n"dropbear","2022.83","MIT, BSD-2-Clause","LICENSE"\n',
  });
testInventorySource(imageBuild, imageHost);

test("image-build: Yocto's manifest and layers, Buildroot's manifest", async () => {
  const found = await foundBy(imageBuild, imageHost());
  assert.equal(named(found), [
    "busybox 1.36.1",
    "libz1 1.3",
    "dropbear 2022.83",
    "meta 236ac1b43308df722a78d3aa20aef065dfae5b2b",
    "meta-plant 0123456789abcdef0123456789abcdef01234567",
  ]);
  assert.is(found[1]!.sourceName, "zlib");
  assert.is(found[2]!.license, "MIT, BSD-2-Clause");
  assert.is(found[4]!.state, "modified");
});

const raucHost = () =>
  createMemoryHost({
    "etc/rauc/system.conf":
      "[system]\ncompatible=plant-gw\nbootloader=uboot\nstatusfile=/data/central.raucs\n\n[slot.rootfs.0]\ndevice=/dev/mmcblk0p2\nbootname=A\n[slot.rootfs.1]\ndevice=/dev/mmcblk0p3\nbootname=B\n",
    "data/central.raucs":
      "[slot.rootfs.0]\nbundle.version=2026.10-1\nstatus=ok\nsha256=ab\n[slot.rootfs.1]\nbundle.version=2026.04-2\nstatus=ok\n",
    "proc/cmdline": "console=ttyS0 rauc.slot=A root=/dev/mmcblk0p2\n",
    "etc/mender/artifact_info": "artifact_name=release-7\n",
    "etc/mender/device_type": "device_type=plant-gw\n",
    "etc/sw-versions": "# made by us\nbootloader 2024.04\nrootfs 1.7\n",
    "etc/hwrevision": "plant-gw rev2\n",
  });
testInventorySource(slots, raucHost);

test("slots: which firmware lies where, and which runs", async () => {
  const found = await foundBy(slots, raucHost());
  assert.equal(
    found.map(({ name, version, state }) => `${name} ${version} ${state}`),
    [
      "rootfs.0 2026.10-1 booted",
      "rootfs.1 2026.04-2 ok",
      "mender-artifact release-7 booted",
      "bootloader 2024.04 undefined",
      "rootfs 1.7 undefined",
    ],
  );
  assert.is(found[0]!.properties!.compatible, "plant-gw");
});

const plcHost = () =>
  createMemoryHost({
    "var/opt/codesys/PlcLogic/Application/Application.app": "boot application",
    "opt/OpenPLC_v3/webserver/st_files/pump.st": "PROGRAM pump\nEND_PROGRAM\n",
    "opt/OpenPLC_v3/webserver/st_files/old.st": "PROGRAM old\nEND_PROGRAM\n",
    "opt/OpenPLC_v3/webserver/active_program": "pump.st\n",
    "opt/other/readme.st": "not a program",
  });
testInventorySource(plc, plcHost);

test("plc: programs by hash, the active one marked", async () => {
  const found = await foundBy(plc, plcHost());
  assert.equal(found.map(({ name, state = "" }) => `${name} ${state}`).sort(), [
    "Application.app ",
    "old.st ",
    "pump.st active",
  ]);
  const app = found.find(({ name }) => name === "Application.app")!;
  // printf 'boot application' | sha256sum
  assert.is(app.sha256, "105c6d437300759e971b191c4c7f7dc80ace636690a3f8c411f343257c7d0343");
  assert.is(app.properties!.runtime, "codesys");
});

test("any text: packages with a name, or none", async () => {
  const line = fc.oneof(
    fc.constantFrom("P:", "P:a", "V:1", "", "F:bin", "R:sh", "Package: a", "Status: x y installed"),
    fc.string({ unit: "binary" }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      const text = lines.join("\n");
      const host = createMemoryHost({ "lib/apk/db/installed": text, "usr/lib/opkg/status": text });
      for (const source of [apk, opkg]) {
        for (const { name } of await foundBy(source, host)) assert.ok(name.length > 0);
      }
    }),
  );
});

test.run();
