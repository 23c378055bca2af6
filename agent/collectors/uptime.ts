/** Time since boot, from proc/uptime. */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { decimalOf } from "./parse/number.ts";
import { readSource } from "./parse/read.ts";

export const uptime = defineCollector({
  name: "uptime",
  help: "Time since boot, from proc/uptime.",
  enabledByDefault: true,
  metrics: {
    uptime_seconds: { kind: "gauge", unit: "seconds", help: "Time since the device was booted." },
  },
  async collect(host) {
    const seconds = parseUptime(await readSource(host, "proc/uptime"));
    if (seconds === null) throw new NoDataError("/proc/uptime has no number");
    return { uptime_seconds: seconds };
  },
});

/** `739.47 1312.20`: since boot, and the idle time of all CPUs. */
export function parseUptime(text: string): number | null {
  return decimalOf(text.trim().split(" ")[0]);
}
