import { fileURLToPath } from "node:url";
import type { Host } from "../../../agent/core/host.ts";
import { createLinuxHost } from "../../../agent/world/host-linux.ts";

const folder = new URL("../../fixtures/host/", import.meta.url);

/** A device's tree that we wrote. Space is not in files: every file system has 8 GiB, 2 of them free. */
function treeOf(name: string): Host {
  const host = createLinuxHost({ root: fileURLToPath(new URL(name, folder)) });
  return { ...host, space: async () => ({ totalBytes: 8 * 2 ** 30, availableBytes: 2 * 2 ** 30 }) };
}

/** Linux 6: IPv4 and IPv6, two networks and Docker, PSI, eMMC and a USB stick. */
export const modernGateway = treeOf("modern-gateway");

/** Linux 2.6.32 on 128 MB: no IPv6, MemAvailable, PSI, fib_trie or sensors; raw flash. */
export const oldKernel = treeOf("old-kernel");
