import { suite } from "uvu";
import * as assert from "uvu/assert";
import { timeSet } from "../../../../agent/detect/rules/time-set.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: time_set");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "s7comm",
        object: "",
        command: "set clock",
        commandClass: "control",
        action: "time_set",
      }),
    ],
  });

test("attack: set clock of s7comm, with and without a baseline", () => {
  const findings = judged(timeSet, [load(0), load(1)]);
  assert.equal(told(findings), [`time_set ${laptop} > ${plc} s7comm`]);
  assert.match(findings[0]!.why, /set clock/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(timeSet, [load(0)], learnt([observed(-9, { commands: [command(-9)] })]))).length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(timeSet, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(timeSet, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
