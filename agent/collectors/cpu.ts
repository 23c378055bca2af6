/**
 * CPU time by mode, summed over all CPUs, from proc/stat.
 *
 * Idle time can step back by a tick when a CPU goes offline; the counters' reset rule takes care of it.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { readSource } from "./parse/read.ts";
import { parseStat } from "./parse/stat.ts";

/** Ticks per second of proc/stat, USER_HZ: fixed at 100 by the ABI of every architecture Node runs on. */
const TICKS_PER_SECOND = 100;

/** Columns of the `cpu` line in proc(5)'s order. Guest time, which follows, is part of user time. */
const modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;

export const cpu = defineCollector({
  name: "cpu",
  help: "CPU time by mode, CPU count and context switches, from proc/stat.",
  enabledByDefault: true,
  metrics: {
    cpu_seconds: {
      kind: "counters",
      unit: "seconds",
      help: "Time that the CPUs spent in each mode.",
      label: "mode",
    },
    cpu_count: { kind: "gauge", unit: "cpus", help: "CPUs online." },
    context_switches: { kind: "counter", unit: "switches", help: "Context switches." },
  },
  async collect(host) {
    const stat = parseStat(await readSource(host, "proc/stat"));
    const total = stat.get("cpu");
    const switches = stat.get("ctxt")?.[0];
    if (total === undefined || switches === undefined) {
      throw new NoDataError("/proc/stat has no cpu or no ctxt line");
    }
    // Old kernels have fewer columns: a mode that is not counted is absent, not zero.
    const known = modes.slice(0, total.length);
    return {
      cpu_seconds: new Map(known.map((mode, at) => [mode, total[at]! / TICKS_PER_SECOND])),
      cpu_count: [...stat.keys()].filter((name) => /^cpu\d+$/.test(name)).length,
      context_switches: switches,
    };
  },
});
