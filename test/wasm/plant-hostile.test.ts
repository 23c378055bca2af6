/** Bytes of enemies where plant protocols are expected: nothing traps, and all builds of the gateway agree. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../agent/traffic/abi.ts";
import { batchOf, builds, createRandom, openCore, packet } from "./harness.ts";
import { hostileFrames } from "./hostile-frames.ts";

const test = suite("wasm: hostile plant traffic");
const ROUNDS = 40;
const FRAMES = 60;

test("the gateway and its twin take the same from it, and take their state back", () => {
  const states = builds
    .filter(({ name }) => name !== "nano")
    .map((build) => {
      const random = createRandom(0xf1e1d);
      const core = openCore(build.instantiate());
      for (let round = 0; round < ROUNDS; round++) {
        const start = BigInt(1000 + round) * 1_000_000n;
        const frames = hostileFrames(random, FRAMES);
        const records = frames.map((frame, i) => packet(start + BigInt(i), frame));
        assert.is(core.ingest(batchOf(records)), FRAMES);
        core.tick(1000 + round);
        while (core.query(abi.QUERY_EXCERPTS).getUint32(abi.PAGE_NEXT, true) > 0);
      }
      const snapshot = core.snapshot();
      assert.is(core.restore(snapshot), abi.OK);
      assert.ok(core.query(abi.QUERY_COMMANDS).getUint32(abi.PAGE_RECORDS, true) > 10);
      return Buffer.from(core.snapshot());
    });
  assert.ok(states[0]!.equals(states[1]!));
});

test.run();
