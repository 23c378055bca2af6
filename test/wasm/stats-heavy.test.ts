import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { builds, type Core, createRandom, openCore } from "./harness.ts";
import { createUniform, createZipf, datagram, feed } from "./stats-traffic.ts";

const test = suite("wasm: heavy hitters");

const SOURCES = 3000;
const START_US = 1_700_000_000e6;

/** Of the true ten largest so many must be among the ten told, on average (heavy.ts). */
const recall = {
  nano: [
    [0.8, 7.2],
    [1.0, 8.4],
    [1.2, 8.8],
  ],
  gateway: [
    [0.8, 9.7],
    [1.0, 9.8],
    [1.2, 9.9],
  ],
} as const;

for (const build of builds) {
  const profile = build.name === "nano" ? "nano" : "gateway";
  const streams = { nano: 20, gateway: 4, twin: 1 }[build.name];

  for (const [exponent, least] of recall[profile]) {
    test(`${build.name}: finds the largest of 3,000 sources by Zipf ${exponent}`, () => {
      let found = 0;
      for (let stream = 0; stream < streams; stream++) {
        const { core, zipf } = open(build, stream, exponent);
        const truth = new Map<number, number>();
        send(core, truth, START_US, 20_000, zipf);
        found += recallOf(core, truth);
      }
      assert.ok(found / streams >= least, `recall ${found / streams}`);
    });
  }

  test(`${build.name}: traffic that shifts within the window: the new largest are found too`, () => {
    let found = 0;
    for (let stream = 0; stream < streams; stream++) {
      const { core, zipf } = open(build, stream, 1.2);
      const truth = new Map<number, number>();
      // Other sources are large in each of five parts of the window.
      const phaseUs = (profile === "nano" ? 7 : 45) * 1e6;
      for (let phase = 0; phase < 5; phase++) {
        send(core, truth, START_US + phase * phaseUs, 4000, () => (zipf() + phase * 37) % SOURCES);
      }
      found += recallOf(core, truth);
    }
    assert.ok(found / streams >= (profile === "nano" ? 8 : 9.5), `recall ${found / streams}`);
  });

  test(`${build.name}: a flood of small sources hardly wears down the large ones it finds`, () => {
    const core = openCore(build.instantiate());
    // More large ones than there are entries, so that every bucket is full of them.
    const count = profile === "nano" ? 60 : 400;
    const large = Array.from({ length: count * 60 }, (_, i) => 1 + (i % count));
    send(core, new Map(), START_US, large.length, () => large.pop()!);
    const held = () => heavyOf(core).filter(({ packets }) => packets > 20).length;
    const before = held();
    let small = 10_000;
    send(core, new Map(), START_US, profile === "nano" ? 4000 : 20_000, () => small++);
    assert.ok(before >= (profile === "nano" ? 20 : 150), `${before}`);
    assert.ok(held() >= 0.9 * before, `${held()} of ${before}`);
  });

  test(`${build.name}: who was large before the window is not told`, () => {
    const { core, zipf } = open(build, 1, 1.2);
    send(core, new Map(), START_US, 5000, zipf);
    const later = new Map<number, number>();
    send(core, later, START_US + 1000e6, 500, () => 2900 + (zipf() % 9));
    const told = heavyOf(core);
    assert.equal(new Set(told.map(({ source }) => source)), new Set(later.keys()));
  });

  test(`${build.name}: counts exactly while a few sources speak, in descending order`, () => {
    const core = openCore(build.instantiate());
    const us = START_US;
    feed(core, [
      datagram({ us, src: 7, dst: 1 }),
      datagram({ us, src: 9, dst: 1 }),
      datagram({ us, src: 9, dst: 2 }),
      datagram({ us: us + 15e6, src: 9, dst: 2 }),
    ]);
    assert.equal(
      heavyOf(core).map(({ source, packets }) => [source, packets]),
      [
        [9, 3],
        [7, 1],
      ],
    );
  });
}

function open(build: (typeof builds)[number], stream: number, exponent: number) {
  const random = createRandom(1000 + stream * 77);
  const key = Uint8Array.of(1, 0, 8, 0, stream, 9, 8, 7, 6, 5, 4, 3);
  const zipf = createZipf(createUniform(random), SOURCES, exponent);
  return { core: openCore(build.instantiate(), key), zipf };
}

/** All within the window. */
function send(
  core: Core,
  truth: Map<number, number>,
  from: number,
  count: number,
  next: () => number,
): void {
  const records = Array.from({ length: count }, (_, i) => {
    const src = next();
    truth.set(src, (truth.get(src) ?? 0) + 1);
    return datagram({ us: from + i * 50, src, dst: 1_000_000 });
  });
  feed(core, records);
}

/** How many of the ten largest are among the ten told. Never is a count above the true one. */
function recallOf(core: Core, truth: ReadonlyMap<number, number>): number {
  const largest = [...truth].sort((a, b) => b[1] - a[1]);
  // A source as large as the tenth is as good.
  const tenth = largest[9]![1];
  const told = heavyOf(core);
  for (const { source, packets } of told) {
    assert.ok(packets <= truth.get(source)!, `${packets} of ${truth.get(source)} packets`);
  }
  return told.slice(0, 10).filter(({ source }) => truth.get(source)! >= tenth).length;
}

function heavyOf(core: Core): { source: number; packets: number }[] {
  const told: { source: number; packets: number }[] = [];
  let packets = 0xffffffff;
  let hash = 0xffffffff;
  while (core.exports.query(abi.QUERY_HEAVY, packets, hash) > 0) {
    const at = new DataView(core.out(abi.HEAVY_BYTES).buffer);
    packets = at.getUint32(abi.HEAVY_PACKETS, true);
    hash = at.getUint32(abi.HEAVY_HASH, true);
    const source = at.getUint32(abi.HEAVY_ADDRESS + 12) & 0xffffff;
    told.push({ source, packets });
  }
  return told;
}

test.run();
