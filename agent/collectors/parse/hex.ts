/** Hexadecimal as the kernel prints it, read from bytes. A result below 0 says "not hexadecimal". */
const digitOf = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  digitOf["0123456789abcdef".charCodeAt(digit)] = digit;
  digitOf["0123456789ABCDEF".charCodeAt(digit)] = digit;
}

/** Two digits. The caller has checked that they are inside `bytes`. */
export function hex2At(bytes: Uint8Array, at: number): number {
  // A digit that is none is -1: all bits set, so the sign survives shift and or.
  return (digitOf[bytes[at]!]! << 4) | digitOf[bytes[at + 1]!]!;
}

/** Four digits. The caller has checked that they are inside `bytes`. */
export function hex4At(bytes: Uint8Array, at: number): number {
  return (
    (digitOf[bytes[at]!]! << 12) |
    (digitOf[bytes[at + 1]!]! << 8) |
    (digitOf[bytes[at + 2]!]! << 4) |
    digitOf[bytes[at + 3]!]!
  );
}
