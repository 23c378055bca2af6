import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressChange } from "../../../../agent/detect/rules/address-change.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: address_change");

const load = (atS: number) =>
  observed(atS, {
    commands: [
      command(atS, {
        client: laptop,
        protocol: "profinet",
        object: "",
        command: "set address",
        commandClass: "control",
        action: "address_set",
      }),
    ],
  });

test("attack: set address of profinet, with and without a baseline", () => {
  const findings = judged(addressChange, [load(0), load(1)]);
  assert.equal(told(findings), [`address_change ${laptop} > ${plc} profinet`]);
  assert.match(findings[0]!.why, /set address/);
  assert.is(findings[0]!.numbers.commands, 1);
  assert.is(
    told(judged(addressChange, [load(0)], learnt([observed(-9, { commands: [command(-9)] })])))
      .length,
    1,
  );
});

test("normal: it was learnt, or it is a poll", () => {
  const habit = [-40, -30, -20].map(load);
  assert.equal(told(judged(addressChange, [load(0)], learnt(habit))), []);
  assert.equal(told(judged(addressChange, [observed(0, { commands: [command(0)] })])), []);
});

test.run();
