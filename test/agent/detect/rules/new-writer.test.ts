import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newWriter } from "../../../../agent/detect/rules/new-writer.ts";
import {
  command,
  hmi,
  judged,
  laptop,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  told,
  write,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: new_writer");

const writes = (atS: number, parts = {}) => observed(atS, { commands: [write(atS, parts)] });

test("attack: a client that never wrote writes", () => {
  const findings = judged(
    newWriter,
    [writes(0, { client: laptop, requestCount: 3 })],
    learnt(quietMinute()),
  );
  assert.equal(told(findings), [`new_writer ${laptop} > ${plc} modbus`]);
  assert.is(findings[0]!.severity, "high");
  assert.match(
    findings[0]!.why,
    /3 writes of modbus \(write single register\); while learning it never wrote/,
  );
});

test("attack: the HMI writes to a PLC that it only read, which is less sure", () => {
  const [finding] = judged(newWriter, [writes(0, { server: plc2 })], learnt(quietMinute()));
  assert.is(finding!.subject, `${hmi} > ${plc2} modbus`);
  assert.is(finding!.severity, "medium");
});

test("normal: who wrote while learning, and who reads", () => {
  const reads = observed(0, { commands: [command(0, { client: laptop })] });
  assert.equal(told(judged(newWriter, [writes(0), reads], learnt(quietMinute()))), []);
});

test.run();
