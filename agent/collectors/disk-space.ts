/**
 * Space of the mounted file systems, from proc/1/mounts or proc/mounts and statfs(2).
 *
 * A file system that the kernel made read-only after an error shows here first: worn flash.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { orNull, readSource, readTextOrNull } from "./parse/read.ts";

/**
 * File systems that hold data on the device. A list of what counts rather than of what does not:
 * memory and kernel file systems grow in number, and statfs on a network file system may hang.
 */
const realTypes: ReadonlySet<string> = new Set(
  "ext2 ext3 ext4 xfs btrfs f2fs jffs2 ubifs vfat exfat ntfs3 jfs reiserfs zfs bcachefs".split(" "),
);

/** Mounts that are read. More than this is a container host that lists every layer. */
const MOUNTS_MAX = 64;

export const diskSpace = defineCollector({
  name: "disk-space",
  help: "Size and free space of mounted file systems, from proc/mounts.",
  enabledByDefault: true,
  metrics: {
    filesystem_size_bytes: {
      kind: "gauges",
      unit: "bytes",
      help: "Size of the file system.",
      label: "mountpoint",
    },
    filesystem_avail_bytes: {
      kind: "gauges",
      unit: "bytes",
      help: "Space that programs without privileges may still use.",
      label: "mountpoint",
    },
    filesystem_readonly: {
      kind: "gauges",
      unit: "boolean",
      help: "1 where it is mounted read-only.",
      label: "mountpoint",
    },
  },
  async collect(host) {
    const mounts = realMountsOf(parseMounts(await readMounts(host)));
    const size = new Map<string, number>();
    const available = new Map<string, number>();
    const readonly = new Map<string, number>();
    for (const { point, isReadonly } of mounts.slice(0, MOUNTS_MAX)) {
      const space = await orNull(host.space(point.slice(1) || "."));
      if (space === null) continue;
      size.set(point, space.totalBytes);
      available.set(point, space.availableBytes);
      readonly.set(point, isReadonly ? 1 : 0);
    }
    if (size.size === 0) throw new NoDataError("no file system with data is mounted");
    return {
      filesystem_size_bytes: size,
      filesystem_avail_bytes: available,
      filesystem_readonly: readonly,
    };
  },
});

/** Process 1 sees the device's mounts; `proc/mounts` those of whoever reads, in a container its own. */
async function readMounts(host: Host): Promise<string> {
  return (await readTextOrNull(host, "proc/1/mounts")) ?? readSource(host, "proc/mounts");
}

export interface Mount {
  device: string;
  point: string;
  type: string;
  isReadonly: boolean;
}

/** `/dev/sda1 /mnt/my\040disk ext4 rw,relatime 0 0`, fstab(5) with octal escapes. */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [device, point, type, options] = line.split(" ");
    if (device === undefined || !point?.startsWith("/") || type === undefined) continue;
    const isReadonly = options?.split(",").includes("ro") ?? false;
    mounts.push({ device, point: unescapeOctal(point), type, isReadonly });
  }
  return mounts;
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

/**
 * Data file systems, each device once: bind mounts show the same space again. An overlay counts as the
 * root only: every container has one more, over the same disk.
 */
export function realMountsOf(mounts: readonly Mount[]): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const mount of mounts) {
    const isOverlayRoot = mount.type === "overlay" && mount.point === "/";
    if (!realTypes.has(mount.type) && !isOverlayRoot) continue;
    if (!byDevice.has(mount.device)) byDevice.set(mount.device, mount);
  }
  return [...byDevice.values()];
}
