import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSimDisk } from "../../../sim/engine/disk.ts";
import { createPrng } from "../../../sim/engine/prng.ts";
import {
  carryIdOf,
  drain,
  idsOf,
  openerOn,
  recordOf,
  START_WALL_MS,
} from "../../contracts/spool.ts";

const test = suite("spool: the broker is down for a day");

const REPORTS_PER_DAY = 288;
const INTERVAL_MS = 300_000;

test("the bound holds, losses are told, the rest drains in order", async () => {
  const bytesMax = 512 * 1024;
  const disk = createSimDisk();
  const { clock, open } = openerOn(disk);
  const prng = createPrng(11);
  const spool = await open({ bytesMax });
  const sent: number[] = [];
  const report = async (): Promise<void> => {
    clock.advance(INTERVAL_MS);
    const id = Math.floor(clock.wallMs() / 1_000);
    const bodyBytes = prng.between(3_600, 4_400);
    const record = recordOf(id, { bodyBytes, wallMs: clock.wallMs() });
    assert.equal(await spool.append(record), { outcome: "stored" });
    sent.push(id);
    assert.ok(disk.bytesUsed() <= bytesMax, `${disk.bytesUsed()} bytes after ${sent.length}`);
  };
  for (let reports = 0; reports < REPORTS_PER_DAY; reports++) await report();

  // The day is 1.2 MB: more than half had to go, and nothing else did.
  const { records, losses, lostRecords, oldestWallMs } = spool.status();
  assert.is(records + lostRecords, REPORTS_PER_DAY);
  assert.ok(records > 110 && records < 128, `${records} kept`);
  const [loss, ...more] = losses;
  assert.equal(more, []);
  assert.equal(
    [loss?.fromId, loss?.toId, loss?.count, loss?.reason],
    [sent[0], sent[lostRecords - 1], lostRecords, "bytes-max"],
  );
  assert.is(oldestWallMs, START_WALL_MS + (lostRecords + 1) * INTERVAL_MS);

  // The broker is back; reports go on being made while the old ones are sent.
  const received = idsOf(await drain(spool));
  await report();
  received.push(...idsOf(await drain(spool)));
  assert.equal(received, sent.slice(lostRecords));
  assert.is(spool.status().lostRecords, lostRecords);
  assert.ok(disk.bytesUsed() < 40 * 1024, `${disk.bytesUsed()} bytes left behind`);
  assert.is(carryIdOf(spool), sent.at(-1)!);
});

test.run();
