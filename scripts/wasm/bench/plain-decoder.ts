import { abi } from "../../../agent/traffic/abi.ts";

const STEPS_MAX = 16;

const DONE = 0;
const STEP = {
  ethernet: 64,
  vlan: 65,
  ipv4: 66,
  ipv6: 67,
  tcp: 68,
  udp: 69,
  rawIp: 70,
  llc: 71,
  sll: 72,
  sll2: 73,
  loopback: 74,
  arp: 75,
  icmp: 76,
} as const;
const LINKS = [STEP.ethernet, STEP.rawIp, STEP.sll, STEP.sll2, STEP.loopback];

/** Every layer of wasm/decode/, for PlainPath. */
export class PlainDecoder {
  readonly counters = new Uint32Array(abi.COUNTERS_MAX);
  // The packet at hand.
  protected bytes: Uint8Array = new Uint8Array(0);
  private layers = 0;
  private ethertype = 0;
  kind = 0;
  protocol = 0;
  private at = 0;
  private end = 0;
  srcPort = 0;
  dstPort = 0;
  tcpSeq = 0;
  tcpFlags = 0;
  payload = 0;
  payloadBytes = 0;
  payloadWire = 0;
  readonly srcMac = new Uint8Array(6);
  readonly dstMac = new Uint8Array(6);
  readonly src = new Uint8Array(16);
  readonly dst = new Uint8Array(16);

  decode(frame: number, captured: number, link: number): void {
    this.layers = 1;
    this.ethertype = this.kind = this.protocol = 0;
    this.srcPort = this.dstPort = this.tcpSeq = this.tcpFlags = 0;
    this.payload = this.payloadBytes = this.payloadWire = 0;
    this.srcMac.fill(0);
    this.dstMac.fill(0);
    this.src.fill(0);
    this.dst.fill(0);
    this.carry(frame, frame + captured);
    let step: number = LINKS[link] ?? abi.COUNTER_LINK_UNSUPPORTED;
    for (let depth = 0; step >= STEP.ethernet && depth < STEPS_MAX; depth++) {
      step = this.layer(step, this.at, this.end);
    }
    if (step !== DONE && step < STEP.ethernet) this.counters[step]!++;
  }

  private layer(step: number, at: number, end: number): number {
    switch (step) {
      case STEP.ethernet:
        return this.ethernet(at, end);
      case STEP.vlan:
        return this.vlan(at, end);
      case STEP.ipv4:
        return this.ipv4(at, end);
      case STEP.ipv6:
        return this.ipv6(at, end);
      case STEP.tcp:
        return this.tcp(at, end);
      case STEP.udp:
        return this.udp(at, end);
      case STEP.rawIp:
        if (at === end) return abi.COUNTER_LINK_SHORT;
        return this.bytes[at]! >> 4 === 6 ? STEP.ipv6 : STEP.ipv4;
      case STEP.llc:
        return this.llc(at, end);
      case STEP.sll:
        return this.cooked(at, end, 16, 14);
      case STEP.sll2:
        return this.cooked(at, end, 20, 0);
      case STEP.arp:
        return this.arp(at, end);
      case STEP.icmp:
        this.layers |= 1 << abi.LAYER_ICMP;
        return end - at < 4 ? abi.COUNTER_ICMP_BAD : DONE;
      default:
        return this.loopback(at, end);
    }
  }

  private ofEthertype(type: number): number {
    this.ethertype = type;
    if (type === 0x0800) return STEP.ipv4;
    if (type === 0x86dd) return STEP.ipv6;
    if (type === 0x8100 || type === 0x88a8 || type === 0x9100) return STEP.vlan;
    if (type === 0x0806) return STEP.arp;
    if (type < 0x600) return STEP.llc;
    this.layers |= 1 << abi.LAYER_OTHER;
    return DONE;
  }

  private ofProtocol(protocol: number): number {
    this.protocol = protocol;
    if (protocol === 6) return STEP.tcp;
    if (protocol === 17) return STEP.udp;
    if (protocol === 1 || protocol === 58) return STEP.icmp;
    this.layers |= 1 << abi.LAYER_OTHER;
    return DONE;
  }

  private ethernet(at: number, end: number): number {
    if (end - at < 14) return abi.COUNTER_LINK_SHORT;
    const { bytes } = this;
    const isIsl = (this.big32(at) & 0xfdff_ffff) === 0x0100_0c00 && bytes[at + 4] === 0;
    if (isIsl && end - at > 26) {
      this.carry(at + 26, end);
      return STEP.ethernet;
    }
    this.layers |= 1 << abi.LAYER_ETHERNET;
    for (let i = 0; i < 6; i++) {
      this.dstMac[i] = bytes[at + i]!;
      this.srcMac[i] = bytes[at + 6 + i]!;
    }
    this.kind = abi.CONVERSATION_LINK;
    this.carry(at + 14, end);
    return this.ofEthertype(this.big16(at + 12));
  }

  private vlan(at: number, end: number): number {
    if (end - at < 4) return abi.COUNTER_VLAN_BAD;
    this.layers |= 1 << abi.LAYER_VLAN;
    this.carry(at + 4, end);
    return this.ofEthertype(this.big16(at + 2));
  }

  private llc(at: number, end: number): number {
    const length = this.ethertype;
    this.ethertype = 0;
    const stop = length === 0 ? end : Math.min(end, at + length);
    if (stop - at < 3) return abi.COUNTER_LLC_BAD;
    this.layers |= 1 << abi.LAYER_LLC;
    const { bytes } = this;
    if (stop - at < 8 || bytes[at] !== 0xaa || bytes[at + 1] !== 0xaa || bytes[at + 2] !== 3) {
      return DONE;
    }
    this.layers |= 1 << abi.LAYER_SNAP;
    const type = this.big16(at + 6);
    if (bytes[at + 3] !== 0 || this.big16(at + 4) !== 0 || type < 0x600) return DONE;
    this.carry(at + 8, stop);
    return this.ofEthertype(type);
  }

  private cooked(at: number, end: number, length: number, typeAt: number): number {
    if (end - at < length) return abi.COUNTER_LINK_SHORT;
    this.layers |= 1 << abi.LAYER_SLL;
    const type = this.big16(at + typeAt);
    if (type < 0x600) return DONE;
    this.carry(at + length, end);
    return this.ofEthertype(type);
  }

  private loopback(at: number, end: number): number {
    if (end - at < 4) return abi.COUNTER_LINK_SHORT;
    this.carry(at + 4, end);
    const little = this.little32(at);
    const family = little <= 0xff ? little : this.big32(at);
    if (family === 2) return STEP.ipv4;
    return [10, 24, 28, 30].includes(family) ? STEP.ipv6 : abi.COUNTER_LINK_UNSUPPORTED;
  }

  private arp(at: number, end: number): number {
    const isIpv4 =
      end - at >= 28 && this.big32(at) === 0x0001_0800 && this.big16(at + 4) === 0x0604;
    if (!isIpv4) return abi.COUNTER_ARP_BAD;
    const isRequest = this.big16(at + 6) === 1;
    this.counters[isRequest ? abi.COUNTER_ARP_REQUESTS : abi.COUNTER_ARP_REPLIES]!++;
    this.layers |= 1 << abi.LAYER_ARP;
    this.kind = abi.CONVERSATION_ARP;
    this.setIpv4(this.src, at + 14);
    this.setIpv4(this.dst, at + 24);
    return DONE;
  }

  private ipv4(at: number, end: number): number {
    const captured = end - at;
    if (captured < 20) return abi.COUNTER_IPV4_BAD;
    const first = this.bytes[at]!;
    const header = (first & 15) << 2;
    const total = this.big16(at + 2) || captured;
    if (first >> 4 !== 4 || header < 20 || header > Math.min(captured, total)) {
      return abi.COUNTER_IPV4_BAD;
    }
    this.layers |= 1 << abi.LAYER_IPV4;
    this.kind = abi.CONVERSATION_IPV4;
    this.setIpv4(this.src, at + 12);
    this.setIpv4(this.dst, at + 16);
    this.payloadWire = (total - header) & 0xffff;
    this.carry(at + header, at + Math.min(total, captured));
    const fragment = this.big16(at + 6) & 0x3fff;
    if (fragment !== 0) this.layers |= 1 << abi.LAYER_FRAGMENT;
    if ((fragment & 0x1fff) === 0) return this.ofProtocol(this.bytes[at + 9]!);
    this.protocol = this.bytes[at + 9]!;
    return DONE;
  }

  private ipv6(at: number, end: number): number {
    const captured = end - at;
    if (captured < 40 || this.bytes[at]! >> 4 !== 6) return abi.COUNTER_IPV6_BAD;
    this.layers |= 1 << abi.LAYER_IPV6;
    this.kind = abi.CONVERSATION_IPV6;
    for (let i = 0; i < 16; i++) {
      this.src[i] = this.bytes[at + 8 + i]!;
      this.dst[i] = this.bytes[at + 24 + i]!;
    }
    const payload = this.big16(at + 4) || captured - 40;
    this.payloadWire = payload & 0xffff;
    this.carry(at + 40, at + 40 + Math.min(payload, captured - 40));
    return this.skipExtensions(this.bytes[at + 6]!, end);
  }

  private skipExtensions(first: number, captured: number): number {
    let next = first;
    for (let headers = 0; headers < 8; headers++) {
      if (next !== 0 && next !== 43 && next !== 44 && next !== 51 && next !== 60) {
        return this.ofProtocol(next);
      }
      const { at, payloadWire: wire } = this;
      if (captured - at < 8) return abi.COUNTER_IPV6_BAD;
      const units = this.bytes[at + 1]!;
      const length = next === 44 ? 8 : next === 51 ? (units + 2) << 2 : (units + 1) << 3;
      if (length > Math.min(wire, captured - at)) return abi.COUNTER_IPV6_BAD;
      const isFragment = next === 44;
      next = this.bytes[at]!;
      this.payloadWire = wire - length;
      this.carry(at + length, Math.min(captured, at + wire));
      if (!isFragment) continue;
      this.layers |= 1 << abi.LAYER_FRAGMENT;
      if ((this.big16(at + 2) & 0xfff8) === 0) continue;
      this.protocol = next;
      return DONE;
    }
    return abi.COUNTER_IPV6_BAD;
  }

  private tcp(at: number, end: number): number {
    this.layers |= 1 << abi.LAYER_TCP;
    const wire = this.payloadWire;
    this.payloadWire = 0;
    if (end - at >= 4) this.setPorts(at);
    if (end - at < 20) return abi.COUNTER_TCP_BAD;
    this.tcpFlags = this.bytes[at + 13]!;
    const header = (this.bytes[at + 12]! >> 4) << 2;
    if (header < 20 || header > wire) return abi.COUNTER_TCP_BAD;
    this.tcpSeq = this.big32(at + 4);
    this.setPayload(at, end, header, wire - header);
    return DONE;
  }

  private udp(at: number, end: number): number {
    this.layers |= 1 << abi.LAYER_UDP;
    const wire = this.payloadWire;
    this.payloadWire = 0;
    if (end - at >= 4) this.setPorts(at);
    if (end - at < 8) return abi.COUNTER_UDP_BAD;
    const length = this.big16(at + 4);
    if (length !== 0 && length < 8) return abi.COUNTER_UDP_BAD;
    const bytes = length === 0 ? wire : Math.min(length, wire);
    if (bytes < 8) return abi.COUNTER_UDP_BAD;
    this.setPayload(at, end, 8, bytes - 8);
    return DONE;
  }

  private setPorts(at: number): void {
    this.srcPort = this.big16(at);
    this.dstPort = this.big16(at + 2);
  }

  private setPayload(at: number, end: number, header: number, wire: number): void {
    const captured = end - at;
    this.payload = at + header;
    this.payloadBytes = captured > header ? Math.min(captured - header, wire) : 0;
    this.payloadWire = wire;
  }

  private setIpv4(to: Uint8Array, at: number): void {
    to[10] = to[11] = 0xff;
    for (let i = 0; i < 4; i++) to[12 + i] = this.bytes[at + i]!;
  }

  private carry(at: number, end: number): void {
    this.at = at;
    this.end = end;
  }

  protected little16(at: number): number {
    return this.bytes[at]! | (this.bytes[at + 1]! << 8);
  }

  protected little32(at: number): number {
    return (this.little16(at) | (this.little16(at + 2) << 16)) >>> 0;
  }

  private big16(at: number): number {
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  private big32(at: number): number {
    return ((this.big16(at) << 16) | this.big16(at + 2)) >>> 0;
  }
}
