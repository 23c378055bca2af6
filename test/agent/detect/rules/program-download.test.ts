import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programDownload } from "../../../../agent/detect/rules/program-download.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: program_download");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "s7comm",
        object: "",
        command: "download block",
        commandClass: "control",
        action: "program_download",
      }),
    ],
  });

test("attack: download block of s7comm, with and without a baseline", () => {
  const findings = judged(programDownload, [load(0), load(1)]);
  assert.equal(told(findings), [`program_download ${laptop} > ${plc} s7comm`]);
  assert.match(findings[0]!.why, /download block/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(programDownload, [load(0)], learnt([observed(-9, { commands: [command(-9)] })])))
      .length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(programDownload, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(programDownload, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
