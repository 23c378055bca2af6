import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { memory, parseMeminfo } from "../../../agent/collectors/memory.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway, oldKernel } from "./trees.ts";

testCollector(memory, modernGateway);

const test = suite("collectors: memory: details");

test("old kernels: available = free + buffers + cached", async () => {
  const { memory_available_bytes } = await memory.collect(oldKernel);
  assert.is(memory_available_bytes, (31204 + 4120 + 40112) * 1024);
});

test("ignores lines that are not kB counts", () => {
  assert.is(parseMeminfo("HugePages_Total:       0\n").size, 0);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const bytes of parseMeminfo(`MemTotal: ${text} kB\n${text}`).values()) {
        assert.ok(Number.isFinite(bytes) && bytes >= 0);
      }
    }),
  );
});

test.run();
