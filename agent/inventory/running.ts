/**
 * Running programs and the package that owns each, from proc/PID/exe and the package systems' lists of
 * files. A program that nobody's package owns was put there by hand, or by someone else.
 */
import type { Host } from "../core/host.ts";
import type { InventorySource, RunningProgram } from "../core/inventory.ts";
import { namesIn, orNull, valueAt } from "./parse/read.ts";

/** As in core/limits for sockets' owners: a gateway has hundreds. */
const PROCESSES_MAX = 10_000;
/** What proc(5) adds to the target of a file that is gone. */
const DELETED = " (deleted)";

export async function runningPrograms(
  host: Host,
  sources: readonly InventorySource[],
): Promise<RunningProgram[]> {
  const programs = new Map<string, { name: string; pids: number[]; deleted: boolean }>();
  const pids = (await namesIn(host, "proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids.slice(0, PROCESSES_MAX)) {
    const target = await orNull(host.readLink(`proc/${pid}/exe`));
    if (target === null || !target.startsWith("/")) continue; // A kernel thread, or not ours to see.
    const deleted = target.endsWith(DELETED);
    const path = target.slice(1, deleted ? -DELETED.length : undefined);
    const known = programs.get(path);
    if (known === undefined) {
      const name = (await valueAt(host, `proc/${pid}/comm`)) ?? path.split("/").at(-1)!;
      programs.set(path, { name, pids: [Number(pid)], deleted });
    } else known.pids.push(Number(pid));
  }
  const owners = await ownersOf(host, sources, [...programs.keys()]);
  return [...programs]
    .map(([path, program]) => ({ path, ...program, owner: owners.get(path) ?? null }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function ownersOf(host: Host, sources: readonly InventorySource[], paths: string[]) {
  const owners = new Map<string, { source: string; name: string }>();
  if (paths.length === 0) return owners;
  // Packages may name a file by the folder's older name, where /bin is a link to usr/bin.
  const asked = new Set(
    paths.flatMap((path) => [path, path.replace(/^usr\/(s?bin|lib\w*)\//, "$1/")]),
  );
  for (const source of sources) {
    if (source.ownersOf === undefined) continue;
    const found = await source.ownersOf(host, asked);
    for (const path of paths) {
      const name = found.get(path) ?? found.get(path.replace(/^usr\/(s?bin|lib\w*)\//, "$1/"));
      if (name !== undefined) owners.set(path, { source: source.name, name });
    }
  }
  return owners;
}
