import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newCommand } from "../../../../agent/detect/rules/new-command.ts";
import {
  command,
  hmi,
  judged,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  told,
  write,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: new_command");

const sends = (atS: number, parts = {}) => observed(atS, { commands: [command(atS, parts)] });

test("attack: a writer sends a write that it never sent", () => {
  const odd = { command: "mask write register", commandClass: "write", requestCount: 2 };
  const findings = judged(newCommand, [sends(0, odd)], learnt(quietMinute()));
  assert.equal(told(findings), [`new_command ${hmi} > ${plc} modbus`]);
  assert.is(findings[0]!.severity, "medium");
  assert.match(findings[0]!.why, /mask write register \(2 requests of modbus\)/);
});

test("attack: a read of another kind is told as low", () => {
  const [finding] = judged(
    newCommand,
    [sends(0, { command: "report server id" })],
    learnt(quietMinute()),
  );
  assert.is(finding!.severity, "low");
});

test("normal: learnt commands, and writes of a client that never wrote, which are new_writer's", () => {
  const baseline = learnt(quietMinute());
  assert.equal(told(judged(newCommand, quietMinute(0), baseline)), []);
  const foreign = observed(0, { commands: [write(0, { server: plc2 })] });
  assert.equal(told(judged(newCommand, [foreign], baseline)), []);
});

test("a command that was learnt less often than repeats are wanted is not normal", () => {
  const once = [...quietMinute(), sends(-1, { command: "report server id" })];
  assert.is(
    told(judged(newCommand, [sends(0, { command: "report server id" })], learnt(once))).length,
    1,
  );
});

test.run();
