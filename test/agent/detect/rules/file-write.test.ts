import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fileWrite } from "../../../../agent/detect/rules/file-write.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: file_write");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "dnp3",
        object: "",
        command: "write file",
        commandClass: "control",
        action: "file_write",
      }),
    ],
  });

test("attack: write file of dnp3, with and without a baseline", () => {
  const findings = judged(fileWrite, [load(0), load(1)]);
  assert.equal(told(findings), [`file_write ${laptop} > ${plc} dnp3`]);
  assert.match(findings[0]!.why, /write file/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(fileWrite, [load(0)], learnt([observed(-9, { commands: [command(-9)] })]))).length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(fileWrite, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(fileWrite, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
