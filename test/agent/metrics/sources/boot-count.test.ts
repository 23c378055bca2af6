import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bootCount } from "../../../../agent/metrics/sources/boot-count.ts";
import { createSimDisk } from "../../../../sim/engine/disk.ts";
import { createMemoryHost } from "../../../../sim/engine/host.ts";
import { openSource, reasonOf, testMetricSource } from "../../../contracts/metric-source.ts";

const BOOT_ID = "proc/sys/kernel/random/boot_id";

testMetricSource(bootCount, {
  world: { host: createMemoryHost({ [BOOT_ID]: "a\n" }), disk: createSimDisk() },
  members: { number: {} },
  readsHost: true,
});

const test = suite("metrics: boot count: details");

test("each boot counts once, however often the agent starts in it", async () => {
  const disk = createSimDisk();
  const bootedAs = (id: string) =>
    openSource(bootCount, "number", {}, { host: createMemoryHost({ [BOOT_ID]: `${id}\n` }), disk });
  const first = bootedAs("a");
  assert.equal([await first(), await first(), await bootedAs("a")()], [1, 1, 1]);
  assert.is(await bootedAs("b")(), 2);
  assert.is(await bootedAs("a")(), 3);
});

test("without a place to keep it there is no count", async () => {
  const host = createMemoryHost({ [BOOT_ID]: "a\n" });
  assert.match(await reasonOf(openSource(bootCount, "number", {}, { host })()), /no state folder/);
});

test.run();
