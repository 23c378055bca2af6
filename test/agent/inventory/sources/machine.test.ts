/** The system and its hardware, from /etc, /proc and /sys. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Hardware, InventorySource } from "../../../../agent/core/inventory.ts";
import { dottedOf, ipv4AddressesOf, routesOf } from "../../../../agent/inventory/parse/ipv4.ts";
import { board } from "../../../../agent/inventory/sources/board.ts";
import { buses } from "../../../../agent/inventory/sources/buses.ts";
import { kernel } from "../../../../agent/inventory/sources/kernel.ts";
import { network } from "../../../../agent/inventory/sources/network.ts";
import { osRelease } from "../../../../agent/inventory/sources/os-release.ts";
import { processor } from "../../../../agent/inventory/sources/processor.ts";
import { services } from "../../../../agent/inventory/sources/services.ts";
import { smallDevices } from "../../../../agent/inventory/sources/small-devices.ts";
import { lifeUsedPercentOf, storage } from "../../../../agent/inventory/sources/storage.ts";
import { supportEndOf } from "../../../../agent/inventory/support-ends.ts";
import { createMemoryHost, type MemoryHost } from "../../../../sim/engine/host.ts";
import { readingOf, testInventorySource } from "../../../contracts/inventory-source.ts";

const test = suite("inventory: system and hardware");

const hardwareOf = async (
  source: InventorySource,
  host: MemoryHost,
): Promise<readonly Hardware[]> => (await source.find(readingOf(host))).hardware ?? [];

const osHost = () =>
  createMemoryHost({
    "etc/os-release":
      'PRETTY_NAME="Alpine Linux v3.19"\nID=alpine\nVERSION_ID=3.19.1\nCPE_NAME="cpe:/o:alpine"\n',
    "etc/hostname": "gateway-7\n",
  });
testInventorySource(osRelease, osHost);

test("os-release: name, version and until when it is supported", async () => {
  const { system, software } = await osRelease.find(readingOf(osHost()));
  assert.equal(system, {
    hostname: "gateway-7",
    osId: "alpine",
    osVersion: "3.19.1",
    osName: "Alpine Linux v3.19",
    osCpe: "cpe:/o:alpine",
    osSupportEnd: "2025-11-01",
    osSupportEndSource: "table",
  });
  assert.is(software![0]!.kind, "operating-system");
});

test("support: the system's own word first, then its distro-info, then the table", () => {
  const debian = { id: "debian", version: "12" };
  const table =
    "version,codename,series,created,release,eol,eol-lts,eol-elts\n12,Bookworm,bookworm,2021-08-14,2023-06-10,2026-06-10,2028-06-30,2033-06-30\n";
  assert.equal(supportEndOf({ ...debian, said: "2030-01-01", table }), {
    day: "2030-01-01",
    source: "os-release",
  });
  assert.equal(supportEndOf({ ...debian, said: undefined, table }), {
    day: "2028-06-30",
    source: "distro-info",
  });
  assert.is(supportEndOf({ ...debian, said: "soon", table: null })!.source, "table");
  assert.is(supportEndOf({ id: "toString", version: "1", said: undefined, table: "" }), null);
});

const kernelHost = () =>
  createMemoryHost({
    "proc/sys/kernel/osrelease": "6.1.0-plant\n",
    "proc/sys/kernel/version": "#1 SMP PREEMPT_RT\n",
    "lib/modules/6.1.0-plant/modules.dep": "",
    "lib/modules/5.10.0-old/modules.dep": "",
    "proc/modules":
      "wireguard 114688 0 - Live 0x0000000000000000\nrtl8xxx 20480 1 usbcore, Live 0x0000000000000000 (OE)\n",
    "sys/module/rtl8xxx/version": "5.8.1\n",
    "sys/module/rtl8xxx/srcversion": "ABCDEF\n",
  });
testInventorySource(kernel, kernelHost);

test("kernel: the running one, the others, and modules with what taints", async () => {
  const { software = [] } = await kernel.find(readingOf(kernelHost()));
  assert.equal(
    software.map(({ kind, name, version, state = "" }) => [kind, name, version, state].join(" ")),
    [
      "kernel linux 6.1.0-plant running",
      "kernel linux 5.10.0-old installed",
      "kernel-module wireguard 6.1.0-plant ",
      "kernel-module rtl8xxx 5.8.1 ",
    ],
  );
  assert.equal(software[3]!.properties, { srcVersion: "ABCDEF", taint: "OE" });
});

const boardHost = () =>
  createMemoryHost({
    "proc/device-tree/model": "Raspberry Pi Compute Module 4 Rev 1.1\0",
    "proc/device-tree/compatible": "raspberrypi,4-compute-module\0brcm,bcm2711\0",
    "proc/device-tree/serial-number": "10000000abcdef01\0",
  });
testInventorySource(board, boardHost);

test("board: of a device tree, and of DMI without its fillers", async () => {
  const { system } = await board.find(readingOf(boardHost()));
  assert.equal(system, {
    vendor: "raspberrypi",
    model: "Raspberry Pi Compute Module 4 Rev 1.1",
    serial: "10000000abcdef01",
  });
  const dmi = createMemoryHost({
    "sys/class/dmi/id/sys_vendor": "SIEMENS AG\n",
    "sys/class/dmi/id/product_name": "SIMATIC IPC227E\n",
    "sys/class/dmi/id/product_serial": "To Be Filled By O.E.M.\n",
    "sys/class/dmi/id/bios_version": "V20.01.14\n",
  });
  assert.equal((await board.find(readingOf(dmi))).system, {
    vendor: "SIEMENS AG",
    model: "SIMATIC IPC227E",
    firmwareVersion: "V20.01.14",
  });
});

const cpuHost = () =>
  createMemoryHost({
    "proc/cpuinfo":
      "processor\t: 0\nBogoMIPS\t: 108.00\nCPU part\t: 0xd08\n\nprocessor\t: 1\nCPU part\t: 0xd08\n\nHardware\t: BCM2835\nSerial\t\t: 10000000abcdef01\n",
    "proc/meminfo": "MemTotal:        948304 kB\nMemFree: 1 kB\n",
    "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "1500000\n",
  });
testInventorySource(processor, cpuHost);

test("processor: cores and memory of an ARM board", async () => {
  const [cpu, memory] = await hardwareOf(processor, cpuHost());
  assert.equal([cpu!.model, cpu!.serial], ["BCM2835", "10000000abcdef01"]);
  assert.equal(cpu!.properties, { sockets: 1, cores: 2, threads: 2, mhz: 1500 });
  assert.equal(memory!.properties, { bytes: 948_304 * 1024 });
});

const storageHost = () =>
  createMemoryHost({
    "sys/block/mmcblk0/size": "15269888\n",
    "sys/block/mmcblk0/device/name": "DG4008\n",
    "sys/block/mmcblk0/device/life_time": "0x03 0x0b\n",
    "sys/block/mmcblk0/device/pre_eol_info": "0x02\n",
    "sys/block/mmcblk0/device/serial": "0x7d3f3c11\n",
    "sys/block/mmcblk0boot0/size": "8192\n",
    "sys/block/loop0/size": "0\n",
    "sys/class/mtd/mtd0/name": "u-boot\n",
    "sys/class/mtd/mtd0/size": "1048576\n",
    "sys/class/mtd/mtd0/bad_blocks": "2\n",
    "sys/class/ubi/ubi0/max_ec": "1204\n",
  });
testInventorySource(storage, storageHost);

test("storage: eMMC with its wear, raw flash; parts and loops are none", async () => {
  const [emmc, mtd, ubi, ...more] = await hardwareOf(storage, storageHost());
  assert.equal(more, []);
  assert.equal(emmc!.properties, {
    bytes: 15_269_888 * 512,
    lifeUsedPercentA: 30,
    lifeUsedPercentB: 110,
    preEolInfo: "warning: 80 % of reserved blocks used",
  });
  assert.equal(mtd!.properties, { bytes: 1_048_576, badBlocks: 2 });
  assert.is(ubi!.properties.maxEraseCount, 1204);
  assert.is(lifeUsedPercentOf("0x00"), undefined);
});

const busHost = () => {
  const host = createMemoryHost({
    "sys/bus/usb/devices/1-1/idVendor": "0403\n",
    "sys/bus/usb/devices/1-1/idProduct": "6001\n",
    "sys/bus/usb/devices/1-1/product": "FT232R USB UART\n",
    "sys/bus/usb/devices/1-1/serial": "A50285BI\n",
    "sys/bus/usb/devices/1-1:1.0/bInterfaceClass": "ff\n",
    "sys/bus/pci/devices/0000:01:00.0/vendor": "0x8086\n",
    "sys/bus/pci/devices/0000:01:00.0/device": "0x1533\n",
  });
  host.links.set("sys/bus/usb/devices/1-1:1.0/driver", "../../../bus/usb/drivers/ftdi_sio");
  host.links.set("sys/bus/pci/devices/0000:01:00.0/driver", "../../../bus/pci/drivers/igb");
  return host;
};
testInventorySource(buses, busHost);

test("buses: USB devices with their interface's driver, PCI devices with theirs", async () => {
  const [usb, pci, ...more] = await hardwareOf(buses, busHost());
  assert.equal(more, []);
  assert.equal(
    [usb!.vendor, usb!.model, usb!.serial, usb!.driver],
    ["0403", "FT232R USB UART", "A50285BI", "ftdi_sio"],
  );
  assert.equal([pci!.vendor, pci!.model, pci!.driver], ["0x8086", "0x1533", "igb"]);
});

const route =
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\neth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\neth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
const trie =
  "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 127.0.0.1\n        /32 host LOCAL\n     +-- 192.168.0.0/24 2 0 2\n        |-- 192.168.0.7\n           /32 host LOCAL\n        |-- 192.168.0.255\n           /32 link BROADCAST\n";
const networkHost = () => {
  const host = createMemoryHost({
    "sys/class/net/eth0/address": "02:00:00:00:00:01\n",
    "sys/class/net/eth0/speed": "-1\n",
    "sys/class/net/lo/mtu": "65536\n",
    "proc/net/route": route,
    "proc/net/fib_trie": trie,
    "proc/net/if_inet6": "fe800000000000000000000000000001 02 40 20 80     eth0\n",
    "etc/resolv.conf": "nameserver 192.168.0.1\n",
  });
  host.links.set("sys/class/net/eth0/device/driver", "../../bus/platform/drivers/fec");
  return host;
};
testInventorySource(network, networkHost);

test("network: addresses, gateway and driver of each interface", async () => {
  const [eth0, lo] = await hardwareOf(network, networkHost());
  assert.is(eth0!.driver, "fec");
  assert.equal(eth0!.properties, {
    mac: "02:00:00:00:00:01",
    ipv4: "192.168.0.7",
    subnetMask: "255.255.255.0",
    gateway: "192.168.0.1",
    ipv6: "fe80:0000:0000:0000:0000:0000:0000:0001",
    dnsServers: "192.168.0.1",
  });
  assert.is(lo!.properties.ipv4, "127.0.0.1");
});

test("network: any tables are read to their end", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      const found = ipv4AddressesOf(`${trie}${a}`, routesOf(`${route}${b}`));
      for (const all of found.values()) for (const { address } of all) dottedOf(address);
    }),
  );
});

const smallHost = () => {
  const host = createMemoryHost({
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/thermal/thermal_zone0/type": "soc-thermal\n",
    "sys/class/thermal/cooling_device0/type": "fan\n",
    "sys/class/tpm/tpm0/tpm_version_major": "2\n",
    "sys/class/rtc/rtc0/name": "rtc-ds1307 1-0068\n",
    "sys/class/rtc/rtc0/hctosys": "1\n",
    "sys/class/watchdog/watchdog0/identity": "iTCO_wdt\n",
    "sys/class/watchdog/watchdog0/timeout": "30\n",
    "sys/class/tty/ttyS0/type": "4\n",
    "sys/class/tty/ttyS1/type": "0\n",
    "sys/class/tty/tty0/active": "tty1\n",
  });
  for (const port of ["ttyS0", "ttyS1"]) {
    host.links.set(`sys/class/tty/${port}/device`, "../../../serial8250");
  }
  return host;
};
testInventorySource(smallDevices, smallHost);

test("small devices: sensors, TPM, clock, watchdog, and ports that are there", async () => {
  const found = await hardwareOf(smallDevices, smallHost());
  assert.equal(
    found.map(({ kind, name, model = "" }) => `${kind} ${name} ${model}`),
    [
      "sensor hwmon0 cpu_thermal",
      "sensor thermal_zone0 soc-thermal",
      "tpm tpm0 ",
      "rtc rtc0 rtc-ds1307 1-0068",
      "watchdog watchdog0 iTCO_wdt",
      "serial-port ttyS0 ",
    ],
  );
  assert.is(found[2]!.properties.tpmVersion, "2");
});

const serviceHost = () => {
  const host = createMemoryHost({
    "usr/lib/systemd/system/ssh.service": "[Unit]\nDescription=OpenSSH server\n",
    "usr/lib/systemd/system/idle.service": "[Unit]\nDescription=Idle\n",
    "etc/systemd/system/idle.service": "[Unit]\nDescription=Idle, of this site\n",
    "sys/fs/cgroup/system.slice/ssh.service/cgroup.procs": "7\n",
  });
  host.links.set("etc/systemd/system/multi-user.target.wants/ssh.service", "/usr/lib/…");
  return host;
};
testInventorySource(services, serviceHost);

test("services: what runs, what starts at boot, the site's own unit first", async () => {
  const { services: found } = await services.find(readingOf(serviceHost()));
  assert.equal(found, [
    { name: "idle", description: "Idle, of this site", running: false, startsAtBoot: false },
    { name: "ssh", description: "OpenSSH server", running: true, startsAtBoot: true },
  ]);
});

test.run();
