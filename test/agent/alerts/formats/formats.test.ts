import * as fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bounded, isFinding } from "../../../../agent/alerts/check.ts";
import { formats } from "../../../../agent/alerts/formats/index.ts";
import { noticeOf } from "../../../../agent/alerts/notice.ts";
import {
  FINDINGS_WALL_MS,
  findingOf,
  hostileFinding,
  noticeOfFinding,
  speaker,
  violationFinding,
} from "../../../fixtures/findings.ts";
import { parseSyslog } from "../../../fixtures/parse-syslog.ts";

const test = suite("alerts: formats");

const jsonOf = (name: keyof typeof formats, finding = violationFinding()) =>
  JSON.parse(formats[name].encode(noticeOfFinding(finding), speaker));

test("sns-message has exactly the members that Device Defender sends", () => {
  assert.equal(jsonOf("sns-message"), {
    violationEventTime: FINDINGS_WALL_MS,
    thingName: "gw-7",
    behavior: {
      criteria: {
        consecutiveDatapointsToClear: 1,
        value: { count: 40 },
        durationSeconds: 300,
        consecutiveDatapointsToAlarm: 2,
        comparisonOperator: "less-than",
      },
      name: "FewMessages",
      metric: "aws:num-messages-sent",
    },
    violationEventType: "in-alarm",
    metricValue: { count: 61 },
    violationId: "0000000000000000000000000000beef",
    securityProfileName: "PlantFloor",
  });
});

test("sns-message of a rule, and of a behavior that is gone", () => {
  const { behavior, metricValue, securityProfileName } = jsonOf("sns-message", findingOf(80));
  assert.equal(behavior, {
    criteria: {},
    name: "new_listener",
    metric: "fieldwarden:new_listener",
  });
  assert.equal(metricValue, { strings: ["tcp/80"] });
  assert.is(securityProfileName, "fieldwarden");
  const { metricValue: _, ...gone } = violationFinding({
    event: "alarm-invalidated",
    source: {
      kind: "behavior",
      securityProfileName: "P",
      behaviorName: "B",
      behavior: null,
    },
  });
  const message = jsonOf("sns-message", gone);
  assert.equal(message.behavior, { name: "B" });
  assert.not.ok("metricValue" in message);
});

test("sns: AWS's envelope and headers; a repetition keeps its MessageId", () => {
  const notice = noticeOfFinding(violationFinding());
  const envelope = JSON.parse(formats.sns.encode(notice, speaker));
  assert.equal(Object.keys(envelope), [
    "Type",
    "MessageId",
    "TopicArn",
    "Message",
    "Timestamp",
    "SignatureVersion",
    "Signature",
    "SigningCertURL",
    "UnsubscribeURL",
  ]);
  assert.is(envelope.Message, formats["sns-message"].encode(notice, speaker));
  assert.match(
    envelope.MessageId,
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  assert.is(JSON.parse(formats.sns.encode(notice, speaker)).MessageId, envelope.MessageId);
  assert.is(envelope.Timestamp, "2026-11-24T08:30:00.290Z");
  assert.equal(formats.sns.headersOf?.(notice, speaker), {
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": envelope.MessageId,
    "x-amz-sns-topic-arn": envelope.TopicArn,
  });
  assert.match(envelope.TopicArn, /^arn:aws:sns:local:\d{12}:[A-Za-z0-9_-]{1,256}$/);
});

test("cloudevents: the required attributes, by the rules of CloudEvents 1.0 §3.1", () => {
  for (const finding of [violationFinding(), findingOf(1, { subject: "" }), hostileFinding]) {
    const event = jsonOf("cloudevents", finding);
    assert.is(event.specversion, "1.0");
    for (const name of ["id", "source", "type"]) assert.ok(event[name].length > 0);
    assert.ok(!("subject" in event) || event.subject.length > 0);
    assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(event.source, /^\/[!-~]+$/);
    for (const name of Object.keys(event)) assert.match(name, /^[a-z0-9]{1,20}$/);
    assert.is(event.id, `${finding.id}.1`);
    assert.is(event.data.finding.why.length, finding.why.length);
  }
});

test("eventbridge: an entry as PutEvents takes it, its detail a JSON text", () => {
  const entry = jsonOf("eventbridge");
  assert.equal(Object.keys(entry), ["Time", "Source", "Resources", "DetailType", "Detail"]);
  assert.is(entry.Time, FINDINGS_WALL_MS / 1000);
  assert.ok(!entry.Source.startsWith("aws."), "the service refuses that prefix from others");
  const detail = JSON.parse(entry.Detail);
  assert.is(detail.name, "FewMessages");
  assert.is(detail.finding.metricValue.count, 61);
});

test("finding: a line that reads back as the record", () => {
  const notice = noticeOfFinding(findingOf(7));
  assert.equal(noticeOf(formats.finding.encode(notice, speaker)), notice);
});

const syslogOf = (finding = findingOf(80), draft = {}) =>
  parseSyslog(Buffer.from(formats.syslog.encode(noticeOfFinding(finding, draft), speaker)));

test("syslog: every part where RFC 5424 has it", () => {
  const { structuredData, ...parts } = syslogOf();
  assert.equal(parts, {
    facility: 4,
    severity: 3,
    timestamp: "2026-11-24T08:30:00.250Z",
    hostname: "gw-7",
    appName: "fieldwarden",
    procId: "-",
    msgId: "in-alarm",
    message: "port 80 listens now; it was closed in all 288 learned windows",
    hasBom: true,
  });
  const { hash, ...params } = structuredData["fieldwarden@32473"]!;
  assert.match(hash!, /^[0-9a-f]{64}$/);
  assert.equal(params, {
    id: "00000000000000000000000000000050",
    sequence: "1",
    kind: "raised",
    severity: "high",
    source: "new_listener",
    subject: "tcp/80",
    count: "1",
    since: "2026-11-24T08:30:00.250Z",
    techniques: "T0886",
  });
});

test("syslog: PRI by severity, and never alarming for what is over", () => {
  const severityOf = (changes: object) => syslogOf(findingOf(1, changes)).severity;
  const levels = ["critical", "high", "medium", "low", "informational"];
  assert.equal(
    levels.map((severity) => severityOf({ severity })),
    [2, 3, 4, 5, 6],
  );
  assert.is(severityOf({ severity: "critical", event: "alarm-cleared" }), 5);
});

test("syslog: hostile text is escaped, and stays one line", () => {
  const { structuredData, message } = syslogOf(hostileFinding);
  const { subject } = structuredData["fieldwarden@32473"]!;
  assert.is(subject, 'x"]\\ <0>1 forged    ü 漢 \ufffd');
  assert.is(
    message,
    'a "quote", a ] bracket, a back\\slash,  0 <34>1 a forged line  ü 漢字 😀 \ufffd end',
  );
});

test("syslog: cut to its bytes between two characters", () => {
  for (let offset = 0; offset < 4; offset++) {
    const why = `${"x".repeat(offset)}${"漢".repeat(4000)}`;
    const text = formats.syslog.encode(noticeOfFinding(findingOf(1, { why })), speaker);
    const bytes = Buffer.byteLength(text);
    assert.ok(bytes <= 8192 && bytes > 8188, `${bytes} bytes`);
    assert.not.match(text, "\ufffd");
    parseSyslog(Buffer.from(text));
  }
});

/** Findings with any text and any number that the model's types allow. */
const anyText = fc.string({ unit: "binary", maxLength: 40 });
const anyFinding = fc
  .record({
    subject: anyText,
    why: anyText,
    numbers: fc.dictionary(anyText, fc.double(), { maxKeys: 4 }),
    techniques: fc.array(anyText, { maxLength: 2 }),
    wallMs: fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
    metricValue: fc.record({ strings: fc.array(anyText, { maxLength: 3 }) }),
  })
  .map((changes) => bounded(findingOf(1, changes)));

test("any finding, once bounded, is read back from its line and written by every format", () => {
  fc.assert(
    fc.property(anyFinding, (finding) => {
      assert.ok(isFinding(finding));
      const notice = noticeOfFinding(finding);
      const line = formats.finding.encode(notice, speaker);
      assert.is(formats.finding.encode(noticeOf(line)!, speaker), line);
      parseSyslog(Buffer.from(formats.syslog.encode(notice, speaker)));
      for (const [name, format] of Object.entries(formats)) {
        const text = format.encode(notice, speaker);
        assert.not.match(text, /[\r\n]/);
        if (name !== "syslog") JSON.parse(text);
      }
    }),
    { numRuns: 300 },
  );
});

test("a finding of any size fits in a record", () => {
  const long = "漢".repeat(20_000);
  const numbers = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`${at}${long}`, at]));
  const value = { strings: Array.from({ length: 99 }, () => long) };
  for (const finding of [
    findingOf(1, { subject: long, why: long, numbers, metricValue: value }),
    violationFinding({ why: long, numbers, metricValue: value }),
    violationFinding({
      source: {
        kind: "behavior",
        securityProfileName: long,
        behaviorName: long,
        behavior: { name: long },
      },
    }),
  ]) {
    const small = bounded(finding);
    assert.ok(isFinding(small));
    assert.ok(Buffer.byteLength(JSON.stringify(small)) <= 32 * 1024);
  }
});

test.run();
