import { suite } from "uvu";
import * as assert from "uvu/assert";
import { pollStopped } from "../../../../agent/detect/rules/poll-stopped.ts";
import {
  command,
  going,
  hmi,
  judged,
  learnt,
  observed,
  plc,
  plc2,
  quietMinute,
  told,
} from "../../../fixtures/plant.ts";

const test = suite("detect: rules: poll_stopped");

/** The first PLC is polled no more; the second is. */
const half = (atS: number) =>
  observed(atS, {
    commands: [command(atS, { server: plc2 })],
    conversations: [going(atS, { to: plc2 })],
  });
const seconds = (count: number, fromS = 0) =>
  Array.from({ length: count }, (_, index) => fromS + index);

test("attack: one of two polls stops, and goes on later", () => {
  const stop = [
    ...quietMinute(0),
    ...seconds(60, 60).map(half),
    ...quietMinute(120),
    ...quietMinute(180),
  ];
  const findings = judged(pollStopped, stop, learnt(quietMinute()));
  assert.equal(
    findings.map(({ event, subject }) => `${event} ${subject}`),
    [`in-alarm ${hmi} > ${plc} modbus`, `alarm-cleared ${hmi} > ${plc} modbus`],
  );
  assert.match(
    findings[0]!.why,
    /which still sends elsewhere\) for 11 s; while learning one came every 1 s/,
  );
});

test("normal: a pulled mirror port silences everything, and a capture with losses proves nothing", () => {
  const pulled = [...quietMinute(0), observed(4000, {}), ...quietMinute(4001)];
  assert.equal(told(judged(pollStopped, pulled, learnt(quietMinute()))), []);
  const lossy = seconds(60).map((atS) => ({ ...half(atS), lostCount: 1 }));
  assert.equal(told(judged(pollStopped, lossy, learnt(quietMinute()))), []);
});

test.run();
