import { encode } from "cbor-x";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressingOf, DEFENDER_TOPIC } from "../../../agent/defender/topics.ts";

const test = suite("defender: topics and answers");
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const { publishTopic, replyTopics, replyOf } = addressingOf(DEFENDER_TOPIC, "gw-7", "json");
const [accepted, rejected] = replyTopics as [string, string];

test("Defender's own topic answers on accepted and rejected", () => {
  assert.is(publishTopic, "$aws/things/gw-7/defender/metrics/json");
  assert.is(accepted, "$aws/things/gw-7/defender/metrics/json/accepted");
  assert.is(rejected, "$aws/things/gw-7/defender/metrics/json/rejected");
});

test("on any other topic the broker's acknowledgement is the answer", () => {
  const basicIngest = addressingOf("$aws/rules/defender/{thing}", "gw-7", "cbor");
  assert.is(basicIngest.publishTopic, "$aws/rules/defender/gw-7");
  assert.equal(basicIngest.replyTopics, []);
});

test("accepted carries the report's id", () => {
  const reply = bytes({ thingName: "gw-7", reportId: 42, status: "ACCEPTED", timestamp: 1 });
  assert.equal(replyOf(accepted, reply), { reportId: 42, result: { outcome: "accepted" } });
});

test("a refusal carries code and message, and perhaps no id", () => {
  const statusDetails = { ErrorCode: "InvalidPayload", ErrorMessage: "Malformed metrics report" };
  assert.equal(replyOf(rejected, bytes({ status: "REJECTED", statusDetails })), {
    reportId: null,
    result: { outcome: "rejected", code: "InvalidPayload", reason: "Malformed metrics report" },
  });
});

test("Throttled is not a refusal: the report waits", () => {
  const reply = bytes({ reportId: 42, statusDetails: { ErrorCode: "Throttled" } });
  assert.equal(replyOf(rejected, reply)?.result, {
    outcome: "throttled",
    reason: "no reason given",
  });
});

test("CBOR answers are read, wide integers too", () => {
  const cbor = addressingOf(DEFENDER_TOPIC, "gw-7", "cbor");
  const reply = encode({ reportId: 1_780_000_300_123n, status: "ACCEPTED" });
  assert.is(cbor.replyOf(cbor.replyTopics[0]!, reply)?.reportId, 1_780_000_300_123);
});

test("whatever comes, reading it does not throw", () => {
  for (const format of ["json", "cbor"] as const) {
    const addressing = addressingOf(DEFENDER_TOPIC, "gw-7", format);
    const check = (payload: Uint8Array) => {
      for (const topic of addressing.replyTopics) addressing.replyOf(topic, payload);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check));
    fc.assert(fc.property(fc.jsonValue().map(bytes), check));
  }
});

test.run();
