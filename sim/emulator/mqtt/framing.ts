/**
 * Cuts a byte stream into MQTT packets by their fixed header alone (MQTT 5.0 §2.1), so that a packet
 * that is too large is known from its first five bytes and never kept.
 */
export type FrameProblem = "malformed" | "too-large";

export interface Framer {
  /** Whole packets, in order, that these bytes complete. After a problem the stream is of no use. */
  push(bytes: Uint8Array): { packets: Buffer[]; problem: FrameProblem | null };
}

/** MQTT 5.0 §1.5.5: a variable byte integer has at most four bytes. */
const LENGTH_BYTES_MAX = 4;

export function createFramer(packetBytesMax: number): Framer {
  const header = Buffer.alloc(1 + LENGTH_BYTES_MAX);
  let headerBytes = 0;
  let packet: Buffer | null = null;
  let packetBytes = 0;

  /** Takes one byte of the fixed header; allocates the packet once its length is known. */
  function pushHeader(byte: number): FrameProblem | null {
    header[headerBytes++] = byte;
    if (headerBytes === 1 || (byte & 0x80) !== 0) {
      return headerBytes <= LENGTH_BYTES_MAX ? null : "malformed";
    }
    let remaining = 0;
    for (let at = headerBytes - 1; at > 0; at--) remaining = remaining * 128 + (header[at]! & 0x7f);
    if (headerBytes + remaining > packetBytesMax) return "too-large";
    packet = Buffer.allocUnsafe(headerBytes + remaining);
    packetBytes = header.copy(packet, 0, 0, headerBytes);
    return null;
  }

  return {
    push(bytes) {
      const packets: Buffer[] = [];
      let at = 0;
      while (at < bytes.length) {
        if (packet === null) {
          const problem = pushHeader(bytes[at++]!);
          if (problem !== null) return { packets, problem };
        } else {
          const part = bytes.subarray(at, at + packet.length - packetBytes);
          packet.set(part, packetBytes);
          packetBytes += part.length;
          at += part.length;
        }
        if (packet !== null && packetBytes === packet.length) {
          packets.push(packet);
          packet = null;
          headerBytes = 0;
        }
      }
      return { packets, problem: null };
    },
  };
}
