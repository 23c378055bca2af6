import { suite } from "uvu";
import * as assert from "uvu/assert";
import { abi } from "../../../agent/traffic/abi.ts";
import { createExcerptReader } from "../../../agent/traffic/excerpts.ts";
import { bytesOf } from "../../fixtures/facts/example.ts";
import { linkExamples } from "../../fixtures/facts/link.ts";
import { otExamples } from "../../fixtures/facts/ot.ts";
import { plcExamples } from "../../fixtures/facts/plc.ts";

const test = suite("traffic: excerpts");

/** As the core hands it over: a header, and the message's bytes behind it; here from byte 8 on. */
function excerptOf(kind: number, conversation: number, message: Uint8Array): DataView {
  const at = 8;
  const bytes = new Uint8Array(at + abi.EXCERPT_HEADER_BYTES + message.length);
  const view = new DataView(bytes.buffer);
  const isLink = conversation === abi.CONVERSATION_LINK;
  const address = (last: string) =>
    bytesOf(isLink ? `02000000000${last}` : `00000000000000000000ffff0a00000${last}`);
  bytes.set(address("1"), at + abi.EXCERPT_SRC);
  bytes.set(address("2"), at + abi.EXCERPT_DST);
  bytes.set(bytesOf("020000000001"), at + abi.EXCERPT_SRC_MAC);
  bytes.set(message, at + abi.EXCERPT_HEADER_BYTES);
  view.setBigUint64(at + abi.EXCERPT_TS, 1_700_000_000_123_456n, true);
  view.setUint16(at + abi.EXCERPT_SRC_PORT, 102, true);
  view.setUint16(at + abi.EXCERPT_DST_PORT, 50_000, true);
  view.setUint8(at + abi.EXCERPT_KIND, kind);
  view.setUint8(at + abi.EXCERPT_CONVERSATION, conversation);
  view.setUint16(at + abi.EXCERPT_BYTES, message.length, true);
  return view;
}

const exampleOf = (what: string) =>
  [...linkExamples, ...otExamples, ...plcExamples].find((example) => example.what === what)!.bytes;

test("ends and time are the header's, whatever the kind of conversation", () => {
  const reader = createExcerptReader();
  const overIp = excerptOf(abi.EXCERPT_ENIP, abi.CONVERSATION_IPV4, exampleOf("ListIdentity"));
  const [vendor] = reader.factsOf(overIp, 8);
  assert.equal(vendor?.subject, { address: "10.0.0.1" });
  assert.is(vendor?.atMs, 1_700_000_000_123.456);
  const overLink = excerptOf(abi.EXCERPT_CDP, abi.CONVERSATION_LINK, exampleOf("a switch"));
  assert.equal(reader.factsOf(overLink, 8)[0]?.subject, { mac: "02:00:00:00:00:01" });
});

test("a kind that this host does not know says nothing", () => {
  const view = excerptOf(250, abi.CONVERSATION_IPV4, exampleOf("ListIdentity"));
  assert.equal(createExcerptReader().factsOf(view, 8), []);
});

test("a status list in two parts is read as one", () => {
  const whole = exampleOf("SZL 0x001C: names and serial number");
  const [dataAt, cut] = [33, 33 + 8 + 34 + 20];
  const part = (isLast: boolean, data: Uint8Array) => {
    const message = bytesOf(whole.subarray(0, dataAt), data);
    // Data unit reference, and whether more follows.
    message.set([0xd5, isLast ? 0 : 1], 25);
    return message;
  };
  const reader = createExcerptReader();
  const names = (message: Uint8Array) =>
    reader
      .factsOf(excerptOf(abi.EXCERPT_S7COMM, abi.CONVERSATION_IPV4, message), 8)
      .map(({ name }) => name);
  assert.equal(names(part(false, whole.subarray(dataAt, cut))), ["name"]);
  assert.equal(names(part(true, whole.subarray(cut))), ["name", "serial", "product"]);
  // Without its first part, a part says nothing.
  assert.equal(names(part(true, whole.subarray(cut))), []);
});

test.run();
