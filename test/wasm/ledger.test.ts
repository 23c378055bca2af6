/** Sums over records that left the core one after the other. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Command, Conversation } from "../../agent/traffic/conversations.ts";
import { createCommandLedger, createConversationLedger } from "./ledger.ts";

const test = suite("wasm: ledger of the tables");

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
