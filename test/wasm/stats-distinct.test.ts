import { suite } from "uvu";
import * as assert from "uvu/assert";
import { builds, createRandom, openCore } from "./harness.ts";
import { datagram, feed, trafficOf } from "./stats-traffic.ts";

const test = suite("wasm: distinct sources, destinations, ports");

/** Standard errors as hll.ts and ull.ts state them. */
const standardError = { nano: 1.04 / Math.sqrt(1024), gateway: 0.7608 / Math.sqrt(4096) };
const START_US = 1_700_000_000e6;

for (const build of builds) {
  const sigma = build.name === "nano" ? standardError.nano : standardError.gateway;

  test(`${build.name}: the estimates' error is the stated one, from one value to many`, () => {
    for (const count of [1, 7, 60, 500, 3000, 10_000]) {
      const streams = build.name === "twin" ? 2 : count > 1000 ? 8 : 20;
      let squares = 0;
      let sum = 0;
      for (let stream = 0; stream < streams; stream++) {
        const key = Uint8Array.of(1, 0, 8, 0, stream, 2, 3, 4, 5, 6, 7, 8);
        const core = openCore(build.instantiate(), key);
        const records = Array.from({ length: count }, (_, i) =>
          datagram({
            us: START_US + i * 10,
            src: 4096 + i,
            dst: 900_000 + stream * 20_000 + i,
            dstPort: 1 + i,
          }),
        );
        // Everything twice: it must not count twice.
        feed(core, [...records, ...records]);
        const { sources, destinations, ports } = trafficOf(core);
        for (const estimate of [sources, destinations, ports]) {
          const error = estimate / count - 1;
          assert.ok(Math.abs(error) <= 5 * sigma, `${estimate} for ${count}`);
          squares += error ** 2;
          sum += error;
        }
      }
      const rms = Math.sqrt(squares / streams / 3);
      assert.ok(
        rms <= (1 + 2 / Math.sqrt(streams)) * sigma,
        `rms ${rms} of ${count}, not ${sigma}`,
      );
      assert.ok(Math.abs(sum / streams / 3) <= (4 * sigma) / Math.sqrt(streams * 3), "bias");
    }
  });

  test(`${build.name}: nothing is none, and what left the window is forgotten`, () => {
    const core = openCore(build.instantiate());
    assert.ok(trafficOf(core).sources < 1e-9);
    const random = createRandom(5);
    const at = (us: number, count: number) =>
      Array.from({ length: count }, () => datagram({ us, src: random() >>> 8, dst: 5 }));
    feed(core, at(START_US, 400));
    assert.ok(Math.abs(trafficOf(core).sources / 400 - 1) < 5 * sigma);
    assert.is(Math.round(trafficOf(core).destinations), 1);
    feed(core, at(START_US + 1000e6, 3));
    assert.is(Math.round(trafficOf(core).sources), 3);
    core.tick(1_700_002_000);
    assert.ok(trafficOf(core).sources < 1e-9);
  });

  test(`${build.name}: answers do not count their ports, and a pane's change does not lose who goes on`, () => {
    const core = openCore(build.instantiate());
    for (let second = 0; second < 400; second++) {
      const us = START_US + second * 1e6;
      const ask = { src: 7, dst: 9, srcPort: 41_000, dstPort: 502 };
      const answer = { src: 9, dst: 7, srcPort: 502, dstPort: 41_000 };
      feed(core, [datagram({ us, ...ask }), datagram({ us: us + 500, ...answer })]);
      const { sources, destinations, ports } = trafficOf(core);
      assert.equal([sources, destinations, ports].map(Math.round), [2, 2, 1]);
    }
  });
}

test.run();
