/** Every address has 16 bytes, so that one comparison serves all. */

/** ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). @param address as it lies in the packet */
export function setIpv4(to: usize, address: u32): void {
  store<u64>(to, 0);
  store<u32>(to, 0xffff0000, 8);
  store<u32>(to, address, 12);
}

export function copyAddress(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from, 0, 1));
  store<u64>(to, load<u64>(from, 8, 1), 8);
}

export function isSame(a: usize, b: usize): bool {
  return load<u64>(a) == load<u64>(b) && load<u64>(a, 8) == load<u64>(b, 8);
}
