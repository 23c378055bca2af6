/**
 * AWS's own reports and replies (../shared/vectors/defender) against the intake. Which file is what is
 * read from INDEX.json and the file itself, so that a vector that is added is tested, too.
 */
import { readFileSync } from "node:fs";
import { Decoder, Encoder } from "cbor-x";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createIntake } from "../../sim/emulator/intake/intake.ts";
import { treeOf } from "../../sim/emulator/intake/tree.ts";
import { createManualClock, silentLog } from "../sim/emulator/support.ts";

const test = suite("vectors: Device Defender's intake");
const folder = new URL("../../../shared/vectors/defender/", import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, folder), "utf8");

interface Vector {
  file: string;
  /** Where it was taken from: document and, for the guide, its code block. */
  source: string;
  value: Record<string, unknown>;
}

const vectors: Vector[] = (JSON.parse(textOf("INDEX.json")) as Vector[])
  .filter(({ file }) => file.endsWith(".json"))
  .map(({ file, source }) => ({ file, source, value: JSON.parse(textOf(file)) }));

const reports = vectors.filter(({ value }) => "header" in value || "hed" in value);
const replies = [
  ...vectors.filter(({ value }) => "status" in value && "thingName" in value),
  ...vectors.flatMap(({ file, source, value }) =>
    embeddedMessagesOf(value).map((message) => ({ file, source, value: message })),
  ),
];

/** The replies that a Lambda event carries as text. */
function embeddedMessagesOf({ Records }: Record<string, unknown>): Record<string, unknown>[] {
  if (!Array.isArray(Records)) return [];
  const messages = Records.map(({ Sns }) => JSON.parse(Sns.Message));
  return messages.filter((message) => "thingName" in message && "status" in message);
}

/** The guide's one report that it shows as malformed, beside the reply to it in the next block. */
const MALFORMED = "device-defender-troubleshoot.md block 6";

function sent(bytes: Uint8Array, format: "json" | "cbor", thing: string, wallMs = 0) {
  const out: { topic: string; payload: Buffer }[] = [];
  const intake = createIntake({
    onAccepted: () => undefined,
    minIntervalS: 300,
    clock: createManualClock(wallMs),
    log: silentLog,
    publish: (topic, payload) => void out.push({ topic, payload: Buffer.from(payload) }),
  });
  intake.receive({ thing, format }, bytes);
  const { topic, payload } = out[0]!;
  const reply =
    format === "json"
      ? JSON.parse(`${payload}`)
      : new Decoder({ mapsAsObjects: true }).decode(payload);
  return { topic, reply: reply as Record<string, unknown>, text: `${payload}`, intake };
}

const encoder = new Encoder({ useRecords: false, variableMapSize: true });

test("there are reports and replies to test", () => {
  assert.ok(reports.length >= 4);
  assert.ok(replies.length >= 4);
});

for (const { file, source, value } of reports) {
  const status = source.endsWith(MALFORMED) ? "REJECTED" : "ACCEPTED";
  for (const format of ["json", "cbor"] as const) {
    test(`${file} as ${format} is ${status}`, () => {
      const bytes = format === "json" ? Buffer.from(textOf(file)) : encoder.encode(value);
      const { topic, reply, intake } = sent(bytes, format, "myThing");
      assert.is(reply.status, status);
      assert.is(topic, `$aws/things/myThing/defender/metrics/${format}/${status.toLowerCase()}`);
      const [kept] = intake.reports.newest(null, 1);
      assert.is(kept === undefined, status === "REJECTED");
      if (kept === undefined) return;
      assert.equal(kept.not_retained, []);
      assert.equal(kept.ignored, []);
      if ("header" in value) assert.equal(kept.report, value);
      assert.is(kept.names, "header" in value ? "long" : "short");
    });
  }
}

test("the malformed report gets the documented reply, but for its time and its id", () => {
  const report = reports.find(({ source }) => source.endsWith(MALFORMED));
  const documented = vectors.find(({ source }) => source.endsWith("troubleshoot.md block 7"));
  assert.ok(report !== undefined && documented !== undefined);
  const bytes = Buffer.from(textOf(report.file));
  const thing = String(documented.value.thingName);
  const { reportId, ...reply } = sent(bytes, "json", thing).reply;
  assert.equal(reply, { ...documented.value, timestamp: 0 });
  assert.is(reportId, (report.value.header as { report_id: number }).report_id);
});

test("what the guide sends to repair it, is taken", () => {
  const repaired = reports.find(({ source }) => source.endsWith("troubleshoot.md block 8"));
  assert.ok(repaired !== undefined);
  assert.is(sent(Buffer.from(textOf(repaired.file)), "json", "t").reply.status, "ACCEPTED");
});

for (const { file, value } of replies) {
  test(`${file}: ours is the same, byte for byte`, () => {
    const id = value.reportId;
    const bytes = id === undefined ? "{" : `{"hed":{"rid":${id},"v":"1.0"},"met":{}}`;
    const thing = String(value.thingName);
    const { text } = sent(Buffer.from(bytes), "json", thing, Number(value.timestamp));
    assert.is(text, JSON.stringify(value));
  });
}

test("CBOR version strings of another agent decode", () => {
  const strings = vectors.find(({ file }) => file.includes("cbor-version-strings"));
  assert.ok(strings !== undefined);
  for (const [version, hex] of Object.entries(strings.value.vectors as Record<string, string>)) {
    assert.equal(treeOf(Buffer.from(hex, "hex"), "cbor"), { value: version });
  }
});

test.run();
