import type { Reading } from "./model.ts";

/** Gauges that only growth can tell, for those who want one number instead of counters. */
export function derivedOf(deltas: readonly Reading[]): Reading[] {
  const busy = cpuBusyRatioOf(deltas);
  return busy === null ? [] : [{ name: "cpu_busy_ratio", label: null, value: busy }];
}

/** Share of the window in which CPUs did not idle, 0 to 1; waiting for I/O is idling (proc(5)). */
function cpuBusyRatioOf(deltas: readonly Reading[]): number | null {
  const modes = deltas.filter(({ name }) => name === "cpu_seconds");
  if (!modes.some(({ label }) => label === "idle")) return null;
  const total = sumOf(modes);
  const idle = sumOf(modes.filter(({ label }) => label === "idle" || label === "iowait"));
  return total > 0 ? (total - idle) / total : null;
}

function sumOf(readings: readonly Reading[]): number {
  return readings.reduce((sum, { value }) => sum + value, 0);
}
