/** Processors and memory, from proc/cpuinfo and proc/meminfo. */
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Hardware } from "../../core/inventory.ts";
import { firstTextOf, present, textOrNull, valueAt } from "../parse/read.ts";

export const processor = defineInventorySource({
  name: "processor",
  help: "Processors and memory, from proc/cpuinfo and proc/meminfo.",
  async find({ host }) {
    const { text } = await firstTextOf(host, ["proc/cpuinfo"]);
    const rows = text.split("\n").flatMap((line) => {
      const match = /^([^:]+?)\s*:\s*(.*)$/.exec(line);
      return match === null ? [] : [[match[1]!.toLowerCase(), match[2]!] as const];
    });
    const valuesOf = (name: string) =>
      rows.flatMap(([key, value]) => (key === name ? [value] : []));
    const first = (...names: string[]) => names.flatMap(valuesOf).find((value) => value !== "");
    const threads = valuesOf("processor").filter((value) => /^\d+$/.test(value)).length || 1;
    const sockets = new Set(valuesOf("physical id")).size || 1;
    // ARM's cpuinfo tells no cores from threads: there are none of the latter.
    const cores = countOf(first("cpu cores")) * sockets || threads;
    const mhz = (await maximumMhz(host)) ?? countOf(first("cpu mhz"));
    const cpu: Hardware = {
      kind: "cpu",
      name: "cpu",
      ...present({
        vendor: first("vendor_id", "cpu implementer"),
        model: first("model name", "hardware", "uarch", "cpu model", "cpu part"),
        serial: first("serial"),
        revision: first("microcode", "cpu revision"),
      }),
      properties: { sockets, cores, threads, ...(mhz > 0 && { mhz: Math.round(mhz) }) },
    };
    const kiB = /^MemTotal:\s+(\d+) kB/m.exec((await textOrNull(host, "proc/meminfo")) ?? "")?.[1];
    const memory: Hardware[] =
      kiB === undefined
        ? []
        : [{ kind: "memory", name: "memory", properties: { bytes: Number(kiB) * 1024 } }];
    return { hardware: [cpu, ...memory] };
  },
});

async function maximumMhz(host: Host): Promise<number | undefined> {
  const kHz = await valueAt(host, "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");
  return /^\d+$/.test(kHz ?? "") ? Number(kHz) / 1000 : undefined;
}

function countOf(value: string | undefined): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
