/** Reads and writes of whole disks, from proc/diskstats. */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { countOf } from "./parse/number.ts";
import { readSource } from "./parse/read.ts";

/** The unit of diskstats whatever the disk's own sector is (Linux Documentation/admin-guide/iostats). */
const SECTOR_BYTES = 512;

const perDisk = (unit: string, help: string) =>
  ({ kind: "counters", unit, help, label: "device" }) as const;

export const diskIo = defineCollector({
  name: "disk-io",
  help: "Reads, writes and busy time of whole disks, from proc/diskstats.",
  enabledByDefault: true,
  metrics: {
    disk_reads_completed: perDisk("reads", "Reads completed."),
    disk_read_bytes: perDisk("bytes", "Bytes read."),
    disk_writes_completed: perDisk("writes", "Writes completed."),
    disk_written_bytes: perDisk("bytes", "Bytes written, which is what wears flash out."),
    disk_io_time_seconds: perDisk("seconds", "Time with an operation in flight."),
  },
  async collect(host) {
    const disks = wholeDisksOf(parseDiskstats(await readSource(host, "proc/diskstats")));
    if (disks.size === 0) throw new NoDataError("/proc/diskstats lists no disk");
    const column = (of: (disk: DiskCounters) => number) =>
      new Map(Array.from(disks, ([name, disk]) => [name, of(disk)]));
    return {
      disk_reads_completed: column((disk) => disk.reads),
      disk_read_bytes: column((disk) => disk.sectorsRead * SECTOR_BYTES),
      disk_writes_completed: column((disk) => disk.writes),
      disk_written_bytes: column((disk) => disk.sectorsWritten * SECTOR_BYTES),
      disk_io_time_seconds: column((disk) => disk.busyMs / 1000),
    };
  },
});

export interface DiskCounters {
  reads: number;
  sectorsRead: number;
  writes: number;
  sectorsWritten: number;
  busyMs: number;
}

/** ` 179  0 mmcblk0 reads merged sectors ms writes merged sectors ms in_flight busy_ms …` */
export function parseDiskstats(text: string): Map<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>();
  for (const line of text.split("\n")) {
    const [major, minor, name, ...counts] = line.trim().split(/\s+/);
    const [reads, , sectorsRead, , writes, , sectorsWritten, , , busyMs] = counts.map(countOf);
    if (countOf(major) === null || countOf(minor) === null || name === undefined) continue;
    if (reads == null || sectorsRead == null || writes == null) continue;
    if (sectorsWritten == null || busyMs == null) continue;
    disks.set(name, { reads, sectorsRead, writes, sectorsWritten, busyMs });
  }
  return disks;
}

/** Without memory, loops, optical drives and what only maps other disks: nothing is counted twice. */
const VIRTUAL = /^(?:z?ram|loop|fd|sr|nbd|dm-|md)\d+/;
/** eMMC's boot and replay-protected areas are parts of the chip, not disks of their own. */
const PARTITION = /^(?:(mmcblk\d+)(?:boot\d+|rpmb|gp\d+)|(.*\d)p\d+|(.*\D)\d+)$/;

export function wholeDisksOf(
  disks: ReadonlyMap<string, DiskCounters>,
): ReadonlyMap<string, DiskCounters> {
  const isPartition = (name: string) => {
    const match = PARTITION.exec(name);
    const parent = match?.[1] ?? match?.[2] ?? match?.[3];
    return parent !== undefined && disks.has(parent);
  };
  return new Map([...disks].filter(([name]) => !VIRTUAL.test(name) && !isPartition(name)));
}
