import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cpu } from "../../../agent/collectors/cpu.ts";
import { createMemoryHost } from "../../../sim/engine/host.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(cpu, modernGateway);

const test = suite("collectors: cpu: details");

test("a mode that an old kernel does not count is absent, not zero", async () => {
  const host = createMemoryHost({ "proc/stat": "cpu  100 0 50 900\ncpu0 100 0 50 900\nctxt 7\n" });
  const { cpu_seconds } = await cpu.collect(host);
  assert.equal(Object.fromEntries(cpu_seconds), { user: 1, nice: 0, system: 0.5, idle: 9 });
});

test.run();
