import { suite } from "uvu";
import * as assert from "uvu/assert";
import { newProtocol } from "../../../../agent/detect/rules/new-protocol.ts";
import {
  hmi,
  judged,
  learnt,
  observed,
  plc,
  quietMinute,
  refusal,
  talk,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: new_protocol");

test("attack: a remote shell beside the polls of a known pair", () => {
  const shell = observed(0, { conversations: [talk(0, { port: 22 })] });
  const findings = judged(newProtocol, [shell], learnt(quietMinute()));
  assert.equal(told(findings), [`new_protocol ${hmi} > ${plc} tcp/22`]);
  assert.match(findings[0]!.why, /but not in tcp.22: 11 packets/);
});

test("normal: the protocol that was learnt, and a port that refused", () => {
  const polls = observed(0, { conversations: [talk(0), refusal(0, { port: 22 })] });
  assert.equal(told(judged(newProtocol, [polls], learnt(quietMinute()))), []);
});

test.run();
