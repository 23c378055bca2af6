/**
 * Traffic of a small plant as the core's records, for measuring where no captures are at hand: one HMI
 * that polls eight PLCs by Modbus/TCP, a historian over TCP, devices that broadcast over UDP, ARP, some
 * IPv6, now and then a question to the name service from a new port, some frames with a VLAN tag and some
 * that are broken. Deterministic; not a capture.
 */
import { batchOf, createRandom, packet, type RawRecord } from "../../test/wasm/harness.ts";

const PLCS = 8;
const BROADCASTERS = 10;
const START_US = 1_700_000_000_000_000n;

interface Flow {
  client: number;
  server: number;
  clientPort: number;
  serverPort: number;
  sent: [number, number];
}

/** @returns records in order of time */
export function plantRecords(count: number, seed = 1): RawRecord[] {
  const random = createRandom(seed);
  const flows: Flow[] = Array.from({ length: PLCS + 6 }, (_, i) => ({
    client: i < PLCS ? 1 : 2 + (i % 3),
    server: 10 + i,
    clientPort: 49_152 + i,
    serverPort: i < PLCS ? 502 : 1433,
    sent: [1000 * i, 2000 * i],
  }));
  const records: RawRecord[] = [];
  let us = START_US;
  let transaction = 0;
  const add = (frame: Uint8Array, wire?: number) => {
    us += BigInt(random() % 900);
    records.push(packet(us, random() % 7 === 0 ? tagged(frame) : frame, wire));
  };
  while (records.length < count) {
    const dice = random() % 100;
    if (dice < 20) {
      const flow = flows[random() % PLCS]!;
      transaction++;
      const registers = 1 + (random() % 60);
      add(tcp(flow, 0, modbus(transaction, [3, 0, random() & 255, 0, registers])));
      const words = Array.from({ length: registers * 2 }, () => random() & 255);
      add(tcp(flow, 1, modbus(transaction, [3, registers * 2, ...words])));
    } else if (dice < 50) {
      const flow = flows[PLCS + (random() % 6)]!;
      add(tcp(flow, random() & 1, noise(random() % 400)));
    } else if (dice < 82) {
      add(ipv4(17, 40 + (random() % BROADCASTERS), 255, udp(47_808, 47_808, 20)));
    } else if (dice < 85) {
      add(ipv4(17, 2 + (random() % 30), 200, udp(40_000 + (random() % 2000), 53, 20)));
    } else if (dice < 92) {
      add(ipv6(17, udp(5353, 5353, 60)));
    } else if (dice < 97) {
      add(frameOf(0x0806, 2, 3, noise(28)));
    } else {
      add(noise(14 + (random() % 40)));
    }
  }
  return records.slice(0, count);

  function noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, random);
  }

  function tcp(flow: Flow, back: number, payload: Uint8Array): Uint8Array {
    const segment = new Uint8Array(20 + payload.length);
    const view = new DataView(segment.buffer);
    view.setUint16(0, back ? flow.serverPort : flow.clientPort);
    view.setUint16(2, back ? flow.clientPort : flow.serverPort);
    view.setUint32(4, flow.sent[back]!);
    view.setUint32(8, flow.sent[1 - back]!);
    view.setUint16(12, 0x5018); // 20 bytes of header, PSH and ACK.
    flow.sent[back]! += payload.length;
    segment.set(payload, 20);
    const [from, to] = back ? [flow.server, flow.client] : [flow.client, flow.server];
    return ipv4(6, from, to, segment);
  }

  function udp(from: number, to: number, length: number): Uint8Array {
    const datagram = noise(8 + length);
    const view = new DataView(datagram.buffer);
    view.setUint16(0, from);
    view.setUint16(2, to);
    view.setUint16(4, datagram.length);
    return datagram;
  }
}

/** MBAP header and PDU, for unit 1. */
function modbus(transaction: number, pdu: readonly number[]): Uint8Array {
  const length = pdu.length + 1;
  return Uint8Array.of(transaction >> 8, transaction, 0, 0, length >> 8, length, 1, ...pdu);
}

function ipv4(protocol: number, from: number, to: number, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(20 + payload.length);
  const view = new DataView(header.buffer);
  view.setUint16(0, 0x4500);
  view.setUint16(2, header.length);
  view.setUint16(8, (64 << 8) | protocol);
  view.setUint32(12, 0x0a000000 | from);
  view.setUint32(16, 0x0a000000 | to);
  header.set(payload, 20);
  return frameOf(0x0800, from, to, header);
}

function ipv6(next: number, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(40 + payload.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x60000000);
  view.setUint16(4, payload.length);
  header[6] = next;
  header[7] = 255;
  view.setUint32(8, 0xfe800000);
  header[23] = 5;
  view.setUint32(24, 0xff020000);
  header[39] = 0xfb;
  header.set(payload, 40);
  return frameOf(0x86dd, 5, 6, header);
}

function frameOf(type: number, from: number, to: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(Math.max(14 + payload.length, 60));
  frame.set([2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, type >> 8, type & 255]);
  frame.set(payload, 14);
  return frame;
}

/** The frame with an IEEE 802.1Q tag of VLAN 10. */
function tagged(frame: Uint8Array): Uint8Array {
  const longer = new Uint8Array(frame.length + 4);
  longer.set(frame.subarray(0, 12));
  longer.set([0x81, 0, 0, 10], 12);
  longer.set(frame.subarray(12), 16);
  return longer;
}

/** Records as batches of at most `bytes`. */
export function batchesOf(records: readonly RawRecord[], bytes: number): Uint8Array[] {
  const batches: Uint8Array[] = [];
  let open: RawRecord[] = [];
  let length = 0;
  for (const record of records) {
    const size = 16 + ((record.bytes.length + 3) & ~3);
    if (length + size > bytes) {
      batches.push(batchOf(open));
      open = [];
      length = 0;
    }
    open.push(record);
    length += size;
  }
  if (open.length > 0) batches.push(batchOf(open));
  return batches;
}
