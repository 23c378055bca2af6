/**
 * What decoding found in the packet at hand: scratch outside the state, written by decode/ and flow/
 * and read by stats/. Offsets from PACKET. Everything from PACKET_LAYERS on is zero where the packet
 * has no such thing.
 */

import { IS_NANO } from "../profile";

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

/** u32, bits of 1 << LAYER_. The nano leaves it 0. */
export const PACKET_LAYERS: usize = 24;
/** u16, of the innermost layer that has one. */
export const PACKET_ETHERTYPE: usize = 28;
/** u8: what kind of conversation it belongs to, CONVERSATION_; 4 and 6 are the IP versions. */
export const PACKET_KIND: usize = 30;
/** u8: the IP protocol; 6 TCP, 17 UDP. */
export const PACKET_PROTOCOL: usize = 31;
/** u16 each, in the host's byte order. Zero for what has no ports, also for later fragments. */
export const PACKET_SRC_PORT: usize = 32;
export const PACKET_DST_PORT: usize = 34;
/** u32: address, and u16: captured bytes, of what TCP or UDP carry. Padding is not part of it. */
export const PACKET_PAYLOAD: usize = 36;
export const PACKET_PAYLOAD_BYTES: usize = 40;
/** u16: its bytes on the wire. */
export const PACKET_PAYLOAD_WIRE: usize = 42;
/** u32: index of the packet's conversation plus one; 0 if it has none. */
export const PACKET_FLOW: usize = 44;
/** u32 */
export const PACKET_TCP_SEQ: usize = 48;
/** u8: FIN 1, SYN 2, RST 4, PSH 8, ACK 16. */
export const PACKET_TCP_FLAGS: usize = 52;
/** u8: 0 from the conversation's initiator, 1 to it. */
export const PACKET_DIRECTION: usize = 53;
/** u8: 1 when this packet began its conversation. */
export const PACKET_FLOW_NEW: usize = 54;
/** u8: OT_ protocol that the conversation speaks, by content; 0 if not known. */
export const PACKET_OT: usize = 55;
/** 16 bytes each, of which the first 6 are the address. */
export const PACKET_SRC_MAC: usize = 56;
export const PACKET_DST_MAC: usize = 72;
/** 16 bytes each in network order, IPv4 as ::ffff:a.b.c.d; of ARP, the sender's and the target's. */
export const PACKET_SRC: usize = 88;
export const PACKET_DST: usize = 104;
/** u64 each: keyed hash of the two ends' addresses; of the MACs where the packet has no other. */
export const PACKET_SRC_HASH: usize = 120;
export const PACKET_DST_HASH: usize = 128;
/** u32 addresses: what the layers read so far have left to read, [PACKET_AT, PACKET_END). */
export const PACKET_AT: usize = 136;
export const PACKET_END: usize = 140;
/** 16 bytes each: addresses of what a tunnel carries, for a moment. */
export const PACKET_INNER_SRC: usize = 144;
export const PACKET_INNER_DST: usize = 160;
/**
 * Where to look first, for a look elsewhere costs time; what is found does not depend on it. Gateway: u16
 * conversation << 1 | direction, for each part of 2^HINTS_LOG2 that addresses and ports fall into; nano: 64
 * bytes, a conversation for each part of the tags.
 */
export const PACKET_HINT: usize = 176;
export const HINTS_LOG2: u32 = 9;
export const PACKET_BYTES: u32 = 176 + (IS_NANO ? 64 : 2 << HINTS_LOG2);
