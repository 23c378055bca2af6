import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { builds, type Core, createRandom, openCore } from "./harness.ts";
import {
  createUniform,
  datagram,
  drainEvents,
  feed,
  quantileOf,
  sectionOf,
} from "./stats-traffic.ts";

const test = suite("wasm: interactions and their beacons");

const START = 1_700_000_000;
/** The nano's code has no room for it. */
const gateways = builds.filter(({ name }) => name !== "nano");

function configOf(learnUntil: number): Uint8Array {
  const config = new Uint8Array(20);
  config.set([1, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, abi.CONFIG_LEARN_UNTIL, 0, 4, 0]);
  new DataView(config.buffer).setUint32(16, learnUntil, true);
  return config;
}

const step = fc.record({
  client: fc.nat(12),
  server: fc.nat(12),
  port: fc.constantFrom(80, 502, 4840),
  srcPort: fc.integer({ min: 40_000, max: 40_200 }),
  isAnswer: fc.boolean(),
  move: fc.integer({ min: 0, max: 4 }),
});

for (const build of gateways) {
  test(`${build.name}: tells exactly what was not there while learning`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
        const learnUntil = START + 100;
        const core = openCore(build.instantiate(), configOf(learnUntil));
        const known = new Set<string>();
        let second = START;
        let learned = 0;
        let fresh = 0;
        const told = new Set<number>();
        for (const { client, server, port, srcPort, isAnswer, move } of steps) {
          second += move;
          const ask = { src: 100 + client, dst: 200 + server, srcPort, dstPort: port };
          const answer = { src: ask.dst, dst: ask.src, srcPort: port, dstPort: srcPort };
          feed(core, [datagram({ us: second * 1e6, ...(isAnswer ? answer : ask) })]);
          const edge = `${client} ${server} ${port}`;
          if (known.has(edge)) continue;
          known.add(edge);
          if (second < learnUntil) learned++;
          else {
            fresh++;
            told.add(second);
          }
        }
        const header = sectionOf(core, abi.SECTION_EDGES);
        assert.is(header.getUint32(abi.EDGES_LEARNED, true), learned);
        assert.is(header.getUint32(abi.EDGES_NEW, true), fresh);
        const events = drainEvents(core).filter(({ kind }) => kind === abi.EVENT_NEW_EDGE);
        assert.equal(
          events.map((event) => event.second),
          [...told].slice(-64),
        );
        assert.is(edgesOf(core).length, known.size);
      }),
      { numRuns: build.name === "twin" ? 20 : 100 },
    );
  });

  test(`${build.name}: knows who is the server, however the conversation is first seen`, () => {
    const core = openCore(build.instantiate());
    const at = { src: 9, dst: 7, srcPort: 502, dstPort: 41_000 };
    feed(core, [datagram({ us: START * 1e6, ...at })]);
    const [edge] = edgesOf(core);
    assert.equal(edge, {
      first: START,
      last: START,
      conversations: 1,
      service: 502 | (17 << 16),
      server: 9,
      client: 7,
      contacts: 1,
      beacon: 0,
    });
  });

  test(`${build.name}: more interactions than the table holds: the filter takes the rest, none twice`, () => {
    const core = openCore(build.instantiate(), configOf(START));
    const count = 6000;
    const all = Array.from({ length: count }, (_, i) =>
      datagram({ us: START * 1e6 + i, src: i, dst: 900_000, srcPort: 50_000 }),
    );
    feed(core, all);
    const header = () => sectionOf(core, abi.SECTION_EDGES);
    const fresh = header().getUint32(abi.EDGES_NEW, true);
    // Strangers that the filter takes for members: of some 2,000 in 131,072 bits next to none.
    assert.ok(fresh >= count - 3 && fresh <= count, `${fresh}`);
    feed(core, all);
    assert.is(header().getUint32(abi.EDGES_NEW, true), fresh);
    const held = edgesOf(core).length;
    assert.ok(held > 3000 && held <= 4096, `${held}`);
    const set = header().getUint32(abi.EDGES_FILTER_SET, true);
    const expected = 131_072 * (1 - Math.exp((-4 * (count - held)) / 131_072));
    assert.ok(Math.abs(set - expected) < 0.05 * expected, `${set} bits, not ${expected}`);
  });

  test(`${build.name}: the score is that of the intervals' buckets, sorted and counted`, () => {
    const interval = fc.oneof(
      fc.integer({ min: 1, max: 40_000 }),
      fc.constantFrom(40, 45, 240, 1200),
      fc.integer({ min: 4, max: 400 }),
    );
    const intervals = fc.array(interval, { minLength: 5, maxLength: 120, size: "max" });
    fc.assert(
      fc.property(intervals, (quarters) => {
        const core = openCore(build.instantiate());
        let us = START * 1e6;
        const calls = [0, ...quarters].map((quarter, i) => {
          us += quarter * 250_000;
          // Each from a port of its own: a conversation, and so a contact, however soon.
          return datagram({ us, src: 5, dst: 6, srcPort: 30_000 + i, dstPort: 443 });
        });
        feed(core, calls);
        const [edge] = edgesOf(core);
        assert.is(edge!.contacts, quarters.length + 1);
        assert.is(edge!.beacon, scoreOf(quarters));
      }),
      { numRuns: build.name === "twin" ? 10 : 60 },
    );
  });

  test(`${build.name}: an even caller scores high, a random one low`, () => {
    const core = openCore(build.instantiate());
    const uniform = createUniform(createRandom(4));
    const calls: { us: number; src: number }[] = [];
    for (const [src, next] of [
      [1, () => 60e6],
      [2, () => 60e6 * (0.9 + 0.2 * uniform())],
      [3, () => -60e6 * Math.log(1 - uniform())],
    ] as const) {
      for (let us = START * 1e6, i = 0; i < 60; i++, us += next()) calls.push({ us, src });
    }
    calls.sort((a, b) => a.us - b.us);
    feed(
      core,
      calls.map(({ us, src }) => datagram({ us, src, dst: 500, dstPort: 443 })),
    );
    const scores = new Map(edgesOf(core).map(({ client, beacon }) => [client, beacon]));
    assert.ok(scores.get(1)! >= 950, `even: ${scores.get(1)}`);
    assert.ok(scores.get(2)! >= 850, `jittered: ${scores.get(2)}`);
    assert.ok(scores.get(3)! <= 700, `random: ${scores.get(3)}`);
    assert.equal(
      edgesOf(core, 850)
        .map(({ client }) => client)
        .sort(),
      [1, 2],
    );
  });
}

/** beacon.ts by sorting. */
function scoreOf(quarters: readonly number[]): number {
  if (quarters.length < 10) return 0;
  const buckets = quarters.map((quarter) => {
    const shift = Math.max(0, Math.floor(Math.log2(quarter)) - 1);
    return Math.min(31, 2 * shift + Math.floor(quarter / 2 ** shift));
  });
  const values = buckets
    .map((bucket) => {
      const shift = Math.max(0, Math.floor(bucket / 2) - 1);
      return (bucket - 2 * shift) * 2 ** shift + Math.floor(2 ** shift / 2);
    })
    .sort((a, b) => a - b);
  const [first, middle, last] = [250, 500, 750].map((permille) => quantileOf(values, permille));
  const away = values.map((value) => Math.abs(value - middle!)).sort((a, b) => a - b);
  const lean = Math.min(
    1000,
    Math.floor((1000 * Math.abs(first! + last! - 2 * middle!)) / (last! - first!)),
  );
  const even = last === first ? 1000 : 1000 - lean;
  const deviation = quantileOf(away, 500);
  const close = 1000 - Math.min(1000, Math.floor((1000 * deviation) / Math.max(middle!, 1)));
  const shares = Array.from(
    { length: 30 },
    (_, from) => buckets.filter((bucket) => bucket >= from && bucket < from + 3).length,
  );
  return Math.floor(
    (even + close + Math.floor((1000 * Math.max(...shares)) / quarters.length)) / 3,
  );
}

function edgesOf(core: Core, least = 0) {
  const edges = [];
  let from = 0;
  do {
    const at = core.query(abi.QUERY_EDGES, from, least);
    const records = at.getUint32(abi.PAGE_RECORDS, true);
    from = at.getUint32(abi.PAGE_NEXT, true);
    for (let i = 0; i < records; i++) {
      const one = abi.PAGE_HEADER_BYTES + i * abi.EDGE_SHOWN_BYTES;
      const u32 = (offset: number) => at.getUint32(one + offset, true);
      edges.push({
        first: u32(abi.EDGE_FIRST),
        last: u32(abi.EDGE_LAST),
        conversations: u32(abi.EDGE_CONVERSATIONS),
        service: u32(abi.EDGE_SERVICE),
        server: at.getUint32(one + abi.EDGE_SERVER + 12) & 0xffffff,
        client: at.getUint32(one + abi.EDGE_CLIENT + 12) & 0xffffff,
        contacts: u32(abi.EDGE_CONTACTS),
        beacon: u32(abi.EDGE_BEACON),
      });
    }
  } while (from !== 0);
  return edges;
}

test.run();
