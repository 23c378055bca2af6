/*
 * The core's packet path as one would write it in C: records, clock, every layer from the link to TCP,
 * UDP and ICMP, and the frames and octets of each second with their sliding sums. Not the statistics
 * and flows that the core has beyond (see bench/wasm.ts); by hand from wasm/decode/ and wasm/stats/.
 */
#include <stddef.h>
#include <string.h>

#include "contestant.h"
#include "core_abi.h"

#define IO_BYTES 65536u
#define WINDOW_S 300u
#define STEPS_MAX 16

enum step { DONE, ETHERNET = 64, VLAN, IPV4, IPV6, TCP, UDP, RAW_IP, LLC, SLL, SLL2, LOOPBACK, ARP, ICMP };
enum layer {
  L_FRAME, L_ETHERNET, L_VLAN, L_LLC, L_SNAP, L_SLL, L_ARP,
  L_IPV4, L_IPV6, L_FRAGMENT, L_TCP, L_UDP, L_ICMP, L_OTHER
};

struct record {
  uint64_t us;
  uint16_t captured, wire, iface, flags;
};

/* Not static: whoever reads it is not known here, so that no field is optimised away. */
struct packet {
  struct record record;
  uint32_t second, layers, tcp_seq;
  uint16_t ethertype, src_port, dst_port, payload_bytes, payload_wire;
  uint8_t kind, protocol, tcp_flags;
  const uint8_t *payload, *at, *end;
  uint8_t src_mac[6], dst_mac[6], src[16], dst[16];
} packet;

struct series {
  uint64_t sum, squares_low;
  uint32_t squares_high, seconds, ring[WINDOW_S];
  uint16_t counts[(33 - 5) << 5];
};

static uint8_t io[IO_BYTES];
static struct {
  uint32_t started, newest, frames, counters[FWC_COUNTERS_MAX];
  uint64_t newest_us, octets;
  struct series frames_series, octets_series;
} core;

static inline uint16_t be16(const uint8_t *p) {
  uint16_t v;
  memcpy(&v, p, 2);
  return __builtin_bswap16(v);
}
static inline uint32_t be32(const uint8_t *p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return __builtin_bswap32(v);
}
static inline uint32_t min32(uint32_t a, uint32_t b) { return a < b ? a : b; }
static inline void mark(enum layer layer) { packet.layers |= 1u << layer; }
static inline void carry(const uint8_t *at, const uint8_t *end) {
  packet.at = at;
  packet.end = end;
}

static unsigned of_ethertype(uint32_t type) {
  packet.ethertype = (uint16_t)type;
  switch (type) {
    case 0x0800: return IPV4;
    case 0x86dd: return IPV6;
    case 0x8100:
    case 0x88a8:
    case 0x9100: return VLAN;
    case 0x0806: return ARP;
  }
  if (type < 0x600) return LLC;
  mark(L_OTHER);
  return DONE;
}

static unsigned of_protocol(uint8_t protocol) {
  packet.protocol = protocol;
  switch (protocol) {
    case 6: return TCP;
    case 17: return UDP;
    case 1:
    case 58: return ICMP;
  }
  mark(L_OTHER);
  return DONE;
}

static unsigned ethernet(const uint8_t *at, const uint8_t *end) {
  if (end - at < 14) return FWC_COUNTER_LINK_SHORT;
  if ((at[0] & 0xfd) == 1 && at[1] == 0 && at[2] == 0xc && at[3] == 0 && at[4] == 0 && end - at > 26) {
    carry(at + 26, end);
    return ETHERNET;
  }
  mark(L_ETHERNET);
  memcpy(packet.dst_mac, at, 6);
  memcpy(packet.src_mac, at + 6, 6);
  packet.kind = FWC_CONVERSATION_LINK;
  carry(at + 14, end);
  return of_ethertype(be16(at + 12));
}

static unsigned vlan(const uint8_t *at, const uint8_t *end) {
  if (end - at < 4) return FWC_COUNTER_VLAN_BAD;
  mark(L_VLAN);
  carry(at + 4, end);
  return of_ethertype(be16(at + 2));
}

static unsigned llc(const uint8_t *at, const uint8_t *end) {
  uint32_t length = packet.ethertype;
  packet.ethertype = 0;
  const uint8_t *stop = length == 0 || length > end - at ? end : at + length;
  if (stop - at < 3) return FWC_COUNTER_LLC_BAD;
  mark(L_LLC);
  if (stop - at < 8 || at[0] != 0xaa || at[1] != 0xaa || at[2] != 3) return DONE;
  mark(L_SNAP);
  uint32_t type = be16(at + 6);
  if (at[3] != 0 || at[4] != 0 || at[5] != 0 || type < 0x600) return DONE;
  carry(at + 8, stop);
  return of_ethertype(type);
}

static unsigned cooked(const uint8_t *at, const uint8_t *end, uint32_t bytes, uint32_t type_at) {
  if (end - at < bytes) return FWC_COUNTER_LINK_SHORT;
  mark(L_SLL);
  uint32_t type = be16(at + type_at);
  if (type < 0x600) return DONE;
  carry(at + bytes, end);
  return of_ethertype(type);
}

static unsigned loopback(const uint8_t *at, const uint8_t *end) {
  if (end - at < 4) return FWC_COUNTER_LINK_SHORT;
  carry(at + 4, end);
  uint32_t family = be32(at);
  switch (family <= 0xff ? family : __builtin_bswap32(family)) {
    case 2: return IPV4;
    case 10:
    case 24:
    case 28:
    case 30: return IPV6;
  }
  return FWC_COUNTER_LINK_UNSUPPORTED;
}

static void set_ipv4(uint8_t *to, const uint8_t *from) {
  static const uint8_t prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  memcpy(to, prefix, 12);
  memcpy(to + 12, from, 4);
}

static unsigned arp(const uint8_t *at, const uint8_t *end) {
  static const uint8_t ethernet_ipv4[6] = {0, 1, 8, 0, 6, 4};
  if (end - at < 28 || memcmp(at, ethernet_ipv4, 6) != 0) return FWC_COUNTER_ARP_BAD;
  core.counters[be16(at + 6) == 1 ? FWC_COUNTER_ARP_REQUESTS : FWC_COUNTER_ARP_REPLIES]++;
  mark(L_ARP);
  packet.kind = FWC_CONVERSATION_ARP;
  set_ipv4(packet.src, at + 14);
  set_ipv4(packet.dst, at + 24);
  return DONE;
}

static unsigned ipv4(const uint8_t *at, const uint8_t *end) {
  uint32_t captured = (uint32_t)(end - at);
  if (captured < 20) return FWC_COUNTER_IPV4_BAD;
  uint32_t header = (at[0] & 15u) << 2, total = be16(at + 2);
  if (total == 0) total = captured;
  if (at[0] >> 4 != 4 || header < 20 || header > min32(captured, total)) return FWC_COUNTER_IPV4_BAD;
  mark(L_IPV4);
  packet.kind = FWC_CONVERSATION_IPV4;
  set_ipv4(packet.src, at + 12);
  set_ipv4(packet.dst, at + 16);
  packet.payload_wire = (uint16_t)(total - header);
  carry(at + header, at + min32(total, captured));
  uint32_t fragment = be16(at + 6) & 0x3fff;
  if (fragment != 0) mark(L_FRAGMENT);
  if ((fragment & 0x1fff) == 0) return of_protocol(at[9]);
  packet.protocol = at[9];
  return DONE;
}

static unsigned skip_extensions(uint8_t next, const uint8_t *captured) {
  for (int headers = 0; headers < 8; headers++) {
    if (next != 0 && next != 43 && next != 44 && next != 51 && next != 60) return of_protocol(next);
    const uint8_t *at = packet.at;
    uint32_t wire = packet.payload_wire, left = (uint32_t)(captured - at);
    if (left < 8) return FWC_COUNTER_IPV6_BAD;
    uint32_t bytes = next == 44 ? 8 : next == 51 ? (at[1] + 2u) << 2 : (at[1] + 1u) << 3;
    if (bytes > min32(wire, left)) return FWC_COUNTER_IPV6_BAD;
    int is_fragment = next == 44;
    next = at[0];
    packet.payload_wire = (uint16_t)(wire - bytes);
    carry(at + bytes, at + min32(left, wire));
    if (!is_fragment) continue;
    mark(L_FRAGMENT);
    if ((be16(at + 2) & 0xfff8) == 0) continue;
    packet.protocol = next;
    return DONE;
  }
  return FWC_COUNTER_IPV6_BAD;
}

static unsigned ipv6(const uint8_t *at, const uint8_t *end) {
  uint32_t captured = (uint32_t)(end - at);
  if (captured < 40 || at[0] >> 4 != 6) return FWC_COUNTER_IPV6_BAD;
  mark(L_IPV6);
  packet.kind = FWC_CONVERSATION_IPV6;
  memcpy(packet.src, at + 8, 16);
  memcpy(packet.dst, at + 24, 16);
  uint32_t payload = be16(at + 4);
  if (payload == 0) payload = captured - 40;
  packet.payload_wire = (uint16_t)payload;
  carry(at + 40, at + 40 + min32(payload, captured - 40));
  return skip_extensions(at[6], end);
}

static void set_payload(const uint8_t *at, const uint8_t *end, uint32_t header, uint32_t wire) {
  uint32_t captured = (uint32_t)(end - at);
  packet.payload = at + header;
  packet.payload_bytes = captured > header ? (uint16_t)min32(captured - header, wire) : 0;
  packet.payload_wire = (uint16_t)wire;
}

static unsigned tcp(const uint8_t *at, const uint8_t *end) {
  uint32_t wire = packet.payload_wire;
  mark(L_TCP);
  packet.payload_wire = 0;
  if (end - at >= 4) {
    packet.src_port = be16(at);
    packet.dst_port = be16(at + 2);
  }
  if (end - at < 20) return FWC_COUNTER_TCP_BAD;
  packet.tcp_flags = at[13];
  uint32_t header = (uint32_t)(at[12] >> 4) << 2;
  if (header < 20 || header > wire) return FWC_COUNTER_TCP_BAD;
  packet.tcp_seq = be32(at + 4);
  set_payload(at, end, header, wire - header);
  return DONE;
}

static unsigned udp(const uint8_t *at, const uint8_t *end) {
  uint32_t wire = packet.payload_wire;
  mark(L_UDP);
  packet.payload_wire = 0;
  if (end - at >= 4) {
    packet.src_port = be16(at);
    packet.dst_port = be16(at + 2);
  }
  if (end - at < 8) return FWC_COUNTER_UDP_BAD;
  uint32_t length = be16(at + 4);
  if (length != 0 && length < 8) return FWC_COUNTER_UDP_BAD;
  uint32_t bytes = length == 0 ? wire : min32(length, wire);
  if (bytes < 8) return FWC_COUNTER_UDP_BAD;
  set_payload(at, end, 8, bytes - 8);
  return DONE;
}

static unsigned icmp(const uint8_t *at, const uint8_t *end) {
  mark(L_ICMP);
  return end - at < 4 ? FWC_COUNTER_ICMP_BAD : DONE;
}

static unsigned layer(unsigned step, const uint8_t *at, const uint8_t *end) {
  switch (step) {
    case ETHERNET: return ethernet(at, end);
    case VLAN: return vlan(at, end);
    case IPV4: return ipv4(at, end);
    case IPV6: return ipv6(at, end);
    case TCP: return tcp(at, end);
    case UDP: return udp(at, end);
    case RAW_IP: return at == end ? FWC_COUNTER_LINK_SHORT : at[0] >> 4 == 6 ? IPV6 : IPV4;
    case LLC: return llc(at, end);
    case SLL: return cooked(at, end, 16, 14);
    case SLL2: return cooked(at, end, 20, 0);
    case LOOPBACK: return loopback(at, end);
    case ARP: return arp(at, end);
    default: return icmp(at, end);
  }
}

static void decode(const uint8_t *frame, uint32_t captured) {
  static const uint8_t links[16] = {ETHERNET, RAW_IP, SLL, SLL2, LOOPBACK};
  memset(&packet.layers, 0, sizeof packet - offsetof(struct packet, layers));
  mark(L_FRAME);
  carry(frame, frame + captured);
  unsigned step = links[packet.record.flags >> 4 & 15];
  if (step == 0) step = FWC_COUNTER_LINK_UNSUPPORTED;
  for (int depth = 0; step >= ETHERNET && depth < STEPS_MAX; depth++) {
    step = layer(step, packet.at, packet.end);
  }
  if (step != DONE && step < ETHERNET) core.counters[step]++;
}

static void weigh(struct series *one, uint32_t amount, int sign) {
  uint64_t square = (uint64_t)amount * amount, before = one->squares_low;
  one->squares_low = sign > 0 ? before + square : before - square;
  if (sign > 0) one->squares_high += one->squares_low < square;
  else one->squares_high -= before < square;
  one->sum += sign > 0 ? (uint64_t)amount : 0 - (uint64_t)amount;
  one->seconds += (uint32_t)sign;
  int shift = 26 - __builtin_clz(amount | 1);
  if (shift < 0) shift = 0;
  one->counts[((uint32_t)shift << 5) + (amount >> shift)] += (uint16_t)sign;
}

static void add(struct series *one, uint32_t second, uint64_t amount) {
  uint32_t *slot = &one->ring[second % WINDOW_S], before = *slot == 0 ? 0 : *slot - 1;
  if (*slot != 0) weigh(one, before, -1);
  uint64_t after = before + amount;
  if (after > FWC_SERIES_AMOUNT_MAX) after = FWC_SERIES_AMOUNT_MAX;
  *slot = (uint32_t)after + 1;
  weigh(one, (uint32_t)after, 1);
}

static void expire(struct series *one, uint32_t second) {
  uint32_t *slot = &one->ring[second % WINDOW_S];
  if (*slot == 0) return;
  weigh(one, *slot - 1, -1);
  *slot = 0;
}

static void close_second(void) {
  add(&core.frames_series, core.newest, core.frames);
  add(&core.octets_series, core.newest, core.octets);
  core.frames = 0;
  core.octets = 0;
}

static void advance_to(uint32_t second) {
  if (core.started && second <= core.newest) return;
  uint32_t passed = core.started ? second - core.newest : 1;
  if (core.started) close_second();
  for (uint32_t step = 0; step < min32(passed, WINDOW_S); step++) {
    expire(&core.frames_series, second - step);
    expire(&core.octets_series, second - step);
  }
  core.started = 1;
  core.newest = second;
  core.newest_us = second * 1000000ull;
}

static void take(const uint8_t *from) {
  core.counters[FWC_COUNTER_RECORDS]++;
  memcpy(&packet.record, from, sizeof packet.record);
  uint32_t kind = packet.record.flags & FWC_RECORD_KIND_MASK;
  if (kind != FWC_RECORD_PACKET) {
    core.counters[FWC_COUNTER_KIND_UNKNOWN]++;
    return;
  }
  uint64_t us = packet.record.us;
  uint32_t second = core.newest;
  if (!core.started || us - core.newest_us >= 1000000u) second = (uint32_t)(us / 1000000u);
  advance_to(second);
  if (core.newest - second >= WINDOW_S) {
    core.counters[FWC_COUNTER_LATE]++;
    return;
  }
  core.counters[FWC_COUNTER_PACKETS]++;
  if (packet.record.wire < packet.record.captured) packet.record.wire = packet.record.captured;
  packet.second = second;
  decode(from + sizeof packet.record, packet.record.captured);
  if (second == core.newest) {
    core.frames++;
    core.octets += packet.record.wire;
  } else {
    add(&core.frames_series, second, 1);
    add(&core.octets_series, second, packet.record.wire);
  }
}

void contestant_start(void) { memset(&core, 0, sizeof core); }

uint8_t *contestant_io(void) { return io; }

int32_t contestant_ingest(uint32_t bytes) {
  int32_t records = 0;
  for (uint32_t at = 0; at < bytes; records++) {
    uint16_t captured;
    if (bytes - at < 16) return -2;
    memcpy(&captured, io + at + 8, 2);
    uint32_t length = (16u + captured + 3u) & ~3u;
    if (length > bytes - at) return -2;
    take(io + at);
    at += length;
  }
  return records;
}

void contestant_counters(uint32_t *into) { memcpy(into, core.counters, sizeof core.counters); }
