import { decode } from "cbor-x";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeReport } from "../../../agent/defender/encode.ts";
import { type ElementSpecs, reportElements } from "../../../agent/defender/names.ts";
import { buildReport } from "../../../agent/defender/report.ts";
import { windowOf } from "../../fixtures/window.ts";

const test = suite("defender: encode");
const report = buildReport({
  id: 1_780_000_300_123,
  window: windowOf(),
  limits: { portsMax: 100, connectionsMax: 100 },
  knownPeers: new Set(),
  isCustom: () => true,
  custom: {},
});

test("JSON with long names is the document itself", () => {
  const text = new TextDecoder().decode(encodeReport(report, "json", "long"));
  assert.equal(JSON.parse(text), report);
});

test("short names are the same document under the guide's short names", () => {
  const text = new TextDecoder().decode(encodeReport(report, "json", "short"));
  const short = JSON.parse(text);
  assert.equal(short.hed, { rid: 1_780_000_300_123, v: "1.0" });
  assert.equal(short.met.ns, { bi: 29_358_693_495, bo: 26_485_035, pi: 113, po: 118 });
  assert.equal(short.met.tp.pts[0], { pt: 22, if: "0.0.0.0" });
  assert.equal(short.met.tc.ec.cs[0], { rad: "10.0.0.9:40001", lp: 502, li: "eth0" });
  assert.equal(short.cmet, report.custom_metrics);
});

test("CBOR decodes to the same document", () => {
  const bytes = encodeReport(report, "cbor", "long");
  const plain = JSON.parse(
    JSON.stringify(decode(bytes), (_, value) =>
      typeof value === "bigint" ? Number(value) : value,
    ),
  );
  assert.equal(plain, report);
});

test("integers above 32 bits are CBOR integers, not floats", () => {
  const bytes = Buffer.from(encodeReport(report, "cbor", "short"));
  const at = bytes.indexOf("rid") + "rid".length;
  // RFC 8949 §3.1: major type 0 with eight bytes to follow.
  assert.is(bytes[at], 0x1b);
  assert.is(bytes.readBigUInt64BE(at + 1), 1_780_000_300_123n);
});

test("no short name stands for two elements of one parent", () => {
  const check = (specs: ElementSpecs) => {
    const shorts = Object.values(specs).map(({ short }) => short);
    assert.is(new Set(shorts).size, shorts.length);
    for (const { members } of Object.values(specs)) if (members) check(members);
  };
  check(reportElements);
});

test.run();
