/** TCP segments cut up anew, and frames with tags, byte by byte: Ethernet II, IPv4, no fragments. */
import { abi } from "../../agent/traffic/abi.ts";
import type { KeptPacket } from "../fixtures/packets.ts";

const ETHERNET_BYTES = 14;
const FIN = 1;
const SYN = 2;
const PSH = 8;

/** Where the segment's bytes are, and the direction it belongs to; undefined for anything else. */
export function segmentOf({ bytes: frame, link }: KeptPacket) {
  if (link !== abi.LINK_ETHERNET || frame.length < ETHERNET_BYTES + 40) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const ip = ETHERNET_BYTES;
  if (view.getUint16(12) !== 0x0800 || frame[ip]! >> 4 !== 4 || frame[ip + 9] !== 6) {
    return undefined;
  }
  if ((view.getUint16(ip + 6) & 0x3fff) !== 0) return undefined;
  const tcp = ip + (frame[ip]! & 15) * 4;
  const payload = tcp + (frame[tcp + 12]! >> 4) * 4;
  const end = ip + view.getUint16(ip + 2);
  if (end > frame.length || payload > end) return undefined;
  const direction = frame.subarray(ip + 12, ip + 20).join() + frame.subarray(tcp, tcp + 4).join();
  return {
    ip,
    tcp,
    payload,
    bytes: end - payload,
    direction,
    isFirst: (frame[tcp + 13]! & SYN) !== 0,
  };
}

/** The segment in parts that begin at 0 and at each of `at`; a place that is not inside it is left out. */
export function split(packet: KeptPacket, at: readonly number[]): KeptPacket[] {
  const { ip, tcp, payload, bytes } = segmentOf(packet)!;
  const places = [...new Set(at)].filter((place) => place > 0 && place < bytes);
  const ends = [...places, bytes];
  return [0, ...places].map((from, i) => {
    const to = ends[i]!;
    const frame = new Uint8Array(payload + to - from);
    frame.set(packet.bytes.subarray(0, payload));
    frame.set(packet.bytes.subarray(payload + from, payload + to), payload);
    const view = new DataView(frame.buffer);
    view.setUint16(ip + 2, frame.length - ip);
    view.setUint32(tcp + 4, (view.getUint32(tcp + 4) + from) >>> 0);
    if (to < bytes) frame[tcp + 13]! &= ~(FIN | PSH);
    return { ...packet, bytes: frame, wireBytes: frame.length };
  });
}

/** With so many 802.1Q tags, the outer ones of 802.1ad. */
export function tagged(packet: KeptPacket, tags: 1 | 2): KeptPacket {
  if (packet.link !== abi.LINK_ETHERNET) return packet;
  const tag = [0x81, 0x00, 0x20, 0x65];
  const outer = tags === 2 ? [0x88, 0xa8, 0x00, 0x07] : [];
  const bytes = Uint8Array.of(
    ...packet.bytes.subarray(0, 12),
    ...outer,
    ...tag,
    ...packet.bytes.subarray(12),
  );
  return { ...packet, bytes, wireBytes: packet.wireBytes + tags * 4 };
}
