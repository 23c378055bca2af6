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

/** Longest text of an address: IPv6 with a dotted quad at its end. */
const ADDRESS_CHARACTERS_MAX = 45;
/** ::ffff:0:0/96, RFC 4291 section 2.5.5.2. */
const MAPPED = 0xffffn;

/** The address, or null when it is none. A zone ("%eth0") is left out: it says where, not who. */
export function parseIp(text: string): IpAddress | null {
  if (text.length > ADDRESS_CHARACTERS_MAX + 20) return null;
  const bare = text.split("%", 1)[0]!;
  if (bare.length > ADDRESS_CHARACTERS_MAX) return null;
  if (!bare.includes(":")) {
    const value = parseQuad(bare);
    return value === null ? null : { bits: 32, value: BigInt(value) };
  }
  const value = parseIpv6(bare);
  if (value === null) return null;
  return value >> 32n === MAPPED ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

/** "10.0.0.0/8", "2001:db8::/32" or a single address; null when it is none. Host bits may be set. */
export function parseCidr(text: string): Cidr | null {
  const [address = "", length, ...more] = text.split("/");
  if (more.length > 0 || address.includes("%")) return null;
  const ip = parseIp(address);
  if (ip === null) return null;
  let prefix = length === undefined ? ip.bits : parsePrefix(length);
  // "::ffff:10.0.0.0/104" is 10.0.0.0/8: the length counts the mapped form's 128 bits.
  if (length !== undefined && ip.bits === 32 && address.includes(":")) prefix -= 96;
  if (!(prefix >= 0 && prefix <= ip.bits)) return null;
  const hostBits = BigInt(ip.bits - prefix);
  const first = (ip.value >> hostBits) << hostBits;
  return { bits: ip.bits, first, last: first + (1n << hostBits) - 1n };
}

/** The address of "192.0.2.1:80", "[2001:db8::1]:80" or of an address alone. */
export function addressOf(remote: string): string {
  if (remote.startsWith("[")) return remote.slice(1, remote.indexOf("]", 1));
  const colon = remote.indexOf(":");
  return colon >= 0 && colon === remote.lastIndexOf(":") ? remote.slice(0, colon) : remote;
}

function parsePrefix(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
}

/** Four decimal numbers without leading zeros, which some readers take for octal. */
function parseQuad(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

/** RFC 4291 section 2.2: eight groups, one run of which may be "::", the last two a dotted quad. */
function parseIpv6(text: string): bigint | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

function groupsOf(text: string, isEnd: boolean): number[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const quad = isEnd && index === parts.length - 1 ? parseQuad(part) : null;
    if (quad === null) return null;
    groups.push(Math.floor(quad / 65536), quad % 65536);
  }
  return groups;
}
