// The collectors' gauges in a person's units. What the gateway lacks is "not available", never zero.
import { bytesOf, countOf, durationOf, nounOf, percentOf } from "./format.js";
import { meterOf, NOT_AVAILABLE } from "./meter.js";

/**
 * @typedef {import("../../core/status.ts").AgentStatus} AgentStatus
 * @typedef {import("../../core/model.ts").Reading} Reading
 * @typedef {import("./dom.js").Meter} Meter
 * @typedef {[string, import("./dom.js").Cell]} Fact
 */

/** Industrial parts are rated to 85 °C; throttling begins near it. */
const CELSIUS_MAX = 85;

/** @type {(gauges: readonly Reading[], name: string) => Reading[]} */
function allOf(gauges, name) {
  return gauges.filter((reading) => reading.name === name);
}

/** @type {(gauges: readonly Reading[], name: string, label?: string | null) => number | null} */
function readingOf(gauges, name, label = null) {
  return allOf(gauges, name).find((reading) => reading.label === label)?.value ?? null;
}

/** What fits in one glance, a bar each. @type {(status: AgentStatus) => Meter[]} */
export function hardwareMetersOf({ gauges, deltas }) {
  const hottest = Math.max(...allOf(gauges, "temperature_celsius").map(({ value }) => value));
  const isMeasured = Number.isFinite(hottest);
  return [
    meterOf("CPU", busyRatioOf(deltas), percentOf),
    usedMeterOf("Memory", memoryOf(gauges)),
    fullestDiskOf(gauges),
    meterOf("Temperature", isMeasured ? hottest / CELSIUS_MAX : null, () => celsiusOf(hottest)),
  ];
}

/** Share of the CPUs' time in the last window that was not idle. @type {(deltas: readonly Reading[]) => number | null} */
function busyRatioOf(deltas) {
  const modes = allOf(deltas, "cpu_seconds");
  const total = sumOf(modes);
  if (total <= 0) return null;
  return 1 - sumOf(modes.filter(({ label }) => label === "idle" || label === "iowait")) / total;
}

/** @type {(readings: readonly Reading[]) => number} */
function sumOf(readings) {
  return readings.reduce((sum, { value }) => sum + value, 0);
}

/** @type {(celsius: number) => string} */
const celsiusOf = (celsius) => `${celsius.toFixed(0)} °C`;

/** @typedef {{ used: number, total: number }} Space */

/** @type {(total: number | null, available: number | null) => Space | null} */
function spaceOf(total, available) {
  if (total === null || available === null || total <= 0) return null;
  return { used: total - available, total };
}

/** @type {(gauges: readonly Reading[]) => Space | null} */
function memoryOf(gauges) {
  const available = readingOf(gauges, "memory_available_bytes");
  return spaceOf(readingOf(gauges, "memory_total_bytes"), available);
}

/** @type {(name: string, space: Space | null) => Meter} */
function usedMeterOf(name, space) {
  if (space === null) return meterOf(name, null, percentOf);
  const { used, total } = space;
  return meterOf(name, used / total, () => `${bytesOf(used)} of ${bytesOf(total)}`);
}

/** @type {(gauges: readonly Reading[]) => { label: string, space: Space }[]} */
function disksOf(gauges) {
  return allOf(gauges, "filesystem_size_bytes").flatMap(({ label, value }) => {
    const space = spaceOf(value, readingOf(gauges, "filesystem_avail_bytes", label));
    return space === null ? [] : [{ label: label ?? "", space }];
  });
}

/** @type {(gauges: readonly Reading[]) => Meter} */
function fullestDiskOf(gauges) {
  const ratioOf = (/** @type {Space} */ { used, total }) => used / total;
  const fullest = disksOf(gauges).sort((a, b) => ratioOf(b.space) - ratioOf(a.space))[0];
  return fullest === undefined
    ? usedMeterOf("Disk", null)
    : usedMeterOf(`Disk ${fullest.label}`, fullest.space);
}

/** Everything, one line each. @type {(status: AgentStatus) => Fact[]} */
export function hardwareFactsOf({ gauges, deltas, device }) {
  const shown = (/** @type {string} */ name, /** @type {(value: number) => string} */ textOf) => {
    const value = readingOf(gauges, name);
    return value === null ? absent : textOf(value);
  };
  const busyRatio = busyRatioOf(deltas);
  const load = ["load1", "load5", "load15"].map((name) => readingOf(gauges, name)?.toFixed(2));
  return [
    ["Up for", shown("uptime_seconds", durationOf)],
    ["CPU busy", busyRatio === null ? absent : percentOf(busyRatio)],
    ["Processor", device === null ? absent : processorOf(device)],
    ["Load 1/5/15 min", load.includes(undefined) ? absent : load.join(" / ")],
    ["Memory used", usedOf(memoryOf(gauges))],
    ["Processes", shown("processes_threads", (threads) => nounOf(threads, "thread"))],
    ...factsOf(
      "Disk",
      disksOf(gauges).map(({ label, space }) => [label, usedOf(space)]),
    ),
    ...factsOf("Temperature", labelled(gauges, "temperature_celsius", celsiusOf)),
    ...factsOf("Pressure", labelled(gauges, "pressure_waiting_ratio", percentOf)),
  ];
}

/** "4 × Cortex-A53". @type {(device: NonNullable<AgentStatus["device"]>) => string} */
function processorOf({ cpuCount, cpuModel }) {
  return cpuModel === null ? nounOf(cpuCount, "CPU") : `${countOf(cpuCount)} × ${cpuModel}`;
}

/** @type {(space: Space | null) => import("./dom.js").Cell} */
function usedOf(space) {
  return space === null ? absent : `${bytesOf(space.used)} of ${bytesOf(space.total)}`;
}

/** @type {import("./dom.js").Cell} */
const absent = { text: NOT_AVAILABLE, kind: "absent" };

/** @type {(gauges: readonly Reading[], name: string, textOf: (value: number) => string) => Fact[]} */
function labelled(gauges, name, textOf) {
  return allOf(gauges, name).map(({ label, value }) => [label ?? "", textOf(value)]);
}

/** @type {(title: string, facts: Fact[]) => Fact[]} */
function factsOf(title, facts) {
  if (facts.length === 0) return [[title, absent]];
  return facts.map(([label, cell]) => [`${title} ${label}`.trimEnd(), cell]);
}
