/**
 * The simulated twin of the device's files: a Host over plain maps that a test or a scenario edits
 * while the agent runs.
 */
import {
  type FileKind,
  type Host,
  HostError,
  type HostErrorCode,
  type Space,
} from "../../agent/core/host.ts";
import { HOST_FILE_BYTES_MAX } from "../../agent/core/limits.ts";

export interface MemoryHost extends Host {
  /** Contents by path. Folders exist by having something in them. */
  readonly files: Map<string, string | Uint8Array>;
  /** Symbolic links by path, for `readLink` only: reads do not follow them. */
  readonly links: Map<string, string>;
  /** Permission bits by path; others are 0o644. */
  readonly modes: Map<string, number>;
  /** Inodes by path; others are 1. A rotated log has another. */
  readonly inodes: Map<string, number>;
  /** Space by path. */
  readonly spaces: Map<string, Space>;
  /** Paths that fail in every call, and how. */
  readonly faults: Map<string, HostErrorCode>;
}

export function createMemoryHost(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): MemoryHost {
  const host = {
    files: new Map(Object.entries(files)),
    links: new Map<string, string>(),
    modes: new Map<string, number>(),
    inodes: new Map<string, number>(),
    spaces: new Map<string, Space>(),
    faults: new Map<string, HostErrorCode>(),
  };

  const find = <T>(map: ReadonlyMap<string, T>, path: string): T => {
    const fault = host.faults.get(path);
    if (fault !== undefined) throw new HostError(fault, path, "fails in this simulation");
    const value = map.get(path);
    if (value === undefined) throw new HostError("missing", path, "no such file or directory");
    return value;
  };
  const bytesAt = (path: string): Uint8Array => {
    const content = find(host.files, path);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    if (bytes.length > HOST_FILE_BYTES_MAX) throw new HostError("too-large", path, "is too large");
    return bytes;
  };

  const kindOf = (path: string): FileKind => {
    if (host.links.has(path)) return "link";
    return host.files.has(path) ? "file" : "folder";
  };
  const list = async (path: string): Promise<string[]> => {
    const names = new Set<string>();
    for (const known of [...host.files.keys(), ...host.links.keys()]) {
      if (known.startsWith(`${path}/`)) names.add(known.slice(path.length + 1).split("/")[0]!);
    }
    // The fault of the folder itself, or nothing in it: the same answer as for any other path.
    find(names.size > 0 ? new Map([[path, names]]) : new Map(), path);
    return [...names].sort();
  };

  return {
    ...host,
    readText: async (path) => new TextDecoder().decode(bytesAt(path)),
    readBytes: async (path) => bytesAt(path),
    list,
    entries: async (path) =>
      (await list(path)).map((name) => ({ name, kind: kindOf(`${path}/${name}`) })),
    readLink: async (path) => find(host.links, path),
    readAt: async (path, offset, length) => bytesAt(path).slice(offset, offset + length),
    async status(path) {
      const kind = kindOf(path);
      if (kind === "folder") await list(path);
      return {
        kind,
        mode: host.modes.get(path) ?? 0o644,
        sizeBytes: kind === "file" ? bytesAt(path).length : 0,
        inode: host.inodes.get(path) ?? 1,
        device: 1,
      };
    },
    space: async (path) => find(host.spaces, path),
  };
}
