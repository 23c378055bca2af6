/**
 * pcapng: blocks that carry their own length, in sections that carry their own byte order.
 * https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html
 */
import type { PacketSink } from "../packet-sink.ts";
import { type CaptureFormat, CORRUPT } from "./capture-format.ts";
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
  let needed = FRAME_BYTES;

  /** @returns false when the block's lengths do not fit each other or its interface is unknown */
  function takePacket(view: DataView, at: number, length: number, sink: PacketSink): boolean {
    const type = view.getUint32(at, little);
    const simple = type === SIMPLE_PACKET;
    const header = simple ? 12 : 28;
    if (length < header + 4) return false;
    const id = simple
      ? 0
      : type === ENHANCED_PACKET
        ? view.getUint32(at + 8, little)
        : view.getUint16(at + 8, little);
    const own = interfaces[id];
    if (!own) return false;
    const wire = view.getUint32(at + (simple ? 8 : 24), little);
    const snap = own.snapBytes === 0 ? wire : Math.min(own.snapBytes, wire);
    const captured = simple ? snap : view.getUint32(at + 20, little);
    if (captured > length - header - 4) return false;
    if (!simple) {
      lastUs = usOf(view.getUint32(at + 12, little), view.getUint32(at + 16, little), own);
    }
    sink.putPacket(lastUs, view, at + header, captured, wire, id, own.link);
    return true;
  }

  /** @returns the length of the section header at `at`, or CORRUPT */
  function beginSection(view: DataView, at: number): number {
    little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
    if (!little && view.getUint32(at + 8, false) !== BYTE_ORDER_MAGIC) return CORRUPT;
    interfaces = [];
    const length = view.getUint32(at + 4, little);
    return length < SECTION_BYTES_MIN || length % 4 !== 0 ? CORRUPT : length;
  }

  function isSoundInterface(view: DataView, at: number, length: number): boolean {
    if (interfaces.length === INTERFACES_MAX || length < 20) return false;
    interfaces.push(interfaceOf(new DataView(view.buffer, view.byteOffset + at), length, little));
    return true;
  }

  /** Takes the block at `at`. @returns the bytes to go on by; 0 when `needed` says how many are wanted */
  function takeBlock(view: DataView, at: number, to: number, sink: PacketSink): number {
    if (view.getUint32(at) === PCAPNG_SECTION_HEADER) {
      needed = beginSection(view, at);
      return needed === CORRUPT ? 0 : needed;
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    needed = length < FRAME_BYTES || length % 4 !== 0 ? CORRUPT : length;
    if (needed === CORRUPT) return 0;
    const isPacket = type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === PACKET_OBSOLETE;
    if (!isPacket && type !== INTERFACE) return length;
    if (at + length > to) return 0;
    const isSound =
      view.getUint32(at + length - 4, little) === length &&
      (isPacket ? takePacket(view, at, length, sink) : isSoundInterface(view, at, length));
    if (isSound) return length;
    needed = CORRUPT;
    return 0;
  }

  return {
    take(view, from, to, sink) {
      let at = from;
      for (needed = FRAME_BYTES; at + FRAME_BYTES <= to; needed = FRAME_BYTES) {
        const bytes = takeBlock(view, at, to, sink);
        if (bytes === 0) return at;
        at += bytes;
      }
      return at;
    },
    get needed() {
      return needed;
    },
  };
}

/** The nearest whole microsecond; 0 for a time that cannot be. Clocks of micro- and nanoseconds need no big numbers. */
function usOf(high: number, low: number, own: Interface): number {
  if (own.ticksPerS === 1_000_000n && own.offsetS === 0n && high < 2 ** 21) {
    return high * 2 ** 32 + low;
  }
  if (own.ticksPerS === 1_000_000_000n && own.offsetS === 0n) {
    // 2^32 = 4,294,967 * 1000 + 296.
    return high * 4_294_967 + Math.round((high * 296 + low) / 1000);
  }
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const us = (ticks * 1_000_000n + own.ticksPerS / 2n) / own.ticksPerS + own.offsetS * 1_000_000n;
  return Number(us < 0n || us > BigInt(Number.MAX_SAFE_INTEGER) ? 0n : us);
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
