import { suite } from "uvu";
import * as assert from "uvu/assert";
import { portScan } from "../../../../agent/detect/rules/port-scan.ts";
import {
  judged,
  knock,
  laptop,
  learnt,
  observed,
  plc,
  refusal,
  talk,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: port_scan");

const ports = (count: number) => Array.from({ length: count }, (_, index) => 20 + index * 7);

test("attack: two thousand ports, of which three are open", () => {
  const scan = ports(2000).map((port, at) =>
    observed(at / 200, {
      conversations: [
        [22, 80, 502].includes(port)
          ? talk(at / 200, { from: laptop, port })
          : refusal(at / 200, { from: laptop, port }),
      ],
    }),
  );
  const findings = judged(portScan, scan);
  assert.equal(told(findings), [`port_scan ${laptop} > ${plc}`]);
  assert.match(
    findings[0]!.why,
    /tried about 6 ports of 10.1.0.20, and about 6 did not answer or refused/,
  );
});

test("attack: a half-open scanner resets what answers, and is found all the same", () => {
  const probe = { from: laptop, packets: [2, 1] as const, synCount: 2, rstCount: 1 };
  const scan = ports(10).map((port) =>
    observed(0, { conversations: [knock(0, { ...probe, port })] }),
  );
  assert.is(told(judged(portScan, scan)).length, 1);
});

test("normal: a client that tries one closed port for ever, and one that uses many open ones", () => {
  const closed = Array.from({ length: 300 }, (_, at) =>
    observed(at, {
      conversations: [refusal(at, { from: laptop, port: 4840, fromPort: at + 2000 })],
    }),
  );
  assert.equal(told(judged(portScan, closed)), []);
  const open = ports(40).map((port) =>
    observed(0, { conversations: [talk(0, { from: laptop, port })] }),
  );
  assert.equal(told(judged(portScan, open, learnt([]))), []);
});

test.run();
