import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ConversationCount, PlantObservation } from "../../../agent/core/plant.ts";
import {
  createFlowWatch,
  FLOW_SILENCE_MS,
  readActiveFlows,
} from "../../../agent/indicators/flows.ts";
import { parseIndicators } from "../../../agent/indicators/parse.ts";
import { createIndicatorSet } from "../../../agent/indicators/set.ts";

const test = suite("indicators: plant traffic");

const setOf = (text: string) =>
  createIndicatorSet(parseIndicators({ name: "bad.txt", text }).indicators);

const flow = (from: string, to: string, port: number, atMs = 1000): ConversationCount => ({
  kind: "ipv4",
  protocol: 6,
  service: "modbus",
  initiator: { address: from, port: 40_000 },
  responder: { address: to, port },
  packets: [3, 2],
  bytes: [300, 200],
  payloadBytes: [100, 100],
  synCount: 1,
  finCount: 0,
  rstCount: 0,
  firstMs: atMs,
  lastMs: atMs,
});
const seen = (untilMs: number, ...conversations: ConversationCount[]): PlantObservation => ({
  fromMs: untilMs - 1000,
  untilMs,
  commands: [],
  conversations,
  facts: [],
  lostCount: 0,
});

test("an end that is named alarms once, and is over after an hour of silence", () => {
  const watch = createFlowWatch("gw", setOf("203.0.113.0/24"), []);
  const [alarm, ...more] = watch.observe(
    seen(2000, flow("10.0.0.7", "203.0.113.9", 443), flow("203.0.113.9", "10.0.0.8", 502)),
  );
  assert.equal(more, []);
  assert.is(alarm?.event, "in-alarm");
  assert.is(alarm?.subject, "203.0.113.9");
  assert.match(alarm?.why ?? "", /named by bad\.txt .*talks with 10\.0\.0\.7 \(modbus, port 443\)/);
  const again = flow("203.0.113.9", "10.0.0.8", 502, 5000);
  assert.equal(watch.observe(seen(6000, again)), []);
  assert.equal(watch.observe(seen(5000 + FLOW_SILENCE_MS)), []);
  const [cleared] = watch.observe(seen(5001 + FLOW_SILENCE_MS));
  assert.is(cleared?.event, "alarm-cleared");
  assert.is(cleared?.id, alarm?.id);
  assert.equal(watch.active(), []);
});

test("an indicator with a port counts for the server's port alone", () => {
  const set = setOf("203.0.113.9:443");
  const findingsOf = (one: ConversationCount) =>
    createFlowWatch("gw", set, []).observe(seen(2, one));
  assert.is(findingsOf(flow("10.0.0.7", "203.0.113.9", 443)).length, 1);
  assert.is(findingsOf(flow("10.0.0.7", "203.0.113.9", 80)).length, 0);
  assert.is(findingsOf(flow("203.0.113.9", "10.0.0.7", 443)).length, 0);
});

test("what was saved goes on, and what is no such state is nothing", () => {
  const set = setOf("203.0.113.9");
  const before = createFlowWatch("gw", set, []);
  const one = seen(2000, flow("10.0.0.7", "203.0.113.9", 443));
  const [alarm] = before.observe(one);
  const saved = JSON.parse(JSON.stringify(before.active()));
  const after = createFlowWatch("gw", set, readActiveFlows(saved));
  assert.equal(after.observe(one), []);
  const [cleared] = after.observe(seen(2001 + FLOW_SILENCE_MS));
  assert.is(cleared?.id, alarm?.id);
  for (const bad of [null, [1], [{ subject: "x", sinceWallMs: 1 }], {}]) {
    assert.equal(readActiveFlows(bad), []);
  }
});

test.run();
