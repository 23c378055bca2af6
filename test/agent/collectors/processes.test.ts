import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parseFileNr, parseThreads, processes } from "../../../agent/collectors/processes.ts";
import { testCollector } from "../../contracts/collector.ts";
import { modernGateway } from "./trees.ts";

testCollector(processes, modernGateway);

const test = suite("collectors: processes: details");

test("threads are the number after the slash", () => {
  assert.is(parseThreads("0.42 0.35 0.30 2/318 4711\n"), 318);
});

test("open files are the first number", () => {
  assert.is(parseFileNr("1472\t0\t9223372036854775807\n"), 1472);
});

test("reads anything without throwing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parseThreads(`0 0 0 1/${text} `);
      parseFileNr(text);
    }),
  );
});

test.run();
