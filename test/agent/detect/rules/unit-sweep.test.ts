import { suite } from "uvu";
import * as assert from "uvu/assert";
import { unitSweep } from "../../../../agent/detect/rules/unit-sweep.ts";
import { command, judged, laptop, learnt, observed, plc, told } from "../../../fixtures/plant.ts";

const test = suite("detect: rules: unit_sweep");

const asks = (atS: number, unit: number, parts = {}) =>
  observed(atS, {
    commands: [
      command(atS, { client: laptop, object: `unit ${unit}`, responseCount: 0, ...parts }),
    ],
  });
const units = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("attack: unit after unit that is not there, by silence or by the gateway's word", () => {
  const gone = { errorCount: 1, error: "gateway target device failed to respond" };
  for (const parts of [{}, gone]) {
    const sweep = units(247).map((unit) =>
      asks(unit * 5, unit, unit === 17 ? { responseCount: 1 } : parts),
    );
    const findings = judged(unitSweep, sweep);
    assert.equal(told(findings), [`unit_sweep ${laptop} > ${plc} modbus`]);
    assert.match(findings[0]!.why, /addressed about 6 devices behind .* about 6 did not answer/);
  }
});

test("normal: a gateway whose thirty units answer, some of them dead", () => {
  const polls = [...units(30), ...units(30)].map((unit, at) =>
    asks(at * 5, unit, unit % 6 === 0 ? {} : { responseCount: 1 }),
  );
  assert.equal(told(judged(unitSweep, polls)), []);
});

test("normal: dead units that were learnt", () => {
  const polls = (fromS: number) => units(20).map((unit) => asks(fromS + unit * 5, unit, {}));
  assert.equal(told(judged(unitSweep, polls(0), learnt(polls(-200)))), []);
});

test.run();
