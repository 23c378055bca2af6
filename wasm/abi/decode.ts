// The border's numbers for decoding and flows: query and section ids 128 to 255, counters 16 to 63.

/** (flags >> RECORD_LINK_SHIFT) & RECORD_LINK_MASK: what a packet's first byte belongs to. */
export const RECORD_LINK_SHIFT: u32 = 4;
export const RECORD_LINK_MASK: u32 = 0x0f;
export const LINK_ETHERNET: u32 = 0;
/** IPv4 or IPv6 without a link header. */
export const LINK_RAW_IP: u32 = 1;
/** Linux "cooked" capture, versions 1 and 2. */
export const LINK_SLL: u32 = 2;
export const LINK_SLL2: u32 = 3;

/** Packets of a link type that this build cannot read. */
export const COUNTER_LINK_UNSUPPORTED: u32 = 16;
