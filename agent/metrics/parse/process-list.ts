import type { Host } from "../../core/host.ts";
import { orNull } from "./or-null.ts";

/** Linux's largest pid is 2^22; a gateway with more processes than this has another problem. */
const PROCESSES_MAX = 32_768;

/** Ids of the processes that can be seen, ascending. Throws HostError. */
export async function processIdsOf(host: Host): Promise<number[]> {
  const names = await host.list("proc");
  const ids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return ids.sort((a, b) => a - b).slice(0, PROCESSES_MAX);
}

/** The kernel's name of a process, at most 15 characters; null when it has gone. */
export async function processNameOf(host: Host, id: number): Promise<string | null> {
  return (await orNull(host.readText(`proc/${id}/comm`)))?.replace(/\n$/, "") ?? null;
}

/** Program and arguments between spaces; empty for threads of the kernel, null when it has gone. */
export async function commandLineOf(host: Host, id: number): Promise<string | null> {
  const line = await orNull(host.readText(`proc/${id}/cmdline`));
  return line?.replace(/\0+$/, "").replaceAll("\0", " ") ?? null;
}
