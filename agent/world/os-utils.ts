/**
 * What the device is, for the status page: the one use of node-os-utils.
 *
 * Of that library only `cpu.info()` and `memory.info()` serve here: each parses one file of /proc once.
 * The rest of it shells out (`df`, `ip`, `ss`, `ps`) or sleeps 200 ms between two samples, and it knows
 * no other root than `/`; what is measured comes from the collectors. It is loaded on the first call and
 * not before, because it stays in memory from then on: an agent whose page nobody opens does not pay.
 */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";

export interface HardwareOverview {
  /** As /proc/cpuinfo has it; null where the kernel names none (most ARM64). */
  cpuModel: string | null;
  cpuVendor: string | null;
  cpuCount: number;
  memoryTotalBytes: number;
  memoryUsedBytes: number;
}

/** Null for another device's tree, of which this machine's hardware says nothing. Never throws. */
export async function hardwareOverview(root: string): Promise<HardwareOverview | null> {
  if (resolve(root) !== "/") return null;
  const { createOSUtils } = await import("./os-utils-library.ts");
  const utils = createOSUtils({ cacheEnabled: false });
  const [cpu, memory] = await Promise.all([utils.cpu.info(), utils.memory.info()]);
  if (!cpu.success || !memory.success) return null;
  return {
    cpuModel: knownOrNull(cpu.data.model),
    cpuVendor: knownOrNull(cpu.data.manufacturer),
    // Not the library's count: the "Hardware" paragraph that ends ARM's cpuinfo is one CPU more to it.
    cpuCount: availableParallelism(),
    memoryTotalBytes: memory.data.total.toBytes(),
    memoryUsedBytes: memory.data.used.toBytes(),
  };
}

function knownOrNull(text: string): string | null {
  return text === "" || text === "Unknown" ? null : text;
}
