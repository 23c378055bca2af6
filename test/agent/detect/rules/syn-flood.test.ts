import { suite } from "uvu";
import * as assert from "uvu/assert";
import { synFlood } from "../../../../agent/detect/rules/syn-flood.ts";
import { judged, knock, observed, plc, talk, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: syn_flood");

const knocks = (atS: number, count: number, make = knock) =>
  observed(atS, {
    conversations: Array.from({ length: count }, (_, at) =>
      make(atS, { from: `10.66.${at >> 8}.${at & 255}`, fromPort: 1024 + at, service: "" }),
    ),
  });

test("attack: two hundred connections that nobody makes, from forged senders", () => {
  const findings = judged(synFlood, [knocks(0, 200)]);
  assert.equal(told(findings), [`syn_flood ${plc} port 502`]);
  assert.match(
    findings[0]!.why,
    /connections to port 502 of 10.1.0.20 were begun within 10 s and not made/,
  );
});

test("normal: a busy server, and a client that tries again and again", () => {
  assert.equal(told(judged(synFlood, [knocks(0, 200, talk)])), []);
  assert.equal(
    told(
      judged(
        synFlood,
        Array.from({ length: 100 }, (_, at) => knocks(at * 10, 20)),
      ),
    ),
    [],
  );
});

test.run();
