import { suite } from "uvu";
import * as assert from "uvu/assert";
import { beacon } from "../../../../agent/detect/rules/beacon.ts";
import {
  going,
  judged,
  laptop,
  learnt,
  observed,
  plc,
  talk,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: beacon");

const calls = (gapsS: readonly number[], parts = {}) => {
  let atS = 0;
  return gapsS.map((gapS) => {
    atS += gapS;
    return observed(atS, {
      conversations: [talk(atS, { from: laptop, to: "203.0.113.9", port: 443, ...parts })],
    });
  });
};
const steady = Array.from({ length: 12 }, (_, at) => 60 + (at % 3));

test("attack: a call to an outside address every minute", () => {
  const findings = judged(beacon, calls(steady));
  assert.equal(told(findings), [`beacon ${laptop} > 203.0.113.9 tcp/443`]);
  assert.match(
    findings[0]!.why,
    /every 61 s, 9 times so far with 26 bytes each; the gaps vary by 1\.\d %/,
  );
});

test("normal: calls at a person's pace, of changing size, inside the site, for the time, or learnt", () => {
  assert.equal(told(judged(beacon, calls([60, 20, 90, 240, 30, 75, 60, 400, 20, 60, 90, 10]))), []);
  const sizes = calls(steady).map((each, at) => ({
    ...each,
    conversations: [
      going(at * 60, { from: laptop, to: "203.0.113.9", port: 443, payloadBytes: [at * 50, 0] }),
    ],
  }));
  assert.equal(told(judged(beacon, sizes)), []);
  assert.equal(told(judged(beacon, calls(steady, { to: plc }))), []);
  assert.equal(told(judged(beacon, calls(steady, { port: 123, protocol: 17 }))), []);
  assert.equal(told(judged(beacon, calls(steady), learnt(calls(steady)))), []);
});

test.run();
