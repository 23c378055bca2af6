import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { builds, type Core, openCore } from "./harness.ts";
import { datagram, feed, sectionOf } from "./stats-traffic.ts";

const test = suite("wasm: pace and jitter");

const step = fc.record({
  conversation: fc.nat(4),
  isAnswer: fc.boolean(),
  move: fc.oneof(fc.integer({ min: -2000, max: 300_000 }), fc.nat(1_500_000_000)),
});

for (const build of builds) {
  test(`${build.name}: jitter is RFC 3550's integer recurrence on the initiator's gaps`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
        const core = openCore(build.instantiate());
        const expected = new Map<number, { last: number; gap: number; jitter: number }>();
        let us = 1_700_000_000e6;
        for (const { conversation, isAnswer, move } of steps) {
          us += move;
          const ends = { src: 10 + conversation, dst: 99 };
          const begun = expected.get(conversation);
          const swapped = { src: ends.dst, dst: ends.src, srcPort: 502, dstPort: 40_000 };
          feed(core, [datagram({ us, ...(begun && isAnswer ? swapped : ends) })]);
          if (!begun) expected.set(conversation, { last: us, gap: 0, jitter: 0 });
          else if (!isAnswer) follow(begun, us);
        }
        const told = pacesOf(core);
        const want = [...expected.values()].filter(({ gap }) => gap !== 0);
        assert.equal(told, want.map(({ gap, jitter }) => `${gap} ${jitter}`).sort());
      }),
      { numRuns: build.name === "twin" ? 15 : 60 },
    );
  });
}

function follow(one: { last: number; gap: number; jitter: number }, us: number): void {
  const gap = (us - one.last) >>> 0;
  if (one.gap !== 0) {
    const difference = Math.min(Math.abs((gap - one.gap) | 0), 2 ** 27);
    one.jitter += difference - ((one.jitter + 8) >>> 4);
  }
  one.last = us;
  one.gap = gap;
}

/** "gap jitter" of every conversation whose initiator has sent twice. */
function pacesOf(core: Core): string[] {
  const table = sectionOf(core, abi.SECTION_PACE);
  const paces: string[] = [];
  for (let at = 0; at < table.byteLength; at += abi.PACE_BYTES) {
    const gap = table.getUint32(at + abi.PACE_GAP, true);
    if (gap !== 0) paces.push(`${gap} ${table.getUint32(at + abi.PACE_JITTER, true)}`);
  }
  return paces.sort();
}

test.run();
