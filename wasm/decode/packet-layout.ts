/**
 * What decoding found in the packet at hand: scratch outside the state, written by decode/ and read
 * by stats/. Offsets from PACKET; addresses are always 16 bytes, IPv4 as ::ffff:a.b.c.d.
 */

/** The record's header as it came: u64 time in microseconds, then four u16. */
export const PACKET_TS: usize = 0;
/** Bytes captured. Parse only these. */
export const PACKET_CAPTURED: usize = 8;
/** Length on the wire, never below PACKET_CAPTURED. Count this. */
export const PACKET_WIRE: usize = 10;
export const PACKET_IFACE: usize = 12;
export const PACKET_FLAGS: usize = 14;
/** u32, the second of PACKET_TS. */
export const PACKET_SECOND: usize = 16;
/** u32 address of the first byte captured. */
export const PACKET_FRAME: usize = 20;
export const PACKET_BYTES: u32 = 128;
