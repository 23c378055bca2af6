/** The text of IP addresses: dotted IPv4, and IPv6 in the one canonical form of RFC 5952. */

/** IPv4 of a number in network order: 0x7f000001 is "127.0.0.1". */
export function ipv4TextOf(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The number of a dotted IPv4 address, in network order; null where it is none. */
export function ipv4ValueOf(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  let value = 0;
  for (const octet of match.slice(1).map(Number)) {
    if (octet > 255) return null;
    value = value * 256 + octet;
  }
  return value;
}

/**
 * IPv6 of its eight 16-bit groups. An IPv4-mapped address (RFC 4291 §2.5.5.2) is written as the IPv4
 * address that it stands for: to an operator the two are one peer.
 */
export function ipv6TextOf(groups: readonly number[]): string {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return ipv4TextOf(groups[6]! * 0x10000 + groups[7]!);
  const zeros = longestZerosOf(groups);
  // RFC 5952 §4.2.2: "::" must not shorten just one group.
  if (zeros.length < 2) return hexOf(groups);
  return `${hexOf(groups.slice(0, zeros.start))}::${hexOf(groups.slice(zeros.start + zeros.length))}`;
}

function hexOf(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

/** RFC 5952 §4.2.3: the longest run of zero groups, the first of equals. */
function longestZerosOf(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
