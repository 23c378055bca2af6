/** Frames that begin as a plant protocol's message does, and go on as an enemy likes. */
import { bytesOf, ethernet, host, ipv4, segment, udp } from "./frames.ts";

const zeros = (length: number) => Array<number>(length).fill(0);

/** Where it is sent, TCP or UDP port, and first bytes worth to be tried. */
const overIp: readonly [port: number, isTcp: boolean, start: readonly number[]][] = [
  [502, true, [0, 1, 0, 0, 0, 20, 1, 90, 0, 0x30]],
  [502, true, [0, 1, 0, 0, 0, 40, 1, 43, 14, 1, 1]],
  [102, true, [3, 0, 0, 33, 2, 0xf0, 0x80, 0x32, 1, 0, 0, 0, 1, 0, 16, 0, 0, 0x28]],
  [
    102,
    true,
    [3, 0, 0, 33, 2, 0xf0, 0x80, 0x32, 7, 0, 0, 0, 1, 0, 8, 0, 8, 0, 1, 0x12, 4, 0x11, 0x84, 1],
  ],
  [102, true, [3, 0, 0, 12, 2, 0xf0, 0, 0x32, 1, 0, 0, 0, 3, 0, 0, 30, 2, 0xf0, 0]],
  [102, true, [3, 0, 0, 40, 2, 0xf0, 0x80, 0x72, 3, 0, 30]],
  [
    44_818,
    true,
    [
      0x6f,
      0,
      46,
      0,
      7,
      0,
      0,
      0,
      ...zeros(16),
      ...zeros(6),
      2,
      0,
      0,
      0,
      0,
      0,
      0xb2,
      0,
      30,
      0,
      10,
      2,
      32,
      2,
      36,
      1,
      3,
    ],
  ],
  [
    44_818,
    true,
    [
      0x6f,
      0,
      46,
      0,
      7,
      0,
      0,
      0,
      ...zeros(16),
      ...zeros(6),
      1,
      0,
      0xb2,
      0,
      30,
      0,
      0x52,
      2,
      32,
      6,
      36,
      1,
      7,
      9,
      16,
    ],
  ],
  [
    44_818,
    true,
    [
      0x70,
      0,
      50,
      0,
      7,
      0,
      0,
      0,
      ...zeros(16),
      ...zeros(6),
      1,
      0,
      0xb1,
      0,
      40,
      0,
      1,
      0,
      0x4b,
      2,
      32,
      0x67,
      36,
      1,
      7,
    ],
  ],
  [
    44_818,
    true,
    [
      0x70,
      0,
      40,
      0,
      7,
      0,
      0,
      0,
      ...zeros(16),
      ...zeros(6),
      1,
      0,
      0xb1,
      0,
      40,
      0,
      1,
      0,
      0x8a,
      0,
      0,
      0,
      2,
    ],
  ],
  [44_818, false, [0x63, 0, 40, 0, ...zeros(20), 1, 0, 12]],
  [2222, false, [2, 0, 2, 0x80, 8]],
  [20_000, true, [5, 0x64, 0x28, 0xc4, 4, 0, 3, 0, 0x36, 0x49, 0xc0, 0xc1, 2]],
  [20_000, false, [5, 0x64, 0x28, 0x44, 3, 0, 4, 0, 0x49, 0x79, 0x40, 0xc1, 0x81, 0x80]],
  [2404, true, [0x68, 20, 0, 0, 0, 0, 45, 1, 6, 0, 1, 0]],
  [4840, true, [0x4d, 0x53, 0x47, 0x46, 60, 0, 0, 0, 7, 0, 0, 0]],
  [4840, true, [0x4f, 0x50, 0x4e, 0x43, 90, 0, 0, 0, 7, 0, 0, 0, 40, 0, 0, 0]],
  [1883, true, [0x10, 20, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4]],
  [1883, true, [0x30, 0xff, 0xff, 0x7f]],
  [5094, true, [1, 1, 3, 0, 0, 1, 0, 40, 0x86, 1, 2, 3, 4, 5, 0, 9]],
  [5094, false, [1, 0, 4, 0, 0, 1, 0, 60, 0, 0, 0, 9, 1]],
  [47_808, false, [0x81, 0x0a, 0, 40, 1, 0x28, 0, 5, 1]],
  [47_808, false, [0x81, 4, 0, 40, 10, 0, 0, 1, 0xba, 0xc0, 1, 8, 0, 9, 6]],
  [161, false, [0x30, 0x30, 2, 1, 1, 4, 6]],
  [161, false, [0x30, 0x82, 1, 0, 2, 1, 0, 4, 0x81, 3]],
  [5353, false, [0, 0, 0x84, 0]],
  [67, false, [2, 1, 6, 0]],
  [8000, true, [0x16, 3, 1, 2, 0, 1]],
];

const overEthernet: readonly [type: number, start: readonly number[]][] = [
  [0x8892, [0xfe, 0xfd, 4, 0, 0, 0, 0, 1, 0, 0, 0, 40, 5, 1, 0, 2]],
  [0x8892, [0x80]],
  [0x88a4, [200, 0x11, 5, 0, 0, 0, 0x20, 1, 4, 0x80]],
  [0x88b8, [0x3f, 0xff, 0, 20, 0, 0, 0, 0, 0x61]],
  [0x88cc, [2, 7, 4]],
  [40, [0x82, 0x82, 3, 1, 0x28, 0, 5, 1]],
  [40, [0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0]],
];

const TAIL_MAX = 120;

export function hostileFrames(random: () => number, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => hostileFrame(random));
}

function hostileFrame(random: () => number): Uint8Array {
  const [from, to] = random() % 2 ? [host(1), host(2)] : [host(2), host(1)];
  const pick = random() % (overIp.length + overEthernet.length);
  if (pick >= overIp.length) {
    const [type, start] = overEthernet[pick - overIp.length]!;
    return ethernet(from, to, type, messageOf(start, random));
  }
  const [port, isTcp, start] = overIp[pick]!;
  const ports: [number, number] = from.ip[3] === 1 ? [30_000 + pick, port] : [port, 30_000 + pick];
  const bytes = messageOf(start, random);
  if (!isTcp)
    return ethernet(from, to, 0x0800, ipv4(from, to, { protocol: 17 }, udp(...ports, bytes)));
  return segment(from, to, { srcPort: ports[0], dstPort: ports[1], seq: random() % 512 }, bytes);
}

function messageOf(start: readonly number[], random: () => number): Uint8Array {
  const tail = Uint8Array.from({ length: random() % TAIL_MAX }, () =>
    random() % 3 ? random() % 8 : random(),
  );
  const bytes = bytesOf(start, tail);
  if (random() % 2) bytes[random() % start.length] = random();
  return random() % 4 ? bytes : bytes.subarray(0, random() % (bytes.length + 1));
}
