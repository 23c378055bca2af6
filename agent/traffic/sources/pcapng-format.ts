/**
 * pcapng: blocks that carry their own length, in sections that carry their own byte order.
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
 */
import type { PacketRecord } from "../core.ts";
import type { CaptureFormat } from "./capture-format.ts";
import { linkOf } from "./link-types.ts";

/** The same in both byte orders. */
export const PCAPNG_SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET_OBSOLETE = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type, length, and the length again at the end. */
const FRAME_BYTES = 12;
const SECTION_BYTES_MIN = 28;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;
/** More than any host has; a file with more of them wants our memory. */
const INTERFACES_MAX = 4096;

interface Interface {
  link: number;
  snapBytes: number;
  /** Ticks of its clock in a second, and seconds to add. */
  ticksPerS: bigint;
  offsetS: bigint;
}

export function createPcapngFormat(): CaptureFormat {
  let little = true;
  let interfaces: Interface[] = [];
  /** Simple packets have no time: theirs is that of the packet before. */
  let lastUs = 0;

  function timed(view: DataView, at: number, own: Interface): number {
    const high = BigInt(view.getUint32(at, little));
    const ticks = (high << 32n) | BigInt(view.getUint32(at + 4, little));
    const us = (ticks * 1_000_000n) / own.ticksPerS + own.offsetS * 1_000_000n;
    lastUs = Number(us < 0n || us > BigInt(Number.MAX_SAFE_INTEGER) ? 0n : us);
    return lastUs;
  }

  /** @returns undefined when the block's lengths do not fit each other or its interface is unknown */
  function packetOf(type: number, view: DataView, length: number): PacketRecord | undefined {
    const simple = type === SIMPLE_PACKET;
    const header = simple ? 12 : 28;
    if (length < header + 4) return undefined;
    const id = simple
      ? 0
      : type === ENHANCED_PACKET
        ? view.getUint32(8, little)
        : view.getUint16(8, little);
    const own = interfaces[id];
    if (!own) return undefined;
    const wireBytes = view.getUint32(simple ? 8 : 24, little);
    const snap = own.snapBytes === 0 ? wireBytes : Math.min(own.snapBytes, wireBytes);
    const captured = simple ? snap : view.getUint32(20, little);
    if (captured > length - header - 4) return undefined;
    return {
      timestampUs: simple ? lastUs : timed(view, 12, own),
      bytes: new Uint8Array(view.buffer, view.byteOffset + header, captured),
      wireBytes,
      interface: id,
      link: own.link,
    };
  }

  return {
    next(view) {
      if (view.byteLength === 0) return { needed: 0 };
      if (view.byteLength < FRAME_BYTES) return { needed: FRAME_BYTES };
      if (view.getUint32(0) === PCAPNG_SECTION_HEADER) {
        const order = view.getUint32(8, true);
        little = order === BYTE_ORDER_MAGIC;
        if (!little && view.getUint32(8, false) !== BYTE_ORDER_MAGIC) return undefined;
        interfaces = [];
        const length = view.getUint32(4, little);
        return length < SECTION_BYTES_MIN || length % 4 !== 0 ? undefined : { skip: length };
      }
      const type = view.getUint32(0, little);
      const length = view.getUint32(4, little);
      if (length < FRAME_BYTES || length % 4 !== 0) return undefined;
      const isPacket =
        type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === PACKET_OBSOLETE;
      if (!isPacket && type !== INTERFACE) return { skip: length };
      if (view.byteLength < length) return { needed: length };
      if (view.getUint32(length - 4, little) !== length) return undefined;
      if (isPacket) {
        const packet = packetOf(type, view, length);
        return packet && { bytes: length, packet };
      }
      if (interfaces.length === INTERFACES_MAX || length < 20) return undefined;
      interfaces.push(interfaceOf(view, length, little));
      return { bytes: length };
    },
  };
}

function interfaceOf(view: DataView, length: number, little: boolean): Interface {
  const own: Interface = {
    link: linkOf(view.getUint16(8, little)),
    snapBytes: view.getUint32(12, little),
    ticksPerS: 1_000_000n,
    offsetS: 0n,
  };
  for (let at = 16; at + 4 <= length - 4; ) {
    const code = view.getUint16(at, little);
    const bytes = view.getUint16(at + 2, little);
    if (code === 0 || at + 4 + bytes > length - 4) break;
    if (code === OPTION_RESOLUTION && bytes >= 1) {
      const value = view.getUint8(at + 4);
      const exponent = BigInt(value & 0x7f);
      own.ticksPerS = value & 0x80 ? 2n ** exponent : 10n ** exponent;
    }
    if (code === OPTION_OFFSET && bytes >= 8) own.offsetS = view.getBigInt64(at + 4, little);
    at += 4 + ((bytes + 3) & ~3);
  }
  return own;
}
