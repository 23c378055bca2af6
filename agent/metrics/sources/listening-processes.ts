/**
 * Names of the processes that listen on TCP or UDP: the sockets' inodes in proc/net, looked up among the
 * open files of every process. Other users' open files need CAP_SYS_PTRACE; a socket whose process
 * cannot be seen is named "unknown", so that a new listener shows all the same.
 */
import { customStringOf } from "../../core/custom-value.ts";
import type { Host } from "../../core/host.ts";
import { orNull } from "../parse/or-null.ts";
import { processIdsOf, processNameOf } from "../parse/process-list.ts";
import { defineSource } from "../source.ts";

/** Open files that are looked at in one reading: about 100 ms on a slow gateway. */
const OPEN_FILES_MAX = 50_000;

/** TCP_LISTEN and, for UDP, TCP_CLOSE: not connected; include/net/tcp_states.h. */
const tables = [
  { file: "tcp", state: "0A" },
  { file: "tcp6", state: "0A" },
  { file: "udp", state: "07" },
  { file: "udp6", state: "07" },
] as const;

export const listeningProcesses = defineSource({
  name: "listening-processes",
  help: "Names of the processes that listen on TCP, or on TCP and UDP; unknown where they cannot be seen.",
  types: ["string-list"],
  members: {
    protocols: {
      type: "string",
      default: "tcp",
      oneOf: ["tcp", "tcp+udp"],
      help: "With UDP, every unconnected socket counts, clients' too.",
    },
  },
  open({ host, members }) {
    return async () => {
      const wanted = await listeningInodesOf(host, members.protocols === "tcp+udp");
      const names = new Set<string>();
      let filesLeft = OPEN_FILES_MAX;
      for (const id of wanted.size > 0 ? await processIdsOf(host) : []) {
        if (filesLeft <= 0 || wanted.size === 0) break;
        const open = await openFilesOf(host, id);
        filesLeft -= open.length;
        for (const file of open) {
          const inode = await socketInodeOf(host, `proc/${id}/fd/${file}`);
          // Forked servers share a socket: only its first process, their parent, is named.
          if (inode === null || !wanted.delete(inode)) continue;
          names.add(customStringOf((await processNameOf(host, id)) || "unknown"));
        }
      }
      if (wanted.size > 0) names.add("unknown");
      return [...names].sort();
    };
  },
});

/** proc/1/net is the device's network also for an agent in a container; proc/net where it is hidden. */
async function listeningInodesOf(host: Host, withUdp: boolean): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const { file, state } of tables) {
    if (file.startsWith("udp") && !withUdp) continue;
    const text = (await orNull(host.readText(`proc/1/net/${file}`))) ?? (await own(host, file));
    for (const line of text.split("\n")) {
      const fields = line.trim().split(/\s+/);
      // sl local rem st tx:rx tr:tm retrnsmt uid timeout inode; inode 0 has no process any more.
      if (fields[3] === state && /^[1-9]\d*$/.test(fields[9] ?? "")) inodes.add(fields[9]!);
    }
  }
  return inodes;
}

/** The tables of IPv6 are missing where it is off; that of TCP must be there. */
async function own(host: Host, file: string): Promise<string> {
  return file === "tcp"
    ? host.readText("proc/net/tcp")
    : ((await orNull(host.readText(`proc/net/${file}`))) ?? "");
}

async function openFilesOf(host: Host, id: number): Promise<string[]> {
  return (await orNull(host.list(`proc/${id}/fd`))) ?? [];
}

async function socketInodeOf(host: Host, path: string): Promise<string | null> {
  return /^socket:\[(\d+)\]$/.exec((await orNull(host.readLink(path))) ?? "")?.[1] ?? null;
}
