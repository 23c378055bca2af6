import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createManualClock } from "../../../sim/engine/clock.ts";

const test = suite("sim: clock");

test("time passes when told to, on both clocks; a jump moves only the wall's", () => {
  const clock = createManualClock({ wallMs: 1_000 });
  clock.advance(50);
  assert.equal([clock.wallMs(), clock.monotonicMs()], [1_050, 50]);
  clock.jumpWall(-1_050);
  assert.equal([clock.wallMs(), clock.monotonicMs()], [0, 50]);
  assert.throws(() => clock.advance(-1), /time does not pass/);
});

test.run();
