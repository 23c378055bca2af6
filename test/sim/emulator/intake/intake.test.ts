import { Decoder } from "cbor-x";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIntake } from "../../../../sim/emulator/intake/intake.ts";
import { createManualClock, silentLog } from "../support.ts";

const test = suite("emulator: intake");

function start(minIntervalS: number) {
  const clock = createManualClock(1_543_256_022_750);
  const replies: { topic: string; payload: Buffer }[] = [];
  const intake = createIntake({
    onAccepted: () => undefined,
    minIntervalS,
    clock,
    log: silentLog,
    publish: (topic, payload) => void replies.push({ topic, payload: Buffer.from(payload) }),
  });
  const send = (json: string, thing = "press-07") => {
    intake.receive({ thing, format: "json" }, Buffer.from(json));
    return JSON.parse(replies.at(-1)!.payload.toString());
  };
  return { clock, replies, intake, send };
}

const reportJson = (id: number) =>
  `{"header":{"report_id":${id},"version":"1.0"},"metrics":{"network_stats":{"bytes_in":${id}}}}`;

test("an accepted report: the reply as captured, the report kept", () => {
  const { replies, intake, send } = start(300);
  send(reportJson(1_543_256_022));
  assert.is(replies[0]?.topic, "$aws/things/press-07/defender/metrics/json/accepted");
  assert.is(
    replies[0]?.payload.toString(),
    '{"thingName":"press-07","reportId":1543256022,"status":"ACCEPTED","timestamp":1543256022750}',
  );
  assert.equal(intake.reports.newest("press-07", 10), [
    {
      thing: "press-07",
      report_id: 1_543_256_022,
      received_at: 1_543_256_022_750,
      format: "json",
      names: "long",
      bytes: 103,
      report: {
        header: { report_id: 1_543_256_022, version: "1.0" },
        metrics: { network_stats: { bytes_in: 1_543_256_022 } },
      },
      not_retained: [],
      ignored: [],
    },
  ]);
});

test("a malformed report: the reply as captured, the precise reason kept beside it", () => {
  const { replies, intake, send } = start(300);
  send("no report");
  assert.is(
    replies[0]?.payload.toString(),
    '{"thingName":"press-07","status":"REJECTED","statusDetails":{"ErrorCode":"InvalidPayload",' +
      '"ErrorMessage":"Malformed metrics report"},"timestamp":1543256022750}',
  );
  assert.is(replies[0]?.topic, "$aws/things/press-07/defender/metrics/json/rejected");
  const [rejection] = intake.rejections.newest(null, 10);
  assert.is(rejection?.error_code, "InvalidPayload");
  assert.match(rejection?.reason ?? "", /^not JSON/);
});

test("a readable header gives the rejection its id", () => {
  const { send } = start(300);
  const reply = send('{"header":{"report_id":5,"version":"1.0"}}');
  assert.equal(Object.keys(reply), [
    "thingName",
    "reportId",
    "status",
    "statusDetails",
    "timestamp",
  ]);
  assert.is(reply.reportId, 5);
  assert.is(send("{}").statusDetails.ErrorCode, "MissingHeader");
});

test("a second report within the interval is throttled, not kept, and does not start it anew", () => {
  const { clock, intake, send } = start(300);
  send(reportJson(1));
  clock.advance(299_000);
  const reply = send(reportJson(2));
  assert.is(reply.statusDetails.ErrorCode, "Throttled");
  assert.is(reply.reportId, 2);
  assert.is(intake.reports.size, 1);
  assert.match(intake.rejections.newest(null, 1)[0]?.reason ?? "", /1\.0 s too early/);
  clock.advance(1_000);
  assert.is(send(reportJson(3)).status, "ACCEPTED");
  assert.equal(intake.counts, { accepted: 2, rejected: 1, throttled: 1 });
});

test("the interval is each thing's own, and a malformed report neither waits for it nor starts it", () => {
  const { send } = start(300);
  assert.is(send("no report").statusDetails.ErrorCode, "InvalidPayload");
  assert.is(send(reportJson(1)).status, "ACCEPTED");
  assert.is(send("no report").statusDetails.ErrorCode, "InvalidPayload");
  assert.is(send(reportJson(1), "press-08").status, "ACCEPTED");
});

test("an interval of zero takes every report; ids may repeat and fall", () => {
  const { send } = start(0);
  for (const id of [9, 9, 1]) assert.is(send(reportJson(id)).status, "ACCEPTED");
});

test("a CBOR report gets a CBOR reply, its numbers as integers", () => {
  const { replies, intake } = start(300);
  // {"hed": {"rid": 1, "v": "1.0"}, "met": {}}
  const bytes = Buffer.from(
    "a263686564a2637269640161766331 2e30636d6574a0".replace(" ", ""),
    "hex",
  );
  intake.receive({ thing: "press-07", format: "cbor" }, bytes);
  const [reply] = replies;
  assert.is(reply?.topic, "$aws/things/press-07/defender/metrics/cbor/accepted");
  assert.equal(new Decoder({ mapsAsObjects: true }).decode(reply!.payload), {
    thingName: "press-07",
    reportId: 1,
    status: "ACCEPTED",
    timestamp: 1_543_256_022_750n,
  });
  // RFC 8949 §3.1: 0x1b, an unsigned integer of eight bytes; not 0xfb, a float.
  assert.ok(reply!.payload.includes(Buffer.from("1b00000167513a1ede", "hex")));
});

test("things whose names AWS does not take are rejected", () => {
  const { send, intake } = start(300);
  for (const thing of ["x".repeat(129), "a\u0007b"]) {
    assert.is(send(reportJson(1), thing).statusDetails.ErrorCode, "InvalidPayload");
  }
  assert.is(intake.reports.size, 0);
});

test.run();
