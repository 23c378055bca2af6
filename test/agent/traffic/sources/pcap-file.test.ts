/** Both formats in every variant, written here by hand; and files that are cut, forged or no captures at all. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../../../agent/traffic/abi.ts";
import { LINK_UNKNOWN } from "../../../../agent/traffic/sources/link-types.ts";
import { readCaptureFile } from "../../../../agent/traffic/sources/pcap-file.ts";
import { createCaptureParser } from "../../../../agent/traffic/sources/pcap-parser.ts";
import { collectPackets } from "../../../fixtures/packets.ts";

const test = suite("traffic: capture files");

/** Unsigned numbers of 1, 2, 4 or 8 bytes, and raw bytes, in one byte order. */
type Field = readonly [bytes: 1 | 2 | 4 | 8, value: number | bigint] | Uint8Array;

function layOut(little: boolean, ...fields: Field[]): Uint8Array {
  const whole = fields.map((field) => {
    if (field instanceof Uint8Array) return field;
    const [bytes, value] = field;
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(value), little);
    return new Uint8Array(view.buffer, little ? 0 : 8 - bytes, bytes);
  });
  return Uint8Array.from(whole.flatMap((part) => [...part]));
}

const frames = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6, 7, 8), new Uint8Array(0)];

function pcap(little: boolean, nanoseconds: boolean, link = 1): Uint8Array {
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const header = layOut(little, [4, magic], [2, 2], [2, 4], [8, 0], [4, 65_535], [4, link]);
  const records = frames.map((bytes, i) =>
    layOut(
      little,
      [4, 1_700_000_000 + i],
      [4, nanoseconds ? 123_456_789 : 123_456],
      [4, bytes.length],
      [4, bytes.length + 90],
      bytes,
    ),
  );
  return layOut(little, header, ...records);
}

function block(little: boolean, type: number, ...fields: Field[]): Uint8Array {
  const body = layOut(little, ...fields);
  const padded = layOut(little, body, new Uint8Array((4 - (body.length % 4)) % 4));
  const length = padded.length + 12;
  return layOut(little, [4, type], [4, length], padded, [4, length]);
}

function section(little: boolean): Uint8Array {
  return block(little, 0x0a0d0d0a, [4, 0x1a2b3c4d], [2, 1], [2, 0], [8, 2n ** 64n - 1n]);
}

function interfaceBlock(little: boolean, link: number, snap: number, ...options: Field[]) {
  return block(little, 1, [2, link], [2, 0], [4, snap], ...options);
}

function resolution(value: number): Field[] {
  return [[2, 9], [2, 1], [1, value], new Uint8Array(3)];
}

function enhanced(little: boolean, id: number, ticks: bigint, bytes: Uint8Array, wire: number) {
  const [high, low] = [ticks >> 32n, ticks & 0xffff_ffffn];
  return block(little, 6, [4, id], [4, high], [4, low], [4, bytes.length], [4, wire], bytes);
}

function parse(file: Uint8Array, chunk = file.length) {
  const { packets, sink } = collectPackets();
  const parser = createCaptureParser(sink);
  for (let at = 0; at < file.length; at += Math.max(1, chunk)) {
    parser.push(file.slice(at, at + Math.max(1, chunk)));
  }
  return { packets, problem: parser.end() };
}

for (const little of [true, false]) {
  for (const nanoseconds of [true, false]) {
    const order = little ? "little" : "big";
    test(`pcap, ${order} endian, ${nanoseconds ? "nano" : "micro"}seconds, in any chunks`, () => {
      for (const chunk of [1, 7, 40, 1000]) {
        const { packets, problem } = parse(pcap(little, nanoseconds), chunk);
        assert.is(problem, undefined);
        assert.equal(
          packets,
          frames.map((bytes, i) => ({
            timestampUs: (1_700_000_000 + i) * 1e6 + (nanoseconds ? 123_457 : 123_456),
            bytes,
            wireBytes: bytes.length + 90,
            interface: 0,
            link: abi.LINK_ETHERNET,
          })),
        );
      }
    });
  }

  test(`pcapng, ${little ? "little" : "big"} endian: sections, interfaces, clocks, blocks of no interest`, () => {
    const data = Uint8Array.of(9, 8, 7, 6, 5);
    const file = layOut(
      little,
      section(little),
      interfaceBlock(little, 1, 0),
      interfaceBlock(little, 113, 4, ...resolution(9)),
      interfaceBlock(little, 228, 0, ...resolution(0x80 | 10), [2, 14], [2, 8], [8, 1000], [4, 0]),
      block(little, 5, [4, 0], new Uint8Array(3000)),
      enhanced(little, 0, 1_700_000_000_123_456n, data, 60),
      enhanced(little, 1, 1_700_000_000_123_456_789n, data, 61),
      enhanced(little, 2, 1024n * 5n + 512n, data, 62),
      block(little, 3, [4, 5], data),
      section(!little),
      interfaceBlock(!little, 276, 3),
      block(!little, 3, [4, 5], data.subarray(0, 3)),
      block(!little, 2, [2, 0], [2, 0], [4, 0], [4, 77], [4, 5], [4, 70], data),
    );
    for (const chunk of [1, 50, 100_000]) {
      const { packets, problem } = parse(file, chunk);
      assert.is(problem, undefined);
      const seen = packets.map((each) => [
        each.timestampUs,
        each.bytes.length,
        each.wireBytes,
        each.interface,
        each.link,
      ]);
      assert.equal(seen, [
        [1_700_000_000_123_456, 5, 60, 0, abi.LINK_ETHERNET],
        [1_700_000_000_123_457, 5, 61, 1, abi.LINK_SLL],
        [1_005_500_000, 5, 62, 2, abi.LINK_RAW_IP],
        [1_005_500_000, 5, 5, 0, abi.LINK_ETHERNET],
        [1_005_500_000, 3, 5, 0, abi.LINK_SLL2],
        [77, 5, 70, 0, abi.LINK_SLL2],
      ]);
    }
  });
}

test("an unknown link type is handed on as such", () => {
  assert.is(parse(pcap(true, false, 147)).packets[0]?.link, LINK_UNKNOWN);
});

test("a file that ends too early gives what it had", () => {
  const file = pcap(true, false);
  for (let length = 0; length < file.length; length++) {
    const { packets, problem } = parse(file.subarray(0, length));
    const whole = [43, 64, 80].filter((end) => end <= length).length;
    assert.is(packets.length, whole);
    const isBetween = [24, 43, 64].includes(length);
    assert.is(problem?.kind, isBetween ? undefined : "truncated", `${length} bytes`);
  }
});

test("what is no capture, and lengths that cannot be, are named with their place", () => {
  assert.equal(parse(Uint8Array.from(Buffer.from("GIF89a"))).problem, {
    kind: "not-a-capture",
    atByte: 0,
  });
  const long = pcap(true, false);
  new DataView(long.buffer).setUint32(24 + 8, 0x7fff_ffff, true);
  assert.equal(parse(long).problem, { kind: "corrupt", atByte: 24 });
  const good = layOut(true, section(true), interfaceBlock(true, 1, 0));
  for (const bad of [
    block(true, 6, [4, 9], [4, 0], [4, 0], [4, 0], [4, 0]), // No such interface.
    block(true, 6, [4, 0], [4, 0], [4, 0], [4, 99], [4, 99]), // More bytes than the block.
    layOut(true, [4, 6], [4, 13], new Uint8Array(20)),
    layOut(true, [4, 1], [4, 20], new Uint8Array(8), [4, 24]),
    layOut(true, [4, 0x0a0d0d0a], [4, 28], [4, 1], new Uint8Array(16)),
  ]) {
    const { problem } = parse(layOut(true, good, bad));
    assert.equal(problem, { kind: "corrupt", atByte: good.length });
  }
});

test("any bytes behind a good beginning end in packets and at most one problem", () => {
  const beginnings = [
    pcap(true, true),
    pcap(false, false),
    layOut(true, section(true), interfaceBlock(true, 1, 0)),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 64 }),
      (beginning, changes, tail, chunk) => {
        const file = layOut(true, beginning, tail);
        for (const [at, value] of changes) file[at % file.length] = value;
        const { packets } = parse(file, chunk);
        assert.ok(packets.length <= file.length / 12);
        for (const each of packets) assert.ok(Number.isSafeInteger(each.timestampUs));
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
});

test("reads a file from disk, and only the system's errors are thrown", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldwarden-capture-"));
  try {
    const path = join(folder, "one.pcap");
    writeFileSync(path, pcap(true, false).subarray(0, 70));
    const { packets, sink } = collectPackets();
    assert.equal(await readCaptureFile(path, sink), { kind: "truncated", atByte: 64 });
    assert.is(packets.length, 2);
    await readCaptureFile(join(folder, "none"), sink).then(
      () => assert.unreachable(),
      (error: NodeJS.ErrnoException) => assert.is(error.code, "ENOENT"),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
