/**
 * An IP address as 32-bit words: one for IPv4, four for IPv6, most significant first. IPv4-mapped
 * IPv6 (::ffff:0:0/96, RFC 4291 section 2.5.5.2) is IPv4.
 */
export type Address = readonly number[];

export interface Network {
  /** Host bits are zero. */
  address: Address;
  prefix: number;
}

/** Longest text of an address: IPv6 with a dotted quad at its end. */
const ADDRESS_CHARACTERS_MAX = 45;
const MAPPED_BITS = 96;

/** The address, or null when it is none. A zone ("%eth0") is left out: it says where, not who. */
export function parseAddress(text: string): Address | null {
  const zone = text.indexOf("%");
  const bare = zone < 0 ? text : text.slice(0, zone);
  if (bare.length > ADDRESS_CHARACTERS_MAX) return null;
  if (!bare.includes(":")) {
    const quad = parseQuad(bare);
    return quad === null ? null : [quad];
  }
  const words = parseIpv6(bare);
  const isMapped = words?.[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? [words[3]!] : words;
}

/** "10.0.0.0/8", "2001:db8::/32" or a single address; null when it is none. Host bits may be set. */
export function parseNetwork(text: string): Network | null {
  const slash = text.indexOf("/");
  const head = slash < 0 ? text : text.slice(0, slash);
  if (head.includes("%")) return null;
  const address = parseAddress(head);
  if (address === null) return null;
  const bits = address.length * 32;
  if (slash < 0) return { address, prefix: bits };
  const digits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits)) return null;
  // "::ffff:10.0.0.0/104" is 10.0.0.0/8: the length counts the mapped form's 128 bits.
  const isMapped = bits === 32 && head.includes(":");
  const prefix = Number(digits) - (isMapped ? MAPPED_BITS : 0);
  if (!(prefix >= 0 && prefix <= bits)) return null;
  return { address: address.map((word, index) => maskedWord(word, index, prefix)), prefix };
}

/** The word with all bits beyond the prefix zero; `index` counts words from the front. */
export function maskedWord(word: number, index: number, prefix: number): number {
  const bits = prefix - index * 32;
  if (bits <= 0) return 0;
  return bits >= 32 ? word : (word & (-1 << (32 - bits))) >>> 0;
}

/** Four decimal numbers without leading zeros, which some readers take for octal. */
function parseQuad(text: string): number | null {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit === -2 && part >= 0) {
      value = value * 256 + part;
      part = -1;
      dots++;
      continue;
    }
    if (digit < 0 || digit > 9 || part === 0) return null;
    part = Math.max(part, 0) * 10 + digit;
    if (part > 255) return null;
  }
  return dots === 3 && part >= 0 ? value * 256 + part : null;
}

/** RFC 4291 section 2.2: eight groups, one run of which may be "::", the last two a dotted quad. */
function parseIpv6(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return [0, 2, 4, 6].map((at) => groups[at]! * 65536 + groups[at + 1]!);
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
