/**
 * Disks, cards and flash chips with what they say of their wear, from /sys. eMMC gives its life time in
 * tenths (JESD84-B51, EXT_CSD 268 and 269), UBI the erase counts; SMART needs ioctls and is not here.
 */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Hardware } from "../../core/inventory.ts";
import { namesIn, present, valueAt } from "../parse/read.ts";

const SECTOR_BYTES = 512; // Whatever the disk's own sectors: sysfs-block.
const DISKS_MAX = 256;
/** Made of other devices, or of memory; mmcblk0boot0 and its like are parts of mmcblk0. */
const NOT_DISKS = /^(loop|ram|zram|dm-|md|nbd|sr|fd)\d|^mmcblk\d+(boot\d|rpmb)/;
const preEolInfos: Readonly<Record<string, string>> = {
  "0x01": "normal",
  "0x02": "warning: 80 % of reserved blocks used",
  "0x03": "urgent: 90 % of reserved blocks used",
};

export const storage = defineInventorySource({
  name: "storage",
  help: "Disks, SD cards, eMMC with its wear, and raw flash, from sys/block, sys/class/mtd and ubi.",
  async find({ host }) {
    const hardware: Hardware[] = [];
    const disks = (await namesIn(host, "sys/block")).filter((name) => !NOT_DISKS.test(name));
    for (const name of disks.slice(0, DISKS_MAX)) hardware.push(await diskOf(host, name));
    for (const name of (await namesIn(host, "sys/class/mtd")).slice(0, DISKS_MAX)) {
      if (/^mtd\d+$/.test(name)) hardware.push(await flashOf(host, name));
    }
    for (const name of (await namesIn(host, "sys/class/ubi")).slice(0, DISKS_MAX)) {
      if (/^ubi\d+$/.test(name)) hardware.push(await ubiOf(host, name));
    }
    if (hardware.length === 0) throw new NoDataError("this device has no /sys/block");
    return { hardware };
  },
});

async function diskOf(host: Host, name: string): Promise<Hardware> {
  const at = (path: string) => valueAt(host, `sys/block/${name}/${path}`);
  const sectors = Number((await at("size")) ?? 0);
  const lives = (await at("device/life_time"))?.split(/\s+/).map(lifeUsedPercentOf) ?? [];
  const eol = await at("device/pre_eol_info");
  return {
    kind: "storage",
    name,
    ...present({
      vendor: (await at("device/vendor")) ?? (await at("device/manfid")),
      model: (await at("device/model")) ?? (await at("device/name")),
      serial: (await at("device/serial")) ?? (await at("serial")),
      revision:
        (await at("device/firmware_rev")) ?? (await at("device/rev")) ?? (await at("device/fwrev")),
    }),
    properties: present({
      bytes: sectors > 0 ? sectors * SECTOR_BYTES : undefined,
      type: await at("device/type"),
      rotational: (await at("queue/rotational")) === "1" ? "yes" : undefined,
      removable: (await at("removable")) === "1" ? "yes" : undefined,
      made: await at("device/date"),
      cid: await at("device/cid"),
      lifeUsedPercentA: lives[0],
      lifeUsedPercentB: lives[1],
      preEolInfo: eol === undefined ? undefined : (preEolInfos[eol] ?? undefined),
    }) as Record<string, string | number>,
  };
}

/** 0x01 is 0 to 10 % of the life used, 0x0a 90 to 100 %, 0x0b more; 0 is not defined. */
export function lifeUsedPercentOf(value: string): number | undefined {
  const tenths = /^0x0[0-9a-b]$/i.test(value) ? Number(value) : 0;
  return tenths === 0 ? undefined : tenths * 10;
}

async function flashOf(host: Host, name: string): Promise<Hardware> {
  const at = (path: string) => valueAt(host, `sys/class/mtd/${name}/${path}`);
  return {
    kind: "storage",
    name,
    ...present({ model: await at("name") }),
    properties: present({
      type: await at("type"),
      bytes: numberOf(await at("size")),
      badBlocks: numberOf(await at("bad_blocks")),
      correctedBits: numberOf(await at("corrected_bits")),
      eccFailures: numberOf(await at("ecc_failures")),
    }) as Record<string, string | number>,
  };
}

async function ubiOf(host: Host, name: string): Promise<Hardware> {
  const at = (path: string) => valueAt(host, `sys/class/ubi/${name}/${path}`);
  return {
    kind: "storage",
    name,
    properties: present({
      type: "ubi",
      maxEraseCount: numberOf(await at("max_ec")),
      badBlocks: numberOf(await at("bad_peb_count")),
      reservedForBad: numberOf(await at("reserved_for_bad")),
    }) as Record<string, string | number>,
  };
}

function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
