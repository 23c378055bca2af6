import { suite } from "uvu";
import * as assert from "uvu/assert";
import { arpSweep } from "../../../../agent/detect/rules/arp-sweep.ts";
import { arpQuestion, judged, laptop, observed, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: arp_sweep");

const asks = (atS: number, last: number) =>
  observed(atS, { conversations: [arpQuestion(atS, laptop, `10.1.0.${last}`)] });

test("attack: the whole segment within two seconds", () => {
  const sweep = Array.from({ length: 254 }, (_, at) => asks(at / 127, at + 1));
  const findings = judged(arpSweep, sweep);
  assert.equal(told(findings), [`arp_sweep ${laptop}`]);
  assert.match(findings[0]!.why, /asked by ARP for 32 addresses within/);
});

test("normal: one absent address all day, and thirty over an hour", () => {
  assert.equal(
    told(
      judged(
        arpSweep,
        Array.from({ length: 500 }, (_, at) => asks(at, 9)),
      ),
    ),
    [],
  );
  assert.equal(
    told(
      judged(
        arpSweep,
        Array.from({ length: 40 }, (_, at) => asks(at * 90, at)),
      ),
    ),
    [],
  );
});

test.run();
