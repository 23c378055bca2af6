import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { builds, openCore } from "./harness.ts";
import { datagram, feed, trafficOf } from "./stats-traffic.ts";

const test = suite("wasm: entropy of ports and peers");

const key = [1, 2, 3, 4, 5, 6, 7, 8];

for (const build of builds) {
  const buckets = build.name === "nano" ? 128 : 1024;

  test(`${build.name}: of the ports, is that of their buckets' counts; of the peers, never above theirs`, () => {
    const packets = fc.array(fc.tuple(fc.nat(30), fc.nat(30), fc.nat(60)), {
      minLength: 1,
      maxLength: 400,
      size: "max",
    });
    let lost = 0;
    let stated = 0;
    fc.assert(
      fc.property(packets, (all) => {
        const core = openCore(build.instantiate(), Uint8Array.of(1, 0, 8, 0, ...key));
        const records = all.map(([src, dst, port], i) =>
          datagram({ us: 1e12 + i, src: 100 + src, dst: 200 + dst, dstPort: 1 + port ** 2 }),
        );
        feed(core, records);
        const actual = trafficOf(core);
        const ports = all.map(([, , port]) => mix(1 + port ** 2) % buckets);
        assert.ok(Math.abs(actual.portEntropy - entropyOf(ports)) <= 2 ** -15);
        const peers = all.map(([, dst]) => dst);
        assert.ok(actual.destinationEntropy <= entropyOf(peers) + 2 ** -15);
        lost += entropyOf(peers) - actual.destinationEntropy;
        stated += (new Set(peers).size - 1) / (2 * Math.LN2 * buckets);
        if (actual.sourceEntropy === null) return;
        assert.ok(actual.sourceEntropy <= entropyOf(all.map(([src]) => src)) + 2 ** -15);
      }),
      { numRuns: build.name === "twin" ? 20 : 80 },
    );
    assert.ok(lost <= 3 * stated, `lost ${lost} bits, stated are ${stated}`);
  });

  test(`${build.name}: one peer, and no packets, have none`, () => {
    const core = openCore(build.instantiate());
    assert.is(trafficOf(core).portEntropy, 0);
    feed(core, Array(50).fill(datagram({ us: 1e12, src: 5, dst: 6 })));
    assert.is(trafficOf(core).portEntropy, 0);
    assert.is(trafficOf(core).destinationEntropy, 0);
  });
}

/** hash.ts's, once more. */
function mix(value: number): number {
  let x = (value ^ new DataView(Uint8Array.from(key).buffer).getUint32(0, true)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function entropyOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) {
    entropy -= (count / values.length) * Math.log2(count / values.length);
  }
  return entropy;
}

test.run();
