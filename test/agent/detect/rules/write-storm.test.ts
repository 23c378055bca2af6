import { suite } from "uvu";
import * as assert from "uvu/assert";
import { writeStorm } from "../../../../agent/detect/rules/write-storm.ts";
import {
  hmi,
  judged,
  learnt,
  observed,
  plc,
  quietMinute,
  told,
  write,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: write_storm");

const writes = (atS: number, requestCount: number) =>
  observed(atS, { commands: [write(atS, { requestCount })] });

test("attack: 300 writes in 10 s where one a second was normal", () => {
  const storm = Array.from({ length: 10 }, (_, second) => writes(second, 30));
  const findings = judged(writeStorm, storm, learnt(quietMinute()));
  assert.equal(told(findings), [`write_storm ${hmi} > ${plc} modbus`]);
  assert.is(findings[0]!.severity, "high");
  assert.ok(findings[0]!.numbers.writes! > findings[0]!.numbers.writes_learnt_p99!);
});

test("normal: twice as many writes as usual", () => {
  const busy = Array.from({ length: 10 }, (_, second) => writes(second, 2));
  assert.equal(told(judged(writeStorm, busy, learnt(quietMinute()))), []);
});

test.run();
