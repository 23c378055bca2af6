/** Addresses as text, and sums over records that left the core one after the other. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addressText, macText } from "../../../agent/traffic/address-text.ts";
import type { Command, Conversation } from "../../../agent/traffic/conversations.ts";
import { createCommandLedger, createConversationLedger } from "../../../agent/traffic/ledger.ts";

const test = suite("traffic: ledger");

test("writes addresses as RFC 5952 and RFC 4291 say", () => {
  const text = (...groups: number[]) => {
    const view = new DataView(new ArrayBuffer(16));
    groups.forEach((group, i) => {
      view.setUint16(i * 2, group);
    });
    return addressText(view, 0);
  };
  assert.is(text(0, 0, 0, 0, 0, 0xffff, 0xc0a8, 0x0102), "192.168.1.2");
  assert.is(text(0, 0, 0, 0, 0, 0, 0, 0), "::");
  assert.is(text(0, 0, 0, 0, 0, 0, 0, 1), "::1");
  assert.is(text(0xfe80, 0, 0, 0, 0, 0, 0, 0), "fe80::");
  assert.is(text(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1), "2001:db8:0:1:1:1:1:1");
  assert.is(text(0x2001, 0xdb8, 0, 0, 1, 0, 0, 1), "2001:db8::1:0:0:1");
  assert.is(text(1, 0, 0, 2, 0, 0, 0, 3), "1:0:0:2::3");
  assert.is(
    macText(new DataView(Uint8Array.of(9, 0, 0xab, 1, 2, 3, 4).buffer), 1),
    "00:ab:01:02:03:04",
  );
});

const one: Conversation = {
  kind: "ipv4",
  protocol: 6,
  ot: 0,
  initiator: { address: "10.0.0.1", port: 1 },
  responder: { address: "10.0.0.2", port: 2 },
  firstUs: 50,
  lastUs: 60,
  packets: [1, 2],
  bytes: [10, 20],
  payloadBytes: [3, 4],
  synCount: 1,
  finCount: 0,
  rstCount: 0,
};

test("a record that sees the ends the other way round is turned", () => {
  const ledger = createConversationLedger();
  ledger.add([
    one,
    { ...one, initiator: one.responder, responder: one.initiator, ot: 1, firstUs: 70, lastUs: 80 },
  ]);
  const [sum] = ledger.with([]);
  assert.equal(sum, {
    ...one,
    ot: 1,
    lastUs: 80,
    packets: [3, 3],
    bytes: [30, 30],
    payloadBytes: [7, 7],
    synCount: 2,
  });
});

test("live records are added to the sums of the others, and not kept", () => {
  const ledger = createConversationLedger();
  ledger.add([one]);
  for (let round = 0; round < 2; round++) assert.equal(ledger.with([one])[0]?.packets, [2, 4]);
  assert.equal(ledger.with([])[0]?.packets, [1, 2]);
});

test("beyond its bound it counts what it cannot keep", () => {
  const command: Command = {
    kind: 1,
    isLink: false,
    client: "10.0.0.1",
    server: "10.0.0.2",
    object: 1,
    functionCode: 3,
    error: 0,
    requestCount: 1,
    responseCount: 1,
    errorCount: 0,
    firstUs: 1,
    lastUs: 2,
  };
  const ledger = createCommandLedger(2);
  ledger.add([1, 2, 3, 1].map((object) => ({ ...command, object })));
  assert.equal(
    ledger.with([]).map(({ object, requestCount }) => [object, requestCount]),
    [
      [1, 2],
      [2, 1],
    ],
  );
  assert.is(ledger.lostCount, 1);
});

test.run();
