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
/** ARP packets by what they ask (gateway): operation 1, and any other. */
export const COUNTER_ARP_REQUESTS: u32 = 26;
export const COUNTER_ARP_REPLIES: u32 = 27;

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
/** An Ethernet frame in UDP (RFC 7348). Of what is in it, only ARP is read. */
export const LAYER_VXLAN: u32 = 14;
export const LAYERS_MAX: u32 = 16;

// --- Conversations: what two ends say to each other. An end is an address and, where there is one, a port.
/** Two MAC addresses. */
export const CONVERSATION_LINK: u32 = 1;
/** The IPv4 addresses of an ARP packet: its sender's and its target's. */
export const CONVERSATION_ARP: u32 = 2;
export const CONVERSATION_IPV4: u32 = 4;
export const CONVERSATION_IPV6: u32 = 6;
/** Bits of CONVERSATION_MARKS: which end is the client, if that is known. */
export const CLIENT_INITIATOR: u32 = 1;
export const CLIENT_RESPONDER: u32 = 2;

// One conversation. Counts are [from the initiator, to it], since the last harvest. The initiator sent the first packet, unless
// that was a SYN+ACK. The nano reads Ethernet with tags, IPv4, IPv6 without extension headers, TCP and
// UDP; it has CONVERSATION_LINK only for frames without IP, takes the first sender for the initiator
// always, and leaves payload, FIN, RST, marks and MAC addresses 0.
/** u64 microseconds: first and last packet of those counted. */
export const CONVERSATION_FIRST: u32 = 0;
export const CONVERSATION_LAST: u32 = 8;
/** 16 bytes in network order: IPv4 as ::ffff:a.b.c.d, a MAC address in the first 6. */
export const CONVERSATION_INITIATOR: u32 = 16;
export const CONVERSATION_RESPONDER: u32 = 32;
/** u16 */
export const CONVERSATION_INITIATOR_PORT: u32 = 48;
export const CONVERSATION_RESPONDER_PORT: u32 = 50;
/** u8: CONVERSATION_LINK, _ARP, _IPV4, _IPV6. */
export const CONVERSATION_KIND: u32 = 52;
/** u8: IP protocol. */
export const CONVERSATION_PROTOCOL: u32 = 53;
/** u8: OT_ protocol. */
export const CONVERSATION_OT: u32 = 54;
/** u8: CLIENT_ bits. */
export const CONVERSATION_MARKS: u32 = 55;
/** u32 each way; bytes are those on the wire. */
export const CONVERSATION_PACKETS: u32 = 56;
export const CONVERSATION_BYTES: u32 = 64;
/** u32 each way: bytes that TCP or UDP carried, also repeated ones. */
export const CONVERSATION_PAYLOAD: u32 = 72;
/** u32: segments with SYN but no ACK, with FIN, with RST. */
export const CONVERSATION_SYN: u32 = 80;
export const CONVERSATION_FIN: u32 = 84;
export const CONVERSATION_RST: u32 = 88;
/** 6 bytes each: the Ethernet addresses seen with the first packet; those of routers where one is between. */
export const CONVERSATION_INITIATOR_MAC: u32 = 92;
export const CONVERSATION_RESPONDER_MAC: u32 = 98;
export const CONVERSATION_RECORD_BYTES: u32 = 104;

// --- OT protocols, told by content: at most 31.
export const OT_NONE: u32 = 0;
export const OT_MODBUS: u32 = 1;
/** ISO transport over TCP (RFC 1006), until what it carries is known; then one of the next two. */
export const OT_COTP: u32 = 2;
export const OT_S7COMM: u32 = 3;
export const OT_S7PLUS: u32 = 4;
/** The conversation's; what it carries is counted as OT_CIP. */
export const OT_ENIP: u32 = 5;
export const OT_CIP: u32 = 6;
/** CIP implicit messages. */
export const OT_CIPIO: u32 = 7;
export const OT_DNP3: u32 = 8;
export const OT_IEC104: u32 = 9;
export const OT_OPCUA: u32 = 10;
export const OT_BACNET: u32 = 11;
export const OT_MQTT: u32 = 12;
export const OT_HART_IP: u32 = 13;
export const OT_PROFINET: u32 = 14;
export const OT_ETHERCAT: u32 = 15;
export const OT_GOOSE: u32 = 16;

/**
 * Kinds of what is counted: OT_x << KIND_SHIFT | n, up to 8 for a protocol. Function, object and error of a
 * command mean what its kind says.
 */
export const KIND_SHIFT: u32 = 3;
/** Function code | sub-function << 8: of diagnostics (8), MEI type (43), UMAS code (90). Object: the unit. */
export const KIND_MODBUS: u32 = 8;
/** TPDU type: the upper half of its code. */
export const KIND_COTP: u32 = 16;
/** Function | index of the PI service (function 0x28) << 8. Object: ROSCTR. Error: error class. */
export const KIND_S7_FUNCTION: u32 = 24;
/** Type << 12 | function group << 8 | subfunction. Error: the error code's first byte. */
export const KIND_S7_USERDATA: u32 = 25;
/** ROSCTR of a PDU that has no function. */
export const KIND_S7_OTHER: u32 = 26;
/** Function; 0 where it could not be found. Object: opcode. */
export const KIND_S7PLUS: u32 = 32;
/** Encapsulation command. Error: its status. */
export const KIND_ENIP: u32 = 40;
/**
 * Service without the response bit. Object: the class, of responses as far as their request is remembered;
 * CIP_TAG where the path begins with a name, CIP_UNKNOWN. Error: general status.
 */
export const KIND_CIP: u32 = 48;
export const CIP_TAG: u32 = 65536;
export const CIP_UNKNOWN: u32 = 65537;
/** Command without the response bit | function << 8 of an encapsulated DF1 message. Error: status. */
export const KIND_CIP_PCCC: u32 = 49;
export const KIND_CIPIO: u32 = 56;
/**
 * Function | of WRITE, the first object's group << 8. Object: the outstation's address. Error: of responses, the
 * indications that the request was refused, IIN2.0 to 2.2.
 */
export const KIND_DNP3_FUNCTION: u32 = 64;
/** A link frame. Object: source | destination << 16. */
export const KIND_DNP3_LINK: u32 = 65;
/** Form of the APDU: 0 I, 1 S, 3 U. */
export const KIND_IEC104_APCI: u32 = 72;
/** Function of a U frame: its control byte >> 2. */
export const KIND_IEC104_U: u32 = 73;
/** Type | cause << 8. Object: the common address. Error: the cause of a negative answer. */
export const KIND_IEC104_ASDU: u32 = 74;
/** Chunks: 1 HEL, 2 ACK, 3 ERR, 4 RHE, 5 OPN, 6 MSG, 7 CLO. */
export const KIND_OPCUA_MESSAGE: u32 = 80;
/** Id of the service's binary encoding, where it is not encrypted. Error: bits 16 to 23 of a bad status. */
export const KIND_OPCUA_SERVICE: u32 = 81;
/** Function of the virtual link. Of all of BACnet, requests and responses are told by the message. */
export const KIND_BACNET_BVLC: u32 = 88;
/** PDU type. Object, here and below: network << 16 | end of the address behind a router. Error: of 6, 7. */
export const KIND_BACNET_APDU: u32 = 89;
/** Service | PDU type << 8. Error: its code, 255 where that is more or wrapped. */
export const KIND_BACNET_CONFIRMED: u32 = 90;
export const KIND_BACNET_UNCONFIRMED: u32 = 91;
/** Packet type. */
export const KIND_MQTT: u32 = 96;
/** Message id | message type << 8. */
export const KIND_HART_IP_MESSAGE: u32 = 104;
/** Command. Object: the last four bytes of a long address. Error: the response code. */
export const KIND_HART_COMMAND: u32 = 105;
/** FrameID. */
export const KIND_PROFINET_FRAME: u32 = 112;
/** Service id | service type << 8. Object, of a request to set: option << 8 | suboption. */
export const KIND_PROFINET_DCP: u32 = 113;
/** Command of a datagram. Object: 0x0120 where it writes AL control, else 0. */
export const KIND_ETHERCAT: u32 = 120;
/** Tag of the PDU: 0x61 GOOSE, 0x60 sampled values. Object: the APPID. */
export const KIND_GOOSE: u32 = 128;

// One kind of command between a client and a server. Counts since the last harvest.
/** u64 microseconds. */
export const COMMAND_FIRST: u32 = 0;
export const COMMAND_LAST: u32 = 8;
/** 16 bytes as in a conversation. */
export const COMMAND_CLIENT: u32 = 16;
export const COMMAND_SERVER: u32 = 32;
/** u32: what is addressed behind the server. */
export const COMMAND_OBJECT: u32 = 48;
/** u16 */
export const COMMAND_FUNCTION: u32 = 52;
/** u8: KIND_, which says what the others mean. */
export const COMMAND_KIND: u32 = 54;
/** u8: exception or error code of the responses counted here; 0 for all that have none. */
export const COMMAND_ERROR: u32 = 55;
/** u32 each: from the client; from the server, of those without and with an error. */
export const COMMAND_REQUESTS: u32 = 56;
export const COMMAND_RESPONSES: u32 = 60;
export const COMMAND_ERRORS: u32 = 64;
/** u8: CONVERSATION_LINK, _IPV4, _IPV6: what the addresses are. */
export const COMMAND_CONVERSATION: u32 = 68;
export const COMMAND_RECORD_BYTES: u32 = 72;

// --- Excerpts: messages that say what a device is, for the host to read. The same from the same sender is
// kept once, as far as the core remembers.
export const EXCERPT_ARP: u32 = 1;
export const EXCERPT_BACNET: u32 = 2;
export const EXCERPT_CDP: u32 = 3;
/** Behind the encapsulation header and its items: a response of the identity object. */
export const EXCERPT_CIP_IDENTITY: u32 = 4;
export const EXCERPT_DCP: u32 = 5;
export const EXCERPT_DHCP: u32 = 6;
export const EXCERPT_DNP3: u32 = 7;
export const EXCERPT_DNS: u32 = 8;
export const EXCERPT_ENIP: u32 = 9;
export const EXCERPT_HART_IP: u32 = 10;
export const EXCERPT_HTTP: u32 = 11;
export const EXCERPT_LLDP: u32 = 12;
export const EXCERPT_LLMNR: u32 = 13;
export const EXCERPT_MDNS: u32 = 14;
export const EXCERPT_MODBUS: u32 = 15;
export const EXCERPT_MQTT: u32 = 16;
export const EXCERPT_NBNS: u32 = 17;
export const EXCERPT_OPCUA: u32 = 18;
export const EXCERPT_S7COMM: u32 = 19;
export const EXCERPT_SNMP: u32 = 20;
export const EXCERPT_SSDP: u32 = 21;
export const EXCERPT_SSH: u32 = 22;
export const EXCERPT_TLS: u32 = 23;
/** u64 microseconds: of the packet that completed the message. */
export const EXCERPT_TS: u32 = 0;
/** 16 bytes each, as in a conversation: the sender and who it was sent to. */
export const EXCERPT_SRC: u32 = 8;
export const EXCERPT_DST: u32 = 24;
/** u16 */
export const EXCERPT_SRC_PORT: u32 = 40;
export const EXCERPT_DST_PORT: u32 = 42;
/** 6 bytes each: as with the conversation's first packet. 0 where there are none, and of CONVERSATION_LINK. */
export const EXCERPT_SRC_MAC: u32 = 44;
export const EXCERPT_DST_MAC: u32 = 50;
/** u8: EXCERPT_ */
export const EXCERPT_KIND: u32 = 56;
/** u8: CONVERSATION_LINK, _ARP, _IPV4, _IPV6: what the addresses are. */
export const EXCERPT_CONVERSATION: u32 = 57;
/** u16: the message's bytes that follow; and those that it has. */
export const EXCERPT_BYTES: u32 = 58;
export const EXCERPT_WHOLE_BYTES: u32 = 60;
export const EXCERPT_HEADER_BYTES: u32 = 64;
export const EXCERPT_BYTES_MAX: u32 = 512;

// --- Configuration.
/**
 * u32, the gateway only: 1 for conversations, commands and excerpts alone. All statistics stay empty, and the time that they
 * take is saved.
 */
export const CONFIG_TRAFFIC_ONLY: u32 = 128;

// --- Queries.
/** The gateway only: u64 packets and u64 bytes on the wire, by LAYER_. */
export const QUERY_LAYERS: u32 = 128;
/**
 * Records of the table from slot `a` on, as many as fit: a PAGE_ header and the records. Begin with 0 and
 * go on with PAGE_NEXT until it is 0.
 */
export const QUERY_CONVERSATIONS: u32 = 129;
export const QUERY_COMMANDS: u32 = 130;
/**
 * The gateway only. Moves out the records that had to make room for new ones, oldest first, as many as fit: the counts of a
 * conversation are the sum of its records here and in the table. PAGE_NEXT is how many are left.
 * It keeps 768 conversations, of which a packet can evict two, and 256 commands; more are lost, and counted.
 */
export const QUERY_CONVERSATIONS_EVICTED: u32 = 131;
export const QUERY_COMMANDS_EVICTED: u32 = 132;
/**
 * The gateway only. Moves out what was counted since the last harvest: the records from slot `a` on whose
 * counts are not all 0, as many as fit, and puts their counts back to 0. FIRST is then the first packet since.
 * Begin with 0 and go on with PAGE_NEXT until it is 0. What the host is given here and by *_EVICTED it adds up.
 */
export const QUERY_CONVERSATIONS_HARVEST: u32 = 134;
export const QUERY_COMMANDS_HARVEST: u32 = 135;
/**
 * The gateway only. Moves out excerpts, oldest first, as many as fit: a PAGE_ header and the excerpts, each
 * EXCERPT_HEADER_BYTES and its bytes, filled up to a multiple of 8. PAGE_NEXT is how many bytes are left.
 */
export const QUERY_EXCERPTS: u32 = 136;
/**
 * The nano instead of commands: u32 Modbus messages by function code from code `a` on, 128 of them. The
 * exceptions' codes are those with bit 7 set; requests and responses count alike.
 */
export const QUERY_FUNCTIONS: u32 = 133;
export const FUNCTIONS_BYTES: u32 = 512;
export const PAGE_NEXT: u32 = 0;
export const PAGE_RECORDS: u32 = 4;
export const PAGE_HEADER_BYTES: u32 = 8;

// --- Sections.
export const SECTION_LAYERS: u32 = 128;
export const SECTION_CONVERSATIONS: u32 = 129;
export const SECTION_COMMANDS: u32 = 130;
export const SECTION_STREAMS: u32 = 131;
export const SECTION_EXCERPTS: u32 = 132;

// --- More counters.
/** Records that made room for new ones, and those of them that were lost because nobody drained. */
export const COUNTER_CONVERSATIONS_EVICTED: u32 = 32;
export const COUNTER_CONVERSATIONS_LOST: u32 = 33;
export const COUNTER_COMMANDS_EVICTED: u32 = 34;
export const COUNTER_COMMANDS_LOST: u32 = 35;
/** TCP segments with nothing new in them: repeated by the sender or by the mirror port. */
export const COUNTER_SEGMENTS_REPEATED: u32 = 40;
/** TCP segments that came too early and were kept until the hole before them was filled. */
export const COUNTER_SEGMENTS_EARLY: u32 = 41;
/** Holes given up: lost on the way to us, cut by the snap length, or pushed out of the buffers. */
export const COUNTER_STREAM_GAPS: u32 = 42;
/** Excerpts for which there was no room, because the host had not drained. */
export const COUNTER_EXCERPTS_LOST: u32 = 43;
/** Messages found, and places where a known protocol's stream made no sense. */
export const COUNTER_OT_MESSAGES: u32 = 44;
export const COUNTER_OT_UNSOUND: u32 = 45;
