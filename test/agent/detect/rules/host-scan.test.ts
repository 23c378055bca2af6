import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostScan } from "../../../../agent/detect/rules/host-scan.ts";
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

const test = suite("detect: rules: host_scan");

const hosts = (count: number) =>
  Array.from({ length: count }, (_, index) => `10.1.0.${100 + index}`);
const tries = (atS: number, to: string) =>
  observed(atS, { conversations: [knock(atS, { from: laptop, to })] });

test("attack: ten addresses in a second, or one an hour", () => {
  for (const gapS of [0.1, 3600]) {
    const scan = hosts(10).map((to, at) => tries(at * gapS, to));
    const findings = judged(hostScan, scan);
    assert.equal(told(findings), [`host_scan ${laptop}`]);
    assert.match(findings[0]!.why, /tried about \d+ addresses .* did not answer or refused/);
  }
});

test("attack: refusals are failures too, and the packets' order in time does not matter", () => {
  const scan = hosts(10).map((to, at) =>
    observed(-at * 3600, { conversations: [refusal(-at * 3600, { from: laptop, to })] }),
  );
  assert.equal(told(judged(hostScan, scan)), [`host_scan ${laptop}`]);
});

test("attack: a million addresses are one finding", () => {
  const scan = Array.from({ length: 200 }, (_, second) =>
    observed(second, {
      conversations: Array.from({ length: 500 }, (_, at) =>
        knock(second, { from: laptop, to: `10.${second}.${at >> 8}.${at & 255}` }),
      ),
    }),
  );
  assert.equal(told(judged(hostScan, scan)), [`host_scan ${laptop}`]);
});

test("normal: a client whose peers answer, but for some", () => {
  const visits = hosts(50).map((to, at) =>
    at % 5 === 0
      ? tries(at, to)
      : observed(at, { conversations: [talk(at, { from: laptop, to })] }),
  );
  assert.equal(told(judged(hostScan, visits)), []);
});

test("normal: one dead PLC that is called all day", () => {
  const calls = Array.from({ length: 500 }, (_, at) => tries(at * 10, plc));
  assert.equal(told(judged(hostScan, calls)), []);
});

test("normal: peers that were learnt, though they are switched off today", () => {
  const visits = hosts(10).map((to, at) =>
    observed(-at, { conversations: [talk(-at, { from: laptop, to })] }),
  );
  const off = hosts(10).map((to, at) => tries(at, to));
  assert.equal(told(judged(hostScan, off, learnt(visits))), []);
});

test.run();
