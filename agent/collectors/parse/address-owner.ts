/**
 * Which interface an address of the device belongs to, from files alone.
 *
 * IPv6: proc/net/if_inet6 says it outright. IPv4 has no such file: proc/net/fib_trie lists the local
 * addresses without interface and proc/net/route the connected networks with theirs, so an address is
 * of the interface of the longest connected network that holds it. Two interfaces in one network
 * cannot be told apart this way: the first route (the kernel's own choice) wins.
 */
import { hex4At } from "./hex.ts";
import { ipv4ValueOf, ipv6TextOf } from "./ip-address.ts";

/** A network that is reached without a gateway. */
export interface ConnectedNetwork {
  interface: string;
  network: number;
  mask: number;
}

export interface AddressFiles {
  fibTrie: string;
  route: string;
  ifInet6: string;
}

/**
 * A lookup from address text to interface name. A wildcard is its own interface, and an address that
 * cannot be placed (foreign, multicast, a host address without a connected network) is itself.
 */
export function createAddressOwner(files: AddressFiles): (address: string) => string {
  const local = parseFibTrie(files.fibTrie);
  const networks = parseRoute(files.route);
  const owners = parseIfInet6(files.ifInet6);

  const find = (address: string): string => {
    if (address === "::1") return "lo";
    const value = ipv4ValueOf(address);
    if (value === null || value === 0) return address;
    if (value >>> 24 === 127) return "lo";
    if (local !== null && !local.has(address)) return address;
    return longestOf(networks, value)?.interface ?? address;
  };

  return (address) => {
    let owner = owners.get(address);
    if (owner === undefined) {
      owner = find(address);
      owners.set(address, owner);
    }
    return owner;
  };
}

function longestOf(networks: readonly ConnectedNetwork[], value: number): ConnectedNetwork | null {
  let best: ConnectedNetwork | null = null;
  for (const candidate of networks) {
    const holds = (value & candidate.mask) >>> 0 === candidate.network;
    if (holds && (best === null || candidate.mask > best.mask)) best = candidate;
  }
  return best;
}

/**
 * The device's own addresses, and the broadcast addresses of its networks, to which BACnet/IP sockets
 * are bound; null where the file is missing (a kernel without CONFIG_IP_FIB_TRIE_STATS shows none).
 *
 *     |-- 192.168.1.20
 *        /32 host LOCAL
 */
export function parseFibTrie(text: string): Set<string> | null {
  const local = new Set<string>();
  let leaf = "";
  for (const line of text.split("\n")) {
    const address = /^ *\|-- ([\d.]+)$/.exec(line);
    if (address !== null) leaf = address[1]!;
    else if (/^ *\/32 \w+ (LOCAL|BROADCAST)\b/.test(line) && leaf !== "") local.add(leaf);
  }
  return local.size > 0 ? local : null;
}

/** RTF_GATEWAY of route(8): the network is behind another router. */
const ROUTE_GATEWAY = 0x0002;

/** `eth0  0001A8C0  00000000  0001  0 0 0  00FFFFFF …`: words as the CPU holds them. */
export function parseRoute(text: string): ConnectedNetwork[] {
  const networks: ConnectedNetwork[] = [];
  for (const line of text.split("\n")) {
    const match =
      /^([^\s*]\S*)\t([\dA-F]{8})\t[\dA-F]{8}\t([\dA-F]{4})\t\S+\t\S+\t\S+\t([\dA-F]{8})\b/.exec(
        line,
      );
    if (match === null) continue;
    const mask = reversedWordOf(match[4]!);
    // The default route's network holds every address: it proves nothing.
    if (mask === 0 || (Number.parseInt(match[3]!, 16) & ROUTE_GATEWAY) !== 0) continue;
    networks.push({ interface: match[1]!, network: reversedWordOf(match[2]!), mask });
  }
  return networks;
}

function reversedWordOf(hex: string): number {
  const octets = hex.match(/../g)!.reverse().join("");
  return Number.parseInt(octets, 16);
}

/** `fe80…0001 02 40 20 80     eth0`, address in network order, to interface by address text. */
export function parseIfInet6(text: string): Map<string, string> {
  const owners = new Map<string, string>();
  const encoder = new TextEncoder();
  for (const line of text.split("\n")) {
    const match = /^([\da-f]{32})(?: +[\da-f]+){4} +(\S+)$/.exec(line);
    if (match === null) continue;
    const digits = encoder.encode(match[1]!);
    const groups = [0, 4, 8, 12, 16, 20, 24, 28].map((at) => hex4At(digits, at));
    const address = ipv6TextOf(groups);
    if (!owners.has(address)) owners.set(address, match[2]!);
  }
  return owners;
}
