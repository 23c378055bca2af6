import { suite } from "uvu";
import * as assert from "uvu/assert";
import { clockSynchronized } from "../../../../agent/metrics/sources/clock-synchronized.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const host = createMemoryHost({ "run/systemd/timesync/synchronized": "" });

testMetricSource(clockSynchronized, { world: { host }, members: { number: {} }, readsHost: true });

const test = suite("metrics: clock synchronized: details");
const read = (files: Record<string, string>) =>
  openSource(clockSynchronized, "number", {}, { host: createMemoryHost(files) })();

test("timesyncd's file says so; without timesyncd nobody does", async () => {
  assert.is(await read({ "run/systemd/timesync/synchronized": "" }), 1);
  assert.is(await read({ "run/systemd/timesync/clock": "" }), 0);
  assert.match(await reasonOf(read({})), /timesyncd does not run/);
});

test.run();
