import { suite } from "uvu";
import * as assert from "uvu/assert";
import { communicationControl } from "../../../../agent/detect/rules/communication-control.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: communication_control");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "dnp3",
        object: "",
        command: "disable unsolicited",
        commandClass: "control",
        action: "communication_control",
      }),
    ],
  });

test("attack: disable unsolicited of dnp3, with and without a baseline", () => {
  const findings = judged(communicationControl, [load(0), load(1)]);
  assert.equal(told(findings), [`communication_control ${laptop} > ${plc} dnp3`]);
  assert.match(findings[0]!.why, /disable unsolicited/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(
      judged(communicationControl, [load(0)], learnt([observed(-9, { commands: [command(-9)] })])),
    ).length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(communicationControl, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(communicationControl, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
