/**
 * Where the device's network files are. `proc/net` is the network namespace of whoever reads, so an
 * agent in a container that reads the device's tree (`--root /host`) would report the container's own
 * sockets. `proc/1/net` is the network of the device's first process: the device's.
 *
 * | what is there                                           | folder       |
 * | ------------------------------------------------------- | ------------ |
 * | pid 1 is in our network namespace                       | `proc/net`   |
 * | it is in another, or that may not be asked (unprivileged, most containers), and its files can be read | `proc/1/net` |
 * | its files cannot be read (hidepid), or a copied tree without them | `proc/net` |
 *
 * Both folders hold the same where nobody is in a container, so the middle row costs nothing but the
 * proof. The links are of namespaces(7).
 */
import type { Host } from "../../core/host.ts";
import { orNull, readTextOrNull } from "./read.ts";

export type NetworkFolder = "proc/net" | "proc/1/net";

/** The initial PID namespace: PROC_PID_INIT_INO in Linux's include/linux/proc_ns.h, since 3.8. */
const PID_NAMESPACE_INITIAL = "pid:[4026531836]";

export async function networkFolderOf(host: Host): Promise<NetworkFolder> {
  const [own, first] = await Promise.all([
    orNull(host.readLink("proc/self/ns/net")),
    orNull(host.readLink("proc/1/ns/net")),
  ]);
  if (own !== null && own === first) return "proc/net";
  return (await readTextOrNull(host, "proc/1/net/dev")) !== null ? "proc/1/net" : "proc/net";
}

/**
 * Why the network that is read may not be the device's own: one sentence for one warning, or null.
 * Without a live /proc (a copied tree) there is nothing to doubt.
 */
export async function networkDoubtOf(host: Host): Promise<string | null> {
  const own = await orNull(host.readLink("proc/self/ns/net"));
  if (own === null) return null;
  const first = await orNull(host.readLink("proc/1/ns/net"));
  if ((await networkFolderOf(host)) === "proc/net" && own !== first) {
    if (first !== null) {
      return "process 1 has another network that cannot be read: these are the sockets of the agent's container";
    }
    // Process 1 is hidden (hidepid, systemd's ProtectProc) and we are in no container: the usual service.
    if ((await orNull(host.readLink("proc/self/ns/pid"))) === PID_NAMESPACE_INITIAL) return null;
    return "process 1 cannot be seen: these may be the sockets of the agent's container";
  }
  const pidNamespace = await firstPidNamespaceOf(host);
  if (pidNamespace !== null && pidNamespace !== PID_NAMESPACE_INITIAL) {
    return "process 1 is a container's, so this may be the container's network: mount the device's root and give --root";
  }
  return null;
}

/**
 * The PID namespace of process 1. Its link needs privileges; our own link tells the same as long as we
 * live in the namespace of this /proc: NSpid in status then has one number (proc(5), since 4.1).
 */
async function firstPidNamespaceOf(host: Host): Promise<string | null> {
  const first = await orNull(host.readLink("proc/1/ns/pid"));
  if (first !== null) return first;
  const status = (await readTextOrNull(host, "proc/self/status")) ?? "";
  return /^NSpid:\s+\d+$/m.test(status) ? orNull(host.readLink("proc/self/ns/pid")) : null;
}
