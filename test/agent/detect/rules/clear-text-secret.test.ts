import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clearTextSecret } from "../../../../agent/detect/rules/clear-text-secret.ts";
import { fact, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: clear_text_secret");

const shows = (atS: number, value: string) =>
  observed(atS, { facts: [fact(atS, { name: "weakness", value, source: "snmp", peer: laptop })] });

test("attack: a community in clear text", () => {
  const findings = judged(clearTextSecret, [
    shows(0, "clear_text_community"),
    shows(1, "clear_text_community"),
  ]);
  assert.equal(told(findings), [`clear_text_secret ${plc}: clear_text_community`]);
  assert.match(
    findings[0]!.why,
    /is read with a community in clear text \(snmp, seen from 10.1.0.66\)/,
  );
});

test("normal: it was learnt, or it is a weakness of another kind", () => {
  const habit = shows(0, "clear_text_password");
  assert.equal(told(judged(clearTextSecret, [habit], learnt([habit]))), []);
  assert.equal(told(judged(clearTextSecret, [shows(0, "anonymous_session")])), []);
});

test.run();
