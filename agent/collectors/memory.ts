/**
 * Memory in bytes, from proc/meminfo.
 *
 * MemAvailable came with Linux 3.14. Older gateways get free + buffers + cached, the figure that
 * `free` printed in those days.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { readSource } from "./parse/read.ts";

export const memory = defineCollector({
  name: "memory",
  help: "Memory and swap, from proc/meminfo.",
  enabledByDefault: true,
  metrics: {
    memory_total_bytes: { kind: "gauge", unit: "bytes", help: "Memory the kernel manages." },
    memory_available_bytes: {
      kind: "gauge",
      unit: "bytes",
      help: "Memory new programs get without swapping.",
    },
    memory_swap_total_bytes: { kind: "gauge", unit: "bytes", help: "Swap space." },
    memory_swap_free_bytes: { kind: "gauge", unit: "bytes", help: "Swap space that is free." },
  },
  async collect(host) {
    const fields = parseMeminfo(await readSource(host, "proc/meminfo"));
    const total = fields.get("MemTotal");
    if (total === undefined) throw new NoDataError("/proc/meminfo has no MemTotal line");
    const older = sum(fields, ["MemFree", "Buffers", "Cached"]);
    return {
      memory_total_bytes: total,
      memory_available_bytes: fields.get("MemAvailable") ?? older,
      // A kernel without CONFIG_SWAP prints no swap lines, and has no swap.
      memory_swap_total_bytes: fields.get("SwapTotal") ?? 0,
      memory_swap_free_bytes: fields.get("SwapFree") ?? 0,
    };
  },
});

/** `MemTotal:  255908 kB` lines to bytes by field name. The kernel's "kB" is 1024 bytes. */
export function parseMeminfo(text: string): Map<string, number> {
  const fields = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^(\w+):\s+(\d{1,15}) kB$/.exec(line);
    if (match) fields.set(match[1]!, Number(match[2]) * 1024);
  }
  return fields;
}

function sum(fields: ReadonlyMap<string, number>, names: readonly string[]): number {
  return names.reduce((total, name) => total + (fields.get(name) ?? 0), 0);
}
