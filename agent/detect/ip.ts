import { type Address, parseAddress, parseNetwork } from "../core/address.ts";

/** An IP address as a number: 32 bits of IPv4, 128 bits of IPv6. IPv4-mapped IPv6 is IPv4. */
export interface IpAddress {
  bits: 32 | 128;
  value: bigint;
}

/** A network as the range of its addresses. */
export interface Cidr {
  bits: 32 | 128;
  first: bigint;
  last: bigint;
}

/** The address, or null when it is none. A zone ("%eth0") is left out: it says where, not who. */
export function parseIp(text: string): IpAddress | null {
  const address = parseAddress(text);
  return address === null ? null : { bits: bitsOf(address), value: numberOf(address) };
}

/** "10.0.0.0/8", "2001:db8::/32" or a single address; null when it is none. Host bits may be set. */
export function parseCidr(text: string): Cidr | null {
  const network = parseNetwork(text);
  if (network === null) return null;
  const bits = bitsOf(network.address);
  const first = numberOf(network.address);
  return { bits, first, last: first + (1n << BigInt(bits - network.prefix)) - 1n };
}

/** The address of "192.0.2.1:80", "[2001:db8::1]:80" or of an address alone. */
export function addressOf(remote: string): string {
  if (remote.startsWith("[")) return remote.slice(1, remote.indexOf("]", 1));
  const colon = remote.indexOf(":");
  return colon >= 0 && colon === remote.lastIndexOf(":") ? remote.slice(0, colon) : remote;
}

function bitsOf(address: Address): 32 | 128 {
  return address.length === 1 ? 32 : 128;
}

function numberOf(address: Address): bigint {
  return address.reduce((value, word) => (value << 32n) | BigInt(word), 0n);
}
