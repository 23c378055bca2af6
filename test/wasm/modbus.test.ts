/** One Modbus conversation in every shape that a network gives it: the same messages are counted. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { ACK, bytesOf, host, modbus, SYN, segment, tagged } from "./frames.ts";
import { batchOf, builds, type Core, counterOf, openCore, packet } from "./harness.ts";
import { commandLines, conversationsOf } from "./tables.ts";

const test = suite("wasm: Modbus");
const gateways = builds.filter(({ name }) => name !== "nano");
const [client, server] = [host(1), host(2)];
const second = 1_000_000n;

interface Piece {
  fromClient: boolean;
  seq: number;
  bytes: Uint8Array;
}

/** Sends frames one after the other and then lets time pass, so that holes are given up. */
function run(core: Core, frames: readonly Uint8Array[]): void {
  frames.forEach((frame, i) => {
    assert.is(core.ingest(batchOf([packet(second * 1000n + BigInt(i), frame)])), 1);
  });
  for (let later = 1; later <= 4; later++) core.tick(1000 + later);
}

function frameOf(piece: Piece, port = 502): Uint8Array {
  return piece.fromClient
    ? segment(client, server, { srcPort: 40_000, dstPort: port, seq: piece.seq }, piece.bytes)
    : segment(server, client, { srcPort: port, dstPort: 40_000, seq: piece.seq }, piece.bytes);
}

function handshake(isn: readonly [number, number], port = 502): Uint8Array[] {
  return [
    segment(client, server, { srcPort: 40_000, dstPort: port, seq: isn[0], flags: SYN }),
    segment(server, client, { srcPort: port, dstPort: 40_000, seq: isn[1], flags: SYN | ACK }),
  ];
}

/** A request and its answer: read 3 registers, write one, or an exception. */
const exchange = fc.record({
  unit: fc.constantFrom(1, 2, 255),
  kind: fc.constantFrom("read", "write", "exception" as const),
});
const conversation = fc.array(exchange, { minLength: 1, maxLength: 20 });

function messagesOf(exchanges: readonly { unit: number; kind: string }[]) {
  const requests: Uint8Array[] = [];
  const responses: Uint8Array[] = [];
  const counts = new Map<string, number[]>();
  const count = (unit: number, code: number, error: number, column: number) => {
    const key = `10.0.0.1>10.0.0.2 ${unit} ${code} ${error}`;
    const sums = counts.get(key) ?? [0, 0, 0];
    sums[column]! += 1;
    counts.set(key, sums);
  };
  exchanges.forEach(({ unit, kind }, i) => {
    const code = kind === "write" ? 6 : 3;
    requests.push(modbus(i, unit, code, [0, i, 0, 3]));
    count(unit, code, 0, 0);
    if (kind === "read") responses.push(modbus(i, unit, 3, [6, 1, 2, 3, 4, 5, 6]));
    else if (kind === "write") responses.push(modbus(i, unit, 6, [0, i, 0, 3]));
    else responses.push(modbus(i, unit, 0x83, [2]));
    if (kind === "exception") count(unit, 3, 2, 2);
    else count(unit, code, 0, 1);
  });
  const lines = [...counts].map(([key, sums]) => `${key}: ${sums.join(" ")}`).sort();
  return { requests, responses, lines };
}

/** Cuts a stream where the numbers say. */
function cut(
  messages: readonly Uint8Array[],
  sizes: readonly number[],
  fromClient: boolean,
  isn: number,
): Piece[] {
  const stream = bytesOf(...messages);
  const pieces: Piece[] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length]!;
    pieces.push({ fromClient, seq: (isn + 1 + at) >>> 0, bytes: stream.slice(at, at + size) });
    at += size;
  }
  return pieces;
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 });
const isn = fc.constantFrom(0, 5000, 0xffff_fff0, 0x7fff_fffa);
/** Of each piece: is it sent twice, does it change places with the next one, is it tagged. */
const mishaps = fc.array(
  fc.record({ twice: fc.boolean(), swap: fc.boolean(), tag: fc.boolean() }),
  { minLength: 1, maxLength: 16 },
);

for (const build of gateways) {
  test(`${build.name}: cut, repeated, disordered, tagged: the counts are the same`, () => {
    const core = openCore(build.instantiate());
    fc.assert(
      fc.property(
        conversation,
        sizes,
        sizes,
        isn,
        mishaps,
        (exchanges, there, back, first, luck) => {
          const { requests, responses, lines } = messagesOf(exchanges);
          const pieces = [
            ...cut(requests, there, true, first),
            ...cut(responses, back, false, first ^ 0x1234),
          ];
          const frames: Uint8Array[] = [];
          pieces.forEach((piece, i) => {
            const { twice, swap, tag } = luck[i % luck.length]!;
            const frame = tag ? tagged(frameOf(piece), 0x8100) : frameOf(piece);
            frames.push(frame);
            if (swap && frames.length > 1) frames.push(...frames.splice(-2).reverse());
            if (twice) frames.push(frames[Math.max(0, frames.length - 3)]!);
          });
          assert.is(core.exports.init(0), abi.OK);
          run(core, [...handshake([first, first ^ 0x1234]), ...frames]);
          assert.equal(commandLines(core), lines);
          assert.is(counterOf(core, abi.COUNTER_STREAM_GAPS), 0);
        },
      ),
      { numRuns: build.name === "twin" ? 60 : 600 },
    );
  });

  test(`${build.name}: a repetition that is cut in other places counts once`, () => {
    const { requests, lines } = messagesOf(Array(6).fill({ unit: 1, kind: "read" }));
    const core = openCore(build.instantiate());
    const once = cut(requests, [10, 7], true, 100);
    const again = cut(requests, [23], true, 100);
    const mixed = once.flatMap((piece, i) => (i % 2 ? [piece, ...again.slice(0, i)] : [piece]));
    run(core, [...handshake([100, 200]), ...mixed.map((piece) => frameOf(piece))]);
    assert.equal(commandLines(core), [lines[0]!.replace(/6 6 0$/, "6 0 0")]);
  });

  test(`${build.name}: after a lost segment the rest is counted, and the gap`, () => {
    const { requests } = messagesOf(Array(10).fill({ unit: 1, kind: "read" }));
    const core = openCore(build.instantiate());
    const pieces = cut(requests, [12], true, 100).filter((_, i) => i !== 3);
    run(core, [...handshake([100, 200]), ...pieces.map((piece) => frameOf(piece))]);
    assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 1 3 0: 9 0 0"]);
    assert.is(counterOf(core, abi.COUNTER_STREAM_GAPS), 1);
  });

  test(`${build.name}: begins in the middle of a connection, with a keep-alive`, () => {
    const { requests } = messagesOf(Array(4).fill({ unit: 1, kind: "read" }));
    const core = openCore(build.instantiate());
    const pieces = cut(requests, [12], true, 100);
    const alive = { ...pieces[2]!, seq: pieces[2]!.seq - 1, bytes: bytesOf(0) };
    run(
      core,
      [...pieces.slice(0, 2), alive, ...pieces.slice(2)].map((piece) => frameOf(piece)),
    );
    assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 1 3 0: 4 0 0"]);
  });

  test(`${build.name}: a forged segment far ahead blinds it for three segments only`, () => {
    const { requests } = messagesOf(Array(12).fill({ unit: 1, kind: "read" }));
    const core = openCore(build.instantiate());
    const pieces = cut(requests, [12], true, 100);
    const forged = { fromClient: true, seq: 60_000, bytes: modbus(9, 9, 5, [0, 0, 0, 0]) };
    pieces.splice(4, 0, forged);
    run(core, [...handshake([100, 200]), ...pieces.map((piece) => frameOf(piece))]);
    assert.equal(commandLines(core), [
      "10.0.0.1>10.0.0.2 1 3 0: 9 0 0",
      "10.0.0.1>10.0.0.2 9 5 0: 1 0 0",
    ]);
  });

  test(`${build.name}: a new connection on old ports begins anew`, () => {
    const { requests } = messagesOf(Array(3).fill({ unit: 1, kind: "read" }));
    const core = openCore(build.instantiate());
    const once = [
      ...handshake([100, 200]),
      ...cut(requests, [12], true, 100).map((piece) => frameOf(piece)),
    ];
    run(core, [...once, ...once]);
    assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 1 3 0: 6 0 0"]);
  });

  test(`${build.name}: off its port it is known by its form; other things on it are not`, () => {
    const core = openCore(build.instantiate());
    const request = { fromClient: true, seq: 101, bytes: modbus(1, 1, 3, [0, 0, 0, 1]) };
    run(core, [...handshake([100, 200], 5020), frameOf(request, 5020)]);
    assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 1 3 0: 1 0 0"]);
    const other = openCore(build.instantiate());
    const hello = { ...request, bytes: bytesOf([0x16, 3, 1, 0, 50], new Uint8Array(50)) };
    run(other, [...handshake([100, 200]), frameOf(hello)]);
    assert.equal(commandLines(other), []);
    assert.is(conversationsOf(other).find(({ kind }) => kind === "ipv4")!.ot, abi.OT_NONE);
  });

  test(`${build.name}: without a handshake the port says who serves, else the message`, () => {
    const response = modbus(1, 1, 3, [2, 0, 7]);
    for (const port of [502, 60_000]) {
      const core = openCore(build.instantiate());
      run(core, [frameOf({ fromClient: false, seq: 1, bytes: response }, port)]);
      assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 1 3 0: 0 1 0"]);
    }
  });

  test(`${build.name}: more unfinished messages than buffers cost messages, and say so`, () => {
    const core = openCore(build.instantiate());
    const halves = modbus(1, 1, 3, [0, 0, 0, 1]);
    const send = (port: number, from: number, to: number) =>
      segment(
        client,
        server,
        { srcPort: port, dstPort: 502, seq: 1 + from },
        halves.subarray(from, to),
      );
    const ports = Array.from({ length: 100 }, (_, i) => 1000 + i);
    // Those that still have a buffer are completed first.
    run(core, [...ports.map((p) => send(p, 0, 9)), ...ports.reverse().map((p) => send(p, 9, 12))]);
    assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 1 3 0: 40 0 0"]);
    assert.ok(counterOf(core, abi.COUNTER_STREAM_GAPS) >= 60);
  });

  test(`${build.name}: a cut by the snap length counts what its header says`, () => {
    const core = openCore(build.instantiate());
    const messages = [
      modbus(1, 1, 16, [0, 0, 0, 60, 120, ...new Uint8Array(120)]),
      modbus(2, 1, 3, [0, 0, 0, 1]),
    ];
    run(core, handshake([100, 200]));
    cut(messages, [messages[0]!.length], true, 100).forEach((piece, i) => {
      const frame = frameOf(piece);
      core.ingest(
        batchOf([packet(1005n * second + BigInt(i), frame.subarray(0, 68), frame.length)]),
      );
    });
    assert.equal(commandLines(core), [
      "10.0.0.1>10.0.0.2 1 16 0: 1 0 0",
      "10.0.0.1>10.0.0.2 1 3 0: 1 0 0",
    ]);
  });

  test(`${build.name}: of functions with many meanings, tells which; answers have their request's`, () => {
    const core = openCore(build.instantiate());
    run(core, [
      ...handshake([100, 200]),
      ...cut(
        [
          modbus(1, 1, 8, [0, 4, 0, 0]),
          modbus(2, 1, 90, [0, 0x41, 0xff, 0]),
          modbus(3, 1, 43, [14, 1, 0]),
        ],
        [500],
        true,
        100,
      ).map((piece) => frameOf(piece)),
      ...cut(
        [
          modbus(1, 1, 0x88, [1]),
          modbus(2, 1, 90, [0, 0xfe]),
          modbus(3, 1, 43, [14, 1, 1, 0, 0, 0]),
        ],
        [500],
        false,
        200,
      ).map((piece) => frameOf(piece)),
    ]);
    const diagnostics = 8 | (4 << 8);
    assert.equal(commandLines(core), [
      `10.0.0.1>10.0.0.2 1 ${diagnostics} 0: 1 0 0`,
      `10.0.0.1>10.0.0.2 1 ${diagnostics} 1: 0 0 1`,
      `10.0.0.1>10.0.0.2 1 ${90 | (0x41 << 8)} 0: 1 1 0`,
      `10.0.0.1>10.0.0.2 1 ${43 | (14 << 8)} 0: 1 1 0`,
    ]);
  });

  test(`${build.name}: answers of a server that hears only what the mirror sends it twice`, () => {
    const { responses } = messagesOf(Array(5).fill({ unit: 7, kind: "read" }));
    const core = openCore(build.instantiate());
    const frames = cut(responses, [15], false, 200).map((piece) => frameOf(piece));
    run(
      core,
      frames.flatMap((frame) => [frame, frame]),
    );
    assert.equal(commandLines(core), ["10.0.0.1>10.0.0.2 7 3 0: 0 5 0"]);
    assert.is(counterOf(core, abi.COUNTER_SEGMENTS_REPEATED), 5);
  });
}

test("nano: counts messages that follow each other, reach over segments, or come twice", () => {
  const core = openCore(builds[1]!.instantiate());
  fc.assert(
    fc.property(
      conversation,
      fc.array(fc.boolean(), { minLength: 1 }),
      isn,
      (exchanges, twice, first) => {
        const { requests } = messagesOf(exchanges);
        assert.is(core.exports.init(0), abi.OK);
        // Cuts behind the header: within it, the nano is not asked to see.
        const pieces = cut(requests, [10, 14, 24], true, first);
        const frames = pieces.map((piece) => frameOf(piece));
        run(core, [
          ...handshake([first, 9]),
          ...frames.flatMap((frame, i) => (twice[i % twice.length] ? [frame, frame] : [frame])),
        ]);
        assert.equal(functionsOf(core), countsOf(requests));
      },
    ),
    { numRuns: 500 },
  );
});

/** The nano's counts by function code, those that are not 0. */
function functionsOf(core: Core): [number, number][] {
  const counts = [0, 128].flatMap((from) => {
    const page = core.query(abi.QUERY_FUNCTIONS, from);
    return Array.from({ length: 128 }, (_, i) => page.getUint32(i * 4, true));
  });
  return counts.map((count, code): [number, number] => [code, count]).filter(([, n]) => n > 0);
}

function countsOf(messages: readonly Uint8Array[]): [number, number][] {
  const counts = new Map<number, number>();
  for (const message of messages) counts.set(message[7]!, (counts.get(message[7]!) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

test.run();
