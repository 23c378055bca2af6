/**
 * Pressure stall information: the share of time in which tasks waited for CPU, memory or I/O, from
 * proc/pressure (Linux 4.20 with CONFIG_PSI; Documentation/accounting/psi).
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { countOf, decimalOf } from "./parse/number.ts";
import { readTextOrNull } from "./parse/read.ts";

const resources = ["cpu", "memory", "io"] as const;

export const pressure = defineCollector({
  name: "pressure",
  help: "Time that tasks waited for CPU, memory and I/O, from proc/pressure.",
  enabledByDefault: true,
  metrics: {
    pressure_waiting_ratio: {
      kind: "gauges",
      unit: "ratio",
      help: "Share of the last 10 seconds in which some task waited.",
      label: "resource",
    },
    pressure_waiting_seconds: {
      kind: "counters",
      unit: "seconds",
      help: "Time in which some task waited.",
      label: "resource",
    },
    pressure_stalled_seconds: {
      kind: "counters",
      unit: "seconds",
      help: "Time in which all tasks waited.",
      label: "resource",
    },
  },
  async collect(host) {
    const ratio = new Map<string, number>();
    const waiting = new Map<string, number>();
    const stalled = new Map<string, number>();
    for (const resource of resources) {
      const text = (await readTextOrNull(host, `proc/pressure/${resource}`)) ?? "";
      const { some, full } = parsePressure(text);
      if (some !== undefined) {
        ratio.set(resource, some.avg10Ratio);
        waiting.set(resource, some.totalSeconds);
      }
      if (full !== undefined) stalled.set(resource, full.totalSeconds);
    }
    if (waiting.size === 0) throw new NoDataError("this kernel has no pressure stall information");
    return {
      pressure_waiting_ratio: ratio,
      pressure_waiting_seconds: waiting,
      pressure_stalled_seconds: stalled,
    };
  },
});

export interface Pressure {
  avg10Ratio: number;
  totalSeconds: number;
}

/** `some avg10=2.18 avg60=6.43 avg300=3.23 total=22071971`: percent, and microseconds. */
export function parsePressure(text: string): { some?: Pressure; full?: Pressure } {
  const found: { some?: Pressure; full?: Pressure } = {};
  for (const match of text.matchAll(
    /^(some|full) avg10=(\S+) avg60=\S+ avg300=\S+ total=(\S+)$/gm,
  )) {
    const percent = decimalOf(match[2]);
    const totalUs = countOf(match[3]);
    if (percent === null || totalUs === null) continue;
    found[match[1] as "some" | "full"] = { avg10Ratio: percent / 100, totalSeconds: totalUs / 1e6 };
  }
  return found;
}
