import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { batchOf, builds, limitsOf, openCore, packet } from "./harness.ts";
import { quantileOf, trafficOf } from "./stats-traffic.ts";

const test = suite("wasm: spread of sizes and gaps");

/** Microseconds on, mostly little, sometimes back or by more than the window; octets. */
const step = fc.record({
  move: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 400_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 40_000_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -3_000_000, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 900_000_000 }) },
  ),
  wire: fc.oneof(fc.integer({ min: 0, max: 1514 }), fc.integer({ min: 0, max: 65_535 })),
});

for (const build of builds) {
  const isNano = build.name === "nano";
  const panes = isNano ? 2 : 6;
  const caps = isNano ? [2 ** 14 - 1, 2 ** 26 - 1] : [2 ** 16 - 1, 2 ** 29 - 1];

  test(`${build.name}: counts, moments and quantiles are those of the packets of the window's panes`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
        const core = openCore(build.instantiate());
        const { windowS, quantileBits } = limitsOf(core);
        const paneS = windowS / panes;
        const sizes: [number, number][] = [];
        const gaps: [number, number][] = [];
        let now = 1_000_000_000;
        let newest = 0;
        let last = -1;
        for (const { move, wire } of steps) {
          now += move;
          core.ingest(batchOf([packet(BigInt(now), new Uint8Array(4), wire)]));
          newest = Math.max(newest, Math.floor(now / 1e6));
          if (newest - Math.floor(now / 1e6) >= windowS) continue;
          const pane = Math.floor(newest / paneS);
          sizes.push([pane, Math.max(4, wire)]);
          if (now < last) continue;
          if (last >= 0) gaps.push([pane, Math.min(now - last, caps[1]!)]);
          last = now;
        }
        const held = (all: [number, number][]) =>
          all
            .filter(([pane]) => pane > Math.floor(newest / paneS) - panes)
            .map(([, value]) => value)
            .sort((a, b) => a - b);
        const actual = trafficOf(core);
        check(actual.sizes, held(sizes), caps[0]!, quantileBits);
        check(actual.gaps, held(gaps), caps[1]!, quantileBits);
      }),
      { numRuns: build.name === "twin" ? 30 : 150 },
    );
  });
}

function check(
  actual: ReturnType<typeof trafficOf>["sizes"],
  sorted: number[],
  cap: number,
  bits: number,
): void {
  assert.is(actual.count, sorted.length);
  const exact = [500, 900, 990].map((permille) => Math.min(quantileOf(sorted, permille), cap));
  for (const [i, value] of actual.quantiles.entries()) {
    assert.ok(Math.abs(value - exact[i]!) <= exact[i]! / 2 ** (bits + 1), `${value}, ${exact[i]}`);
  }
  if (actual.sum === null) return;
  const sum = sorted.reduce((total, value) => total + value, 0);
  const mean = sum / Math.max(1, sorted.length);
  const variance = sorted.reduce((total, value) => total + (value - mean) ** 2, 0);
  assert.is(actual.max, sorted.at(-1) ?? 0);
  assert.is(actual.sum, BigInt(sum));
  const expected = variance / Math.max(1, sorted.length);
  assert.ok(Math.abs(actual.variance! - expected) <= expected * 1e-9 + 1e-6, "variance");
}

test.run();
