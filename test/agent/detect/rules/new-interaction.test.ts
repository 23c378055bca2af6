import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newInteraction } from "../../../../agent/detect/rules/new-interaction.ts";
import {
  datagrams,
  going,
  hmi,
  judged,
  laptop,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  refusal,
  talk,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: new_interaction");

const visit = (atS: number, parts = {}) => observed(atS, { conversations: [talk(atS, parts)] });

test("attack: one PLC begins to talk to another", () => {
  const findings = judged(
    newInteraction,
    [visit(0, { from: plc, to: plc2, port: 4444 })],
    learnt(quietMinute()),
  );
  assert.equal(told(findings), [`new_interaction ${plc} > ${plc2} any protocol`]);
  assert.is(findings[0]!.severity, "medium");
  assert.match(findings[0]!.why, /11 packets of tcp.4444, which nobody used there/);
});

test("attack: a service that others use there is less of a surprise", () => {
  const [finding] = judged(
    newInteraction,
    [visit(0, { from: plc, to: plc2 })],
    learnt(quietMinute()),
  );
  assert.is(finding!.severity, "low");
});

test("normal: known pairs, tries that came to nothing, single datagrams, and what new_asset tells", () => {
  const baseline = learnt(quietMinute());
  const nothing = [
    observed(0, { conversations: [going(0)] }),
    observed(1, { conversations: [refusal(1, { from: plc, to: plc2 })] }),
    observed(2, { conversations: [datagrams(2, 1, { from: plc, to: plc2, port: 161 })] }),
    visit(3, { from: laptop, to: hmi }),
  ];
  assert.equal(told(judged(newInteraction, nothing, baseline)), []);
});

test.run();
