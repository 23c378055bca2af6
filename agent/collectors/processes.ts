/**
 * Processes and open files, from proc/stat, proc/loadavg and proc/sys/fs/file-nr.
 *
 * Counting the folders of /proc instead would need one that hides no process (hidepid) and as many
 * directory entries; the kernel has its own count of tasks.
 */
import { defineCollector } from "../core/collector.ts";
import { NoDataError } from "../core/errors.ts";
import { countOf } from "./parse/number.ts";
import { readSource } from "./parse/read.ts";
import { parseStat } from "./parse/stat.ts";

export const processes = defineCollector({
  name: "processes",
  help: "Tasks, forks and open files, from proc/stat, proc/loadavg and proc/sys/fs/file-nr.",
  enabledByDefault: true,
  metrics: {
    processes_threads: { kind: "gauge", unit: "threads", help: "Threads of all processes." },
    procs_running: { kind: "gauge", unit: "processes", help: "Processes that run or could." },
    procs_blocked: { kind: "gauge", unit: "processes", help: "Processes that wait for I/O." },
    forks: { kind: "counter", unit: "processes", help: "Processes and threads started." },
    filefd_allocated: { kind: "gauge", unit: "files", help: "File handles in use." },
  },
  async collect(host) {
    const stat = parseStat(await readSource(host, "proc/stat"));
    const metrics = {
      processes_threads: parseThreads(await readSource(host, "proc/loadavg")),
      procs_running: stat.get("procs_running")?.[0] ?? null,
      procs_blocked: stat.get("procs_blocked")?.[0] ?? null,
      forks: stat.get("processes")?.[0] ?? null,
      filefd_allocated: parseFileNr(await readSource(host, "proc/sys/fs/file-nr")),
    };
    const absent = Object.entries(metrics).find(([, value]) => value === null);
    if (absent !== undefined) throw new NoDataError(`the kernel does not say ${absent[0]}`);
    return metrics as { [Name in keyof typeof metrics]: number };
  },
});

/** `0.42 0.35 0.30 2/318 4711`: the fourth word is runnable/existing. */
export function parseThreads(text: string): number | null {
  return countOf(/^\S+ \S+ \S+ \d+\/(\d+) /.exec(text)?.[1]);
}

/** `1472\t0\t406372`: allocated, free (always 0 since 2.6), maximum. */
export function parseFileNr(text: string): number | null {
  return countOf(text.split(/\s/)[0]);
}
