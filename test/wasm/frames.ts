/** Frames for tests, built layer by layer from the standards, with nothing of the core in them. */

export function bytesOf(...parts: (number | readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...part])));
}

export function u16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [...u16(value >>> 16), ...u16(value)];
}

export interface Host {
  mac: number[];
  ip: number[];
}

/** 02:00:00:00:00:n, 10.0.0.n or fd00::n. */
export function host(n: number, version: 4 | 6 = 4): Host {
  const ip = version === 4 ? [10, 0, 0, n] : [0xfd, ...Array<number>(14).fill(0), n];
  return { mac: [2, 0, 0, 0, 0, n], ip };
}

export function ethernet(src: Host, dst: Host, type: number, inner: Uint8Array): Uint8Array {
  return bytesOf(dst.mac, src.mac, u16(type), inner);
}

/** A frame with tags between its addresses and its EtherType. */
export function tagged(frame: Uint8Array, ...tags: number[]): Uint8Array {
  const header = tags.flatMap((tag) => [...u16(tag), 0x20, 0x05]);
  return bytesOf(frame.subarray(0, 12), header, frame.subarray(12));
}

export interface Ipv4Fields {
  protocol: number;
  fragment?: number;
  total?: number;
  options?: number[];
}

export function ipv4(src: Host, dst: Host, fields: Ipv4Fields, inner: Uint8Array): Uint8Array {
  const { protocol, fragment = 0, options = [] } = fields;
  const header = 20 + options.length;
  const total = fields.total ?? header + inner.length;
  const fixed = [0x40 | (header / 4), 0, ...u16(total), 0, 1, ...u16(fragment), 64, protocol, 0, 0];
  return bytesOf(fixed, src.ip, dst.ip, options, inner);
}

export function ipv6(src: Host, dst: Host, next: number, inner: Uint8Array): Uint8Array {
  return bytesOf([0x60, 0, 0, 0, ...u16(inner.length), next, 64], src.ip, dst.ip, inner);
}

export interface TcpFields {
  srcPort: number;
  dstPort: number;
  seq?: number;
  flags?: number;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export function tcp(fields: TcpFields, payload: Uint8Array = bytesOf()): Uint8Array {
  const { srcPort, dstPort, seq = 0, flags = ACK } = fields;
  const header = [...u16(srcPort), ...u16(dstPort), ...u32(seq), 0, 0, 0, 0, 0x50, flags];
  return bytesOf(header, [0x10, 0, 0, 0, 0, 0], payload);
}

export function udp(srcPort: number, dstPort: number, payload: Uint8Array): Uint8Array {
  return bytesOf(u16(srcPort), u16(dstPort), u16(8 + payload.length), [0, 0], payload);
}

/** A TCP segment in Ethernet, by the version of its hosts' addresses. */
export function segment(src: Host, dst: Host, fields: TcpFields, payload?: Uint8Array): Uint8Array {
  const inner = tcp(fields, payload);
  return src.ip.length === 4
    ? ethernet(src, dst, 0x0800, ipv4(src, dst, { protocol: 6 }, inner))
    : ethernet(src, dst, 0x86dd, ipv6(src, dst, 6, inner));
}

/** Modbus/TCP: transaction, protocol 0, length, unit, function, data. */
export function modbus(
  transaction: number,
  unit: number,
  code: number,
  data: number[] = [],
): Uint8Array {
  return bytesOf(u16(transaction), [0, 0], u16(2 + data.length), unit, code, data);
}
