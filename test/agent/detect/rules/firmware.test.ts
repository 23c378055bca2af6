import { suite } from "uvu";
import * as assert from "uvu/assert";
import { firmware } from "../../../../agent/detect/rules/firmware.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: firmware");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "cip",
        object: "",
        command: "write firmware",
        commandClass: "control",
        action: "firmware_update",
      }),
    ],
  });

test("attack: write firmware of cip, with and without a baseline", () => {
  const findings = judged(firmware, [load(0), load(1)]);
  assert.equal(told(findings), [`firmware ${laptop} > ${plc} cip`]);
  assert.match(findings[0]!.why, /write firmware/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(firmware, [load(0)], learnt([observed(-9, { commands: [command(-9)] })]))).length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(firmware, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(firmware, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
