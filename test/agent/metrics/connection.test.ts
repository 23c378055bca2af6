import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { customProblemOf } from "../../../agent/core/custom-value.ts";
import { type ConnectionTraffic, MESSAGE_SIZES_MAX } from "../../../agent/core/transport.ts";
import {
  connectionDatapointsOf,
  mirrorMetricsOf,
  topicDimensionsOf,
} from "../../../agent/metrics/connection.ts";

const test = suite("metrics: connection");

const none = { messagesSent: 0, messagesReceived: 0, sizesSent: [], authorizationFailures: 0 };
const trafficOf = (changes: Partial<ConnectionTraffic> = {}): ConnectionTraffic => ({
  scopes: { "": none },
  connectionAttempts: 0,
  connects: 0,
  disconnects: 0,
  disconnectedMs: 0,
  sourceAddress: null,
  ...changes,
});

const morning = trafficOf({
  scopes: {
    "": { messagesSent: 3, messagesReceived: 3, sizesSent: [90, 80, 85], authorizationFailures: 1 },
    "IN reports": { ...none, messagesSent: 2, sizesSent: [90, 80] },
  },
  connectionAttempts: 4,
  connects: 1,
  disconnects: 1,
  disconnectedMs: 130_000,
  sourceAddress: "10.0.0.7",
});
const noon = trafficOf({
  scopes: {
    "": {
      messagesSent: 5,
      messagesReceived: 4,
      sizesSent: [90, 80, 85, 700, 60],
      authorizationFailures: 1,
    },
    "IN reports": { ...none, messagesSent: 3, sizesSent: [90, 80, 700] },
  },
  connectionAttempts: 5,
  connects: 2,
  disconnects: 1,
  sourceAddress: "10.0.0.8",
});

test("growth between two looks, sizes one by one, by scope", () => {
  assert.equal(connectionDatapointsOf(morning, noon), [
    { metric: "aws:num-messages-sent", value: { count: 2 } },
    { metric: "aws:num-messages-received", value: { count: 1 } },
    { metric: "aws:num-authorization-failures", value: { count: 0 } },
    { metric: "aws:message-byte-size", value: { count: 700 } },
    { metric: "aws:message-byte-size", value: { count: 60 } },
    { metric: "aws:num-messages-sent", value: { count: 1 }, dimension: "IN reports" },
    { metric: "aws:num-messages-received", value: { count: 0 }, dimension: "IN reports" },
    { metric: "aws:num-authorization-failures", value: { count: 0 }, dimension: "IN reports" },
    { metric: "aws:message-byte-size", value: { count: 700 }, dimension: "IN reports" },
    { metric: "aws:num-connection-attempts", value: { count: 1 } },
    { metric: "aws:num-disconnects", value: { count: 0 } },
    { metric: "aws:disconnect-duration", value: { count: 0 } },
    { metric: "aws:source-ip-address", value: { cidrs: ["10.0.0.8"] } },
  ]);
});

test("at the start all of it is growth; without a connect there is no address", () => {
  const values = Object.fromEntries(
    connectionDatapointsOf(null, morning)
      .filter(({ dimension }) => dimension === undefined)
      .map(({ metric, value }) => [metric, value.count ?? value.cidrs]),
  );
  assert.is(values["aws:num-connection-attempts"], 4);
  assert.is(values["aws:disconnect-duration"], 2);
  assert.equal(values["aws:source-ip-address"], ["10.0.0.7"]);
  const again = connectionDatapointsOf(morning, morning);
  assert.not.ok(again.some(({ metric }) => metric === "aws:source-ip-address"));
  assert.not.ok(again.some(({ metric }) => metric === "aws:message-byte-size"));
});

test("the mirror has the same under names that AWS takes", () => {
  const mirror = mirrorMetricsOf(morning, noon);
  assert.equal(mirror, {
    mirror_num_messages_sent: { number: 2 },
    mirror_num_messages_received: { number: 1 },
    mirror_num_authorization_failures: { number: 0 },
    "mirror_num_messages_sent:IN_reports": { number: 1 },
    "mirror_num_messages_received:IN_reports": { number: 0 },
    "mirror_num_authorization_failures:IN_reports": { number: 0 },
    mirror_num_connection_attempts: { number: 1 },
    mirror_num_disconnects: { number: 0 },
    mirror_source_ip_address: { ip_list: ["10.0.0.8"] },
    mirror_disconnect_duration: { number: 0 },
    mirror_message_byte_size_min: { number: 60 },
    mirror_message_byte_size_max: { number: 700 },
    mirror_message_byte_size_sum: { number: 760 },
    "mirror_message_byte_size_min:IN_reports": { number: 700 },
    "mirror_message_byte_size_max:IN_reports": { number: 700 },
    "mirror_message_byte_size_sum:IN_reports": { number: 700 },
  });
  assert.equal(mirrorMetricsOf(null, morning).mirror_disconnect_duration, { number: 130 });
  for (const [name, value] of Object.entries(mirror)) assert.is(customProblemOf(name, value), null);
});

test("windows add up to what there was, however the messages fall into them", () => {
  const sizes = fc.array(fc.nat({ max: 131_072 }), { maxLength: 50 });
  fc.assert(
    fc.property(fc.array(sizes), (windows) => {
      let before: ConnectionTraffic | null = null;
      const sent: number[] = [];
      const seen: (number | undefined)[] = [];
      let count = 0;
      for (const window of windows) {
        sent.push(...window);
        const sizesSent = sent.slice(-MESSAGE_SIZES_MAX);
        const now = trafficOf({
          scopes: { "": { ...none, messagesSent: sent.length, sizesSent } },
        });
        for (const { metric, value } of connectionDatapointsOf(before, now)) {
          if (metric === "aws:message-byte-size") seen.push(value.count);
          if (metric === "aws:num-messages-sent") count += value.count!;
        }
        before = now;
      }
      assert.equal(seen, sent);
      assert.is(count, sent.length);
    }),
  );
});

test("dimensions are NAME=FILTER, the filters of one name together", () => {
  assert.equal(topicDimensionsOf(["a=x/#", "b=y=z", "a=$aws/things/+/shadow"]), [
    { name: "a", filters: ["x/#", "$aws/things/+/shadow"] },
    { name: "b", filters: ["y=z"] },
  ]);
});

test.run();
