/** Load averages, from proc/loadavg. */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { decimalOf } from "./parse/number.ts";
import { readSource } from "./parse/read.ts";

const average = (minutes: string) =>
  ({ kind: "gauge", unit: "tasks", help: `Tasks running or waiting, over ${minutes}.` }) as const;

export const load = defineCollector({
  name: "load",
  help: "Load averages, from proc/loadavg.",
  enabledByDefault: true,
  metrics: {
    load1: average("1 minute"),
    load5: average("5 minutes"),
    load15: average("15 minutes"),
  },
  async collect(host) {
    const averages = parseLoadavg(await readSource(host, "proc/loadavg"));
    if (averages === null) throw new NoDataError("/proc/loadavg has no three averages");
    const [load1, load5, load15] = averages;
    return { load1, load5, load15 };
  },
});

/** `0.42 0.35 0.30 2/318 4711` */
export function parseLoadavg(text: string): [number, number, number] | null {
  const [load1, load5, load15] = text.split(" ").slice(0, 3).map(decimalOf);
  if (load1 == null || load5 == null || load15 == null) return null;
  return [load1, load5, load15];
}
