import { suite } from "uvu";
import * as assert from "uvu/assert";
import { exceptionBurst } from "../../../../agent/detect/rules/exception-burst.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: exception_burst");

const wrong = (atS: number, parts = {}) =>
  observed(atS, {
    commands: [
      command(atS, { client: laptop, errorCount: 1, error: "illegal data address", ...parts }),
    ],
  });
const seconds = (count: number) => Array.from({ length: count }, (_, index) => index);

test("attack: eight of eight answers are errors", () => {
  const findings = judged(
    exceptionBurst,
    seconds(20).map((atS) => wrong(atS)),
  );
  assert.equal(told(findings), [`exception_burst ${laptop} > ${plc} modbus`]);
  assert.match(findings[0]!.why, /8 of 8 answers .* were errors \(modbus: illegal data address\)/);
});

test("normal: a poll with a wrong tag among nine right ones, for an hour", () => {
  const poll = seconds(3600).map((atS) =>
    observed(atS, {
      commands: [
        command(atS, { requestCount: 9 }),
        command(atS, { requestCount: 0, errorCount: 1 }),
      ],
    }),
  );
  assert.equal(told(judged(exceptionBurst, poll)), []);
});

test("normal: a share of errors that was learnt", () => {
  const habit = (fromS: number) =>
    seconds(60).map((second) => {
      const atS = fromS + second;
      const error = { requestCount: 2, errorCount: 2, error: "illegal data address" };
      return observed(atS, { commands: [command(atS), command(atS, error)] });
    });
  assert.is(told(judged(exceptionBurst, habit(0))).length, 1);
  assert.equal(told(judged(exceptionBurst, habit(0), learnt(habit(-60)))), []);
});

test.run();
