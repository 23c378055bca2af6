import { suite } from "uvu";
import * as assert from "uvu/assert";
import { unprotectedSession } from "../../../../agent/detect/rules/unprotected-session.ts";
import { fact, judged, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: unprotected_session");

const shows = (atS: number, value: string) =>
  observed(atS, { facts: [fact(atS, { name: "weakness", value, source: "opcua" })] });

test("attack: an anonymous OPC UA session without signature: two matters", () => {
  const findings = judged(unprotectedSession, [
    shows(0, "no_encryption"),
    shows(1, "anonymous_session"),
  ]);
  assert.equal(told(findings), [
    `unprotected_session ${plc}: no_encryption`,
    `unprotected_session ${plc}: anonymous_session`,
  ]);
  assert.match(findings[0]!.why, /neither signed nor encrypted/);
});

test("normal: it was learnt", () => {
  const habit = shows(0, "no_encryption");
  assert.equal(told(judged(unprotectedSession, [habit], learnt([habit]))), []);
});

test.run();
