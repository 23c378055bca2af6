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
/** BSD loopback: 4 bytes of address family in the capturing host's byte order. */
export const LINK_NULL: u32 = 4;

/** Packets of a link type that this build cannot read. */
export const COUNTER_LINK_UNSUPPORTED: u32 = 16;
/** Too short for, or with an impossible length or version in: */
export const COUNTER_LINK_SHORT: u32 = 17;
export const COUNTER_VLAN_BAD: u32 = 18;
export const COUNTER_LLC_BAD: u32 = 19;
export const COUNTER_ARP_BAD: u32 = 20;
export const COUNTER_IPV4_BAD: u32 = 21;
export const COUNTER_IPV6_BAD: u32 = 22;
export const COUNTER_TCP_BAD: u32 = 23;
export const COUNTER_UDP_BAD: u32 = 24;
export const COUNTER_ICMP_BAD: u32 = 25;

// --- Layers: a packet has several; LAYER_FRAME is every packet.
export const LAYER_FRAME: u32 = 0;
export const LAYER_ETHERNET: u32 = 1;
export const LAYER_VLAN: u32 = 2;
export const LAYER_LLC: u32 = 3;
export const LAYER_SNAP: u32 = 4;
export const LAYER_SLL: u32 = 5;
export const LAYER_ARP: u32 = 6;
export const LAYER_IPV4: u32 = 7;
export const LAYER_IPV6: u32 = 8;
/** An IPv4 or IPv6 fragment, the first one included. */
export const LAYER_FRAGMENT: u32 = 9;
export const LAYER_TCP: u32 = 10;
export const LAYER_UDP: u32 = 11;
/** ICMP and ICMPv6. */
export const LAYER_ICMP: u32 = 12;
/** Another protocol over IP, or another EtherType. */
export const LAYER_OTHER: u32 = 13;
export const LAYERS_MAX: u32 = 16;

// --- Conversations: what two ends say to each other. An end is an address and, where there is one, a port.
/** Two MAC addresses. */
export const CONVERSATION_LINK: u32 = 1;
/** The IPv4 addresses of an ARP packet: its sender's and its target's. */
export const CONVERSATION_ARP: u32 = 2;
export const CONVERSATION_IPV4: u32 = 4;
export const CONVERSATION_IPV6: u32 = 6;
