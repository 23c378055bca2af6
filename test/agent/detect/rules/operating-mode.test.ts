import { suite } from "uvu";
import * as assert from "uvu/assert";
import { operatingMode } from "../../../../agent/detect/rules/operating-mode.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: operating_mode");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "s7comm",
        object: "",
        command: "plc stop",
        commandClass: "control",
        action: "stop",
      }),
    ],
  });

test("attack: plc stop of s7comm, with and without a baseline", () => {
  const findings = judged(operatingMode, [load(0), load(1)]);
  assert.equal(told(findings), [`operating_mode ${laptop} > ${plc} s7comm`]);
  assert.match(findings[0]!.why, /plc stop/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(operatingMode, [load(0)], learnt([observed(-9, { commands: [command(-9)] })])))
      .length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(operatingMode, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(operatingMode, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
