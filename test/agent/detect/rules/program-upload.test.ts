import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programUpload } from "../../../../agent/detect/rules/program-upload.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: program_upload");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "s7comm",
        object: "",
        command: "start upload",
        commandClass: "control",
        action: "program_upload",
      }),
    ],
  });

test("attack: start upload of s7comm, with and without a baseline", () => {
  const findings = judged(programUpload, [load(0), load(1)]);
  assert.equal(told(findings), [`program_upload ${laptop} > ${plc} s7comm`]);
  assert.match(findings[0]!.why, /start upload/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(programUpload, [load(0)], learnt([observed(-9, { commands: [command(-9)] })])))
      .length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(programUpload, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(programUpload, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
