import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bytesInOf, createGateway } from "../fixtures/gateway.ts";

const test = suite("scenarios: broker down");
const DAY_S = 86_400;

test("after an hour without a broker every report arrives once, in order", async () => {
  const gateway = await createGateway();
  const before = gateway.bytesIn();
  gateway.service.goAway();
  for (let minute = 0; minute < 60; minute++) {
    gateway.moveTraffic(1000 + minute);
    await gateway.run(60, 10);
  }
  assert.is(gateway.status().spool.records, 12);
  gateway.service.comeBack();
  await gateway.run(10);
  const ids = gateway.service.ids();
  assert.is(ids.length, 12);
  assert.equal(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
  );
  assert.is(bytesInOf(gateway.service.received), gateway.bytesIn() - before);
  assert.is(gateway.status().spool.records, 0);
});

test("a day without a broker stays within the spool's bound, and says what had to go", async () => {
  const bytesMax = 128 * 1024;
  const gateway = await createGateway({ args: { "spool-bytes-max": String(bytesMax) } });
  gateway.service.goAway();
  for (let hour = 0; hour < 24; hour++) {
    await gateway.run(DAY_S / 24, 10);
    assert.ok(gateway.disk().bytesUsed() <= bytesMax, `hour ${hour}: within the bound`);
  }
  const { spool, outcomes } = gateway.status();
  assert.is(outcomes.created, 288);
  assert.is(spool.records + spool.lostRecords, 288);
  assert.ok(spool.lostRecords > 0);
  for (const loss of spool.losses) assert.is(loss.reason, "bytes-max");
  assert.is(
    spool.losses.reduce((sum, { count }) => sum + count, 0),
    spool.lostRecords,
  );

  gateway.service.comeBack();
  // One round sends 64 reports; rounds follow each other every tick.
  await gateway.run(10);
  const ids = gateway.service.ids();
  assert.is(ids.length, 288 - spool.lostRecords);
  assert.equal(
    ids,
    [...ids].sort((a, b) => a - b),
  );
  // The newest were kept: the lost range ends before the first that arrived.
  assert.ok(spool.losses.every(({ toId }) => toId < ids[0]!));
});

test("a throttled report stays first in line and arrives when the service takes it", async () => {
  const gateway = await createGateway();
  gateway.service.answerWith({ outcome: "throttled", reason: "too soon" });
  await gateway.run(310);
  assert.is(gateway.service.received.length, 0);
  assert.is(gateway.status().spool.records, 1);
  // Tried again with doubling waits, not every second.
  assert.ok(gateway.status().outcomes.throttled <= 4);
  gateway.service.answerWith({ outcome: "accepted" });
  await gateway.run(20);
  assert.is(gateway.service.received.length, 1);
});

test("a rejected report is gone, counted, and its reason is kept", async () => {
  const gateway = await createGateway();
  gateway.service.answerWith({ outcome: "rejected", code: "InvalidPayload", reason: "Malformed" });
  await gateway.run(301);
  const { spool, outcomes, reports } = gateway.status();
  assert.equal([spool.records, outcomes.rejected], [0, 1]);
  assert.equal(
    [reports[0]?.outcome, reports[0]?.reason],
    ["rejected", "InvalidPayload: Malformed"],
  );
});

test.run();
