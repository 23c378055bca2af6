import { suite } from "uvu";
import * as assert from "uvu/assert";
import { udpFlood } from "../../../../agent/detect/rules/udp-flood.ts";
import { datagrams, judged, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: udp_flood");

const floods = (atS: number, count: number, parts = {}) =>
  observed(atS, { conversations: [datagrams(atS, count, { port: 2222, ...parts })] });
const seconds = Array.from({ length: 10 }, (_, index) => index);

test("attack: two thousand datagrams a second without an answer", () => {
  const findings = judged(
    udpFlood,
    seconds.map((atS) => floods(atS, 2000)),
  );
  assert.equal(told(findings), [`udp_flood ${plc}`]);
  assert.match(findings[0]!.why, /got 10000 datagrams within 10 s and answered 0/);
});

test("normal: cyclic I/O both ways, a stream to a group, a learnt stream", () => {
  const cyclic = { packets: [2000, 2000] as const };
  assert.equal(
    told(
      judged(
        udpFlood,
        seconds.map((atS) => floods(atS, 0, cyclic)),
      ),
    ),
    [],
  );
  const video = { to: "239.1.1.1" };
  assert.equal(
    told(
      judged(
        udpFlood,
        seconds.map((atS) => floods(atS, 2000, video)),
      ),
    ),
    [],
  );
  const baseline = learnt([floods(-10, 2000)]);
  assert.equal(
    told(
      judged(
        udpFlood,
        seconds.map((atS) => floods(atS, 2000)),
        baseline,
      ),
    ),
    [],
  );
});

test.run();
