/** IPv4 addresses of interfaces without netlink: proc/net/route and proc/net/fib_trie put together. */

export interface Route {
  name: string;
  destination: number;
  gateway: number;
  mask: number;
}

export interface Ipv4Address {
  address: number;
  mask: number;
}

const LINES_MAX = 100_000;

/** Lines: interface, destination, gateway, flags, … mask in the eighth; addresses in host byte order. */
export function routesOf(text: string): Route[] {
  return text
    .split("\n")
    .slice(1, LINES_MAX)
    .flatMap((line) => {
      const [name, destination, gateway, , , , , mask] = line.split(/\s+/);
      if (!name || mask === undefined) return [];
      const route = {
        name,
        destination: addressOf(destination!),
        gateway: addressOf(gateway!),
        mask: addressOf(mask),
      };
      return Number.isNaN(route.destination + route.gateway + route.mask) ? [] : [route];
    });
}

/** "0100A8C0" as little-endian hosts write 192.168.0.1. */
function addressOf(hex: string): number {
  if (!/^[0-9A-F]{8}$/i.test(hex)) return Number.NaN;
  return Buffer.from(hex, "hex").readUInt32LE(0);
}

/** By interface: an address is of the interface whose connected network has it, the narrowest first. */
export function ipv4AddressesOf(
  trie: string,
  routes: readonly Route[],
): Map<string, Ipv4Address[]> {
  const connected = routes
    .filter(({ gateway, mask }) => gateway === 0 && mask !== 0)
    .sort((a, b) => b.mask - a.mask);
  const found = new Map<string, Ipv4Address[]>();
  for (const address of localAddressesOf(trie)) {
    const isLoopback = address >>> 24 === 127;
    const route = connected.find(({ mask, destination }) => (address & mask) >>> 0 === destination);
    const name = isLoopback ? "lo" : route?.name;
    if (name === undefined) continue;
    const mask = isLoopback ? 0xff000000 : route!.mask;
    found.set(name, [...(found.get(name) ?? []), { address, mask }]);
  }
  return found;
}

/** Leaves `|-- 192.168.0.7` that `/32 host LOCAL` follows; each stands in two tables. */
function localAddressesOf(trie: string): Set<number> {
  const addresses = new Set<number>();
  let leaf: number | null = null;
  for (const line of trie.split("\n").slice(0, LINES_MAX)) {
    const match = /\|-- (\d+)\.(\d+)\.(\d+)\.(\d+)\s*$/.exec(line);
    if (match !== null) {
      leaf = match.slice(1).reduce((sum, part) => sum * 256 + (Number(part) & 255), 0);
    } else if (leaf !== null && line.includes("/32 host LOCAL")) addresses.add(leaf);
  }
  return addresses;
}

export function dottedOf(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
