import { suite } from "uvu";
import * as assert from "uvu/assert";
import { itProtocol } from "../../../../agent/detect/rules/it-protocol.ts";
import {
  hmi,
  judged,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  refusal,
  talk,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: it_protocol");

const visit = (atS: number, parts = {}) =>
  observed(atS, { conversations: [talk(atS, { service: "", ...parts })] });
const rules = itProtocol;

test("attack: a file share of a controller, before or after it is known for one", () => {
  const share = visit(70, { port: 445 });
  for (const order of [
    [...quietMinute(0), share],
    [share, ...quietMinute(100)],
  ]) {
    const findings = judged(rules, order);
    assert.equal(told(findings), [`it_protocol ${hmi} > ${plc} tcp/445`]);
    assert.match(findings[0]!.why, /uses SMB on 10.1.0.20, which is a controller/);
  }
});

test("attack: a remote desktop into the controllers' subnet, from outside", () => {
  const desktop = visit(70, { from: "10.200.0.5", to: "10.1.0.99", port: 3389 });
  const findings = judged(rules, [...quietMinute(0), desktop]);
  assert.match(
    findings[0]!.why,
    /uses RDP on 10.1.0.99 from outside its subnet, where 2 controllers are/,
  );
});

test("attack: two controllers that talk on a port of no protocol", () => {
  const findings = judged(rules, [
    ...quietMinute(0),
    visit(70, { from: plc, to: plc2, port: 4444 }),
  ]);
  assert.match(findings[0]!.why, /both are controllers, and it is no control protocol/);
});

test("normal: a refused try, shares among computers, a controller's web page, what was learnt", () => {
  const office = { from: hmi, to: "10.1.0.11", port: 445 };
  const nothing = [
    ...quietMinute(0),
    observed(70, { conversations: [refusal(70, { port: 445 })] }),
    visit(71, office),
    visit(72, { port: 80 }),
  ];
  assert.equal(told(judged(rules, nothing)), []);
  const habit = visit(0, { port: 445 });
  assert.equal(told(judged(rules, [...quietMinute(0), habit], learnt([habit, habit, habit]))), []);
});

test.run();
