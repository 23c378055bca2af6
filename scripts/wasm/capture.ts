/**
 * Packets of a capture file, for corpora and benches: pcap in both byte orders, microseconds or
 * nanoseconds (draft-ietf-opsawg-pcap), and pcapng's enhanced packet blocks (draft-ietf-opsawg-pcapng).
 */
import { abi } from "../../agent/traffic/abi.ts";

export interface CapturedPacket {
  us: bigint;
  /** abi.LINK_ */
  link: number;
  bytes: Uint8Array;
  wire: number;
}

/** LINKTYPE_ values that the core knows. */
const LINKS: Readonly<Record<number, number>> = {
  1: abi.LINK_ETHERNET,
  101: abi.LINK_RAW_IP,
  113: abi.LINK_SLL,
  276: abi.LINK_SLL2,
};
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;

/** What can be read of a file; packets of other link types are left out. */
export function packetsOf(file: Uint8Array): CapturedPacket[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 24) return [];
  return view.getUint32(0, true) === SECTION_HEADER ? ofPcapng(view) : ofPcap(view);
}

function ofPcap(view: DataView): CapturedPacket[] {
  const magic = view.getUint32(0, true);
  const little = magic === 0xa1b2c3d4 || magic === 0xa1b23c4d;
  const inNanoseconds = view.getUint32(0, little) === 0xa1b23c4d;
  const link = LINKS[view.getUint32(20, little) & 0xffff];
  const packets: CapturedPacket[] = [];
  for (let at = 24; at + 16 <= view.byteLength; ) {
    const captured = view.getUint32(at + 8, little);
    if (at + 16 + captured > view.byteLength) break;
    const fraction = view.getUint32(at + 4, little);
    const us =
      BigInt(view.getUint32(at, little)) * 1_000_000n +
      BigInt(inNanoseconds ? Math.floor(fraction / 1000) : fraction);
    if (link !== undefined) {
      packets.push({
        us,
        link,
        bytes: new Uint8Array(view.buffer, view.byteOffset + at + 16, captured),
        wire: view.getUint32(at + 12, little),
      });
    }
    at += 16 + captured;
  }
  return packets;
}

function ofPcapng(view: DataView): CapturedPacket[] {
  const little = view.getUint32(8, true) === 0x1a2b3c4d;
  const links: (number | undefined)[] = [];
  const packets: CapturedPacket[] = [];
  for (let at = 0; at + 12 <= view.byteLength; ) {
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < 12 || at + length > view.byteLength) break;
    if (type === SECTION_HEADER) links.length = 0;
    if (type === INTERFACE) links.push(LINKS[view.getUint16(at + 8, little)]);
    const captured = type === ENHANCED_PACKET ? view.getUint32(at + 20, little) : length;
    const link = type === ENHANCED_PACKET ? links[view.getUint32(at + 8, little)] : undefined;
    if (link !== undefined && 32 + captured <= length) {
      packets.push({
        // Interfaces count microseconds unless they say otherwise; here only the order matters.
        us:
          (BigInt(view.getUint32(at + 12, little)) << 32n) |
          BigInt(view.getUint32(at + 16, little)),
        link,
        bytes: new Uint8Array(view.buffer, view.byteOffset + at + 28, captured),
        wire: view.getUint32(at + 24, little),
      });
    }
    at += length;
  }
  return packets;
}
