import { suite } from "uvu";
import * as assert from "uvu/assert";
import { commandFlood } from "../../../../agent/detect/rules/command-flood.ts";
import {
  command,
  going,
  hmi,
  judged,
  laptop,
  learnt,
  observed,
  plc,
  quietMinute,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: command_flood");

const seconds = (count: number) => Array.from({ length: count }, (_, index) => index);

test("attack: requests that nobody waits for the answers of", () => {
  const rush = observed(0, {
    commands: [command(0, { client: laptop, requestCount: 40, responseCount: 0 })],
    conversations: [going(0, { from: laptop, packets: [40, 1] })],
  });
  const findings = judged(commandFlood, [rush]);
  assert.equal(told(findings), [`command_flood ${laptop} > ${plc} modbus`]);
  assert.match(findings[0]!.why, /40 commands .* and waited for 0 answers/);
});

test("attack: control commands by the dozen, all answered", () => {
  const freeze = {
    client: laptop,
    protocol: "dnp3",
    command: "freeze",
    commandClass: "control" as const,
  };
  const flood = seconds(10).map((atS) =>
    observed(atS, { commands: [command(atS, { ...freeze, requestCount: 60 })] }),
  );
  const findings = judged(commandFlood, flood);
  assert.match(findings[0]!.why, /120 control commands of dnp3 within 10 s/);
});

test("attack: forty times the polls that were learnt", () => {
  const flood = seconds(10).map((atS) =>
    observed(atS, { commands: [command(atS, { requestCount: 80 })] }),
  );
  const findings = judged(commandFlood, flood, learnt(quietMinute()));
  assert.equal(told(findings), [`command_flood ${hmi} > ${plc} modbus`]);
});

test("normal: fast polls, and one direction of them alone", () => {
  const fast = seconds(10).map((atS) =>
    observed(atS, { commands: [command(atS, { requestCount: 500 })] }),
  );
  assert.equal(told(judged(commandFlood, fast)), []);
  const oneWay = seconds(10).map((atS) =>
    observed(atS, {
      commands: [command(atS, { requestCount: 500, responseCount: 0 })],
      conversations: [going(atS, { packets: [500, 0] })],
    }),
  );
  assert.equal(told(judged(commandFlood, oneWay)), []);
});

test.run();
