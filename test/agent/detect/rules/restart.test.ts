import { suite } from "uvu";
import * as assert from "uvu/assert";
import { restart } from "../../../../agent/detect/rules/restart.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: restart");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "dnp3",
        object: "",
        command: "cold restart",
        commandClass: "control",
        action: "restart",
      }),
    ],
  });

test("attack: cold restart of dnp3, with and without a baseline", () => {
  const findings = judged(restart, [load(0), load(1)]);
  assert.equal(told(findings), [`restart ${laptop} > ${plc} dnp3`]);
  assert.match(findings[0]!.why, /cold restart/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(restart, [load(0)], learnt([observed(-9, { commands: [command(-9)] })]))).length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(restart, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(restart, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
