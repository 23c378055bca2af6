/**
 * Files with the set-user-ID or set-group-ID bit that were not there when the device was first walked:
 * the classic back door (ATT&CK T1548.001). The first complete walk is taken for good and kept in the
 * state folder; removing its file there takes today's files for good.
 *
 * Folders are walked a part at a time, so that a reading has a bound on any device: a gateway's
 * 50,000 files take three readings. Links and other file systems below a folder are not followed.
 */
import { customStringOf } from "../../core/custom-value.ts";
import type { Host } from "../../core/host.ts";
import { orNull } from "../parse/or-null.ts";
import { createState } from "../parse/state.ts";
import { defineSource, hostPathOf, ReadingError } from "../source.ts";

/** Paths looked at in one reading: about 100 ms on a slow gateway. */
const PATHS_PER_READING_MAX = 20_000;

/** After so many the loop lets others run. */
const PATHS_AT_ONCE_MAX = 500;

/** Debian with a desktop has 40. */
const FILES_MAX = 2_000;

const FOLDER_DEPTH_MAX = 40;

const SPECIAL_BITS = 0o6000;

export const newSetuidFiles = defineSource({
  name: "new-setuid-files",
  help: "Setuid and setgid files that were not there at the first walk of the folders.",
  types: ["number", "string-list"],
  members: {
    folders: {
      type: "list",
      default: ["/usr", "/opt", "/home", "/root", "/tmp", "/var/tmp", "/dev/shm"],
      help: "Folders that are walked; those that are missing are passed over.",
    },
  },
  problemOf({ folders }) {
    const bad = folders.find((folder) => !/^\/./.test(folder) || folder.split("/").includes(".."));
    return bad === undefined ? null : `has the folder "${bad}": it takes absolute paths`;
  },
  open({ name, type, members, host, disk }) {
    const state = createState(disk, name, isPaths);
    let known: ReadonlySet<string> | null = null;
    let walk = createWalk(host, members.folders);
    let latest: ReadonlySet<string> = new Set();
    return async (signal) => {
      const kept = await state.load();
      if (kept !== null) known ??= new Set(kept);
      const { found, isDone } = await walk(signal);
      if (isDone) walk = createWalk(host, members.folders);
      if (known === null) {
        if (!isDone) return null;
        known = found;
        await state.save([...found]);
      }
      const before = known;
      const news = new Set([...found].filter((path) => !before.has(path)));
      // Until a walk is complete, what the one before it found is still there as far as we know.
      const all = isDone ? news : new Set([...latest, ...news]);
      if (isDone) latest = news;
      return type === "number" ? all.size : [...all].sort().map(customStringOf);
    };
  },
});

interface Walked {
  /** Paths of all special files that this walk has come by. */
  found: ReadonlySet<string>;
  isDone: boolean;
}

/** Each call goes on where the last one stopped. Folders that may not be read are passed over. */
function createWalk(
  host: Host,
  folders: readonly string[],
): (signal: AbortSignal) => Promise<Walked> {
  const pending = folders.map((folder) => ({ path: hostPathOf(folder), depth: 0, device: -1 }));
  const found = new Set<string>();

  /** Enters the sub-folders of one folder into the list, and its special files into what was found. */
  async function visit(folder: (typeof pending)[number]): Promise<number> {
    const names = (await orNull(host.list(folder.path))) ?? [];
    const device = folder.depth === 0 ? await deviceOf(host, folder.path) : folder.device;
    for (const name of names) {
      const path = `${folder.path}/${name}`;
      const status = await orNull(host.status(path));
      if (status?.kind === "folder") {
        const isOurs = status.device === device && folder.depth < FOLDER_DEPTH_MAX;
        if (isOurs) pending.push({ path, depth: folder.depth + 1, device });
      } else if (status?.kind === "file" && (status.mode & SPECIAL_BITS) !== 0) {
        found.add(`/${path}`);
        if (found.size > FILES_MAX) {
          throw new ReadingError(`there are more than ${FILES_MAX} setuid files`);
        }
      }
    }
    return names.length + 1;
  }

  return async (signal) => {
    let left = PATHS_PER_READING_MAX;
    let untilPause = PATHS_AT_ONCE_MAX;
    while (pending.length > 0 && left > 0 && !signal.aborted) {
      const count = await visit(pending.pop()!);
      left -= count;
      untilPause -= count;
      if (untilPause > 0) continue;
      untilPause = PATHS_AT_ONCE_MAX;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { found, isDone: pending.length === 0 };
  };
}

async function deviceOf(host: Host, path: string): Promise<number> {
  return (await orNull(host.status(path)))?.device ?? -1;
}

function isPaths(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((path) => typeof path === "string");
}
