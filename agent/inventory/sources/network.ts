/** Network interfaces with driver, hardware address and IP addresses, from sys/class/net and proc/net. */
import { NoDataError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { defineInventorySource, type Hardware } from "../../core/inventory.ts";
import { dottedOf, ipv4AddressesOf, routesOf } from "../parse/ipv4.ts";
import { driverOf, namesIn, present, textOrNull, valueAt } from "../parse/read.ts";

const INTERFACES_MAX = 256;

export const network = defineInventorySource({
  name: "network",
  help: "Network interfaces, with driver and addresses, from sys/class/net and proc/net.",
  async find({ host }) {
    const names = await namesIn(host, "sys/class/net");
    if (names.length === 0) throw new NoDataError("this device has no /sys/class/net");
    // From another root, /proc/net is the reader's own; that of process 1 is the device's.
    const text = async (file: string) =>
      (await textOrNull(host, `proc/1/net/${file}`)) ??
      (await textOrNull(host, `proc/net/${file}`)) ??
      "";
    const routes = routesOf(await text("route"));
    const addresses = ipv4AddressesOf(await text("fib_trie"), routes);
    const ipv6 = ipv6AddressesOf(await text("if_inet6"));
    const dns = nameServersOf((await textOrNull(host, "etc/resolv.conf")) ?? "");
    const hardware: Hardware[] = [];
    for (const name of names.slice(0, INTERFACES_MAX)) {
      if (name === "bonding_masters") continue; // A file beside the interfaces.
      const own = addresses.get(name);
      const gateway = routes.find((route) => route.name === name && route.gateway !== 0)?.gateway;
      const properties = present({
        ...(await linkOf(host, name)),
        ipv4: own?.map(({ address }) => dottedOf(address)).join(" "),
        subnetMask: own === undefined ? undefined : dottedOf(own[0]!.mask),
        gateway: gateway === undefined ? undefined : dottedOf(gateway),
        ipv6: ipv6.get(name)?.join(" "),
        dnsServers: gateway === undefined ? undefined : dns.join(" "),
      }) as Record<string, string>;
      const driver = await driverOf(host, `sys/class/net/${name}/device`);
      hardware.push({ kind: "network", name, ...present({ driver }), properties });
    }
    return { hardware };
  },
});

async function linkOf(host: Host, name: string) {
  const at = (file: string) => valueAt(host, `sys/class/net/${name}/${file}`);
  const speed = await at("speed"); // -1 without a link; an error where there is no speed.
  return {
    mac: await at("address"),
    state: await at("operstate"),
    mtu: await at("mtu"),
    speedMbps: speed?.startsWith("-") ? undefined : speed,
  };
}

/** Lines: address in hex, index, prefix, scope, flags, name; ipv6 in the kernel's if6_seq_show. */
function ipv6AddressesOf(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split("\n").slice(0, 1000)) {
    const match = /^([0-9a-f]{32}) \S+ \S+ \S+ \S+ +(\S+)$/.exec(line);
    if (match === null) continue;
    const address = match[1]!.replace(/(.{4})(?!$)/g, "$1:");
    found.set(match[2]!, [...(found.get(match[2]!) ?? []), address]);
  }
  return found;
}

function nameServersOf(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].slice(0, 3).map(([, server]) => server!);
}
