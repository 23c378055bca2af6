import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hardwareOverview } from "../../../agent/world/os-utils.ts";

const test = suite("world: os-utils");

test("says what this machine is", async () => {
  const overview = (await hardwareOverview("/"))!;
  const kilobytes = /^MemTotal:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))![1]!;
  assert.is(overview.memoryTotalBytes, Number(kilobytes) * 1024);
  assert.ok(overview.memoryUsedBytes > 0 && overview.memoryUsedBytes < overview.memoryTotalBytes);
  assert.ok(overview.cpuCount >= 1);
});

test("says nothing of another device's tree", async () => {
  assert.is(await hardwareOverview("/host"), null);
});

test.run();
